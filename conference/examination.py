"""What ``manage.py doctor`` looks at. Each part of the deployment is really used, once."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from urllib.parse import urlsplit

from channels.layers import get_channel_layer
from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection
from redis import Redis, RedisError

from conference import stores, turn
from signaling import ice

PATIENCE_SECONDS: Final = 3.0
SKEW_SECONDS: Final = 0.5
DAYS_LEFT: Final = 10


@dataclass(frozen=True)
class Finding:
    """``advice`` is what to do about it; empty if all is well."""

    part: str
    said: str
    advice: str = ""


def examine() -> Iterator[Finding]:
    """Everything, one part after the other."""
    yield _database()
    yield from _redis()
    yield from _relays()
    yield from _certificates()
    yield from _settings()


def _database() -> Finding:
    try:
        waiting = stores.missing_migrations()
    except DatabaseError as error:
        return Finding("database", str(error).strip(), "DATABASE_URL says where it is.")
    if waiting:
        return Finding("database", f"{waiting} migrations are missing", "Run manage.py migrate.")
    if not stores.database_writes():
        return Finding("database", "takes no data", "Is it a replica, or its disk full? DATABASE_URL says where it is.")
    return Finding("database", f"{connection.vendor} takes data, and is up to date")


def _redis() -> Iterator[Finding]:
    if settings.EMBEDDED:
        yield Finding("redis", "not used: this is one process with its rooms in memory")
        return
    try:
        with Redis.from_url(
            settings.REDIS_URL, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS
        ) as client:
            client.ping()
            began = time.time()
            seconds, microseconds = cast(tuple[int, int], client.time())
            took = time.time() - began
    except RedisError as error:
        yield Finding("redis", str(error), "REDIS_URL says where it is.")
        return
    yield Finding("redis", f"answers in {took * 1000:.1f} ms")
    yield _clock(seconds + microseconds / 1e6 - began - took / 2)
    yield _layer()


def _clock(skew: float) -> Finding:
    """Between this machine and Redis; what differs between workers shows in logs and in the life of relay credentials."""
    said = f"this machine and Redis differ by {abs(skew):.2f} s"
    return Finding("clock", said, "Let both take the time from NTP." if abs(skew) > SKEW_SECONDS else "")


def _layer() -> Finding:
    async def round_trip() -> float:
        layer: Any = get_channel_layer()
        address = await layer.new_channel("doctor.")
        began = time.perf_counter()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await layer.send(address, {"type": "doctor"})
            await layer.receive(address)
        took = time.perf_counter() - began
        await layer.flush()
        return took

    try:
        return Finding("channel layer", f"a message took {asyncio.run(round_trip()) * 1000:.1f} ms")
    except (RedisError, OSError, TimeoutError) as error:
        return Finding("channel layer", str(error) or "a message got lost", "It needs publish and subscribe on REDIS_URL.")


def _relays() -> Iterator[Finding]:
    if not settings.STUN_URLS and not settings.TURN_URLS:
        yield Finding("relay", "none: people behind strict networks will not see each other, see TURN_URLS")
    for text in settings.STUN_URLS:
        yield _asked(text, lambda url: f"sees this machine as {turn.bind(url)}", "Is UDP open to it?")
    for server in ice.servers([], settings.TURN_URLS, settings.TURN_SECRET, "doctor", "doctor", 60, time.time()):
        credentials = str(server["username"]), str(server["credential"])
        for text in server["urls"]:
            yield _allocated(text, *credentials)


def _allocated(text: str, username: str, password: str) -> Finding:
    advice = "Does TURN_SECRET equal its static-auth-secret, and is the port open?"
    return _asked(text, lambda url: f"relays from {turn.allocate(url, username, password)}", advice)


def _asked(text: str, ask: Callable[[turn.Url], str], advice: str) -> Finding:
    try:
        return Finding(text, ask(turn.Url.parse(text)))
    except (turn.Unhelpful, ValueError) as error:
        return Finding(text, str(error), advice)


def _certificates() -> Iterator[Finding]:
    for origin in settings.ORIGINS:
        parts = urlsplit(origin)
        if parts.scheme == "https" and parts.hostname:
            yield _certificate(origin, parts.hostname, parts.port or 443)


def _certificate(origin: str, host: str, port: int) -> Finding:
    advice = "The proxy in front must have a certificate for this name; see deploy/Caddyfile."
    try:
        with (
            socket.create_connection((host, port), PATIENCE_SECONDS) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secure,
        ):
            until = ssl.cert_time_to_seconds(str((secure.getpeercert() or {})["notAfter"]))
    except ssl.SSLError as error:
        return Finding(origin, error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else str(error), advice)
    except OSError as error:
        return Finding(origin, error.strerror or "it does not answer", advice)
    said = f"certificate until {datetime.fromtimestamp(until).date()}"
    return Finding(origin, said, "It should have been renewed by now." if until - time.time() < DAYS_LEFT * 86_400 else "")


def _settings() -> Iterator[Finding]:
    """What ``manage.py check --deploy`` says, for the parts that are ours or a public server's."""
    found = [message for message in checks.run_checks(include_deployment_checks=settings.HTTPS) if not message.is_silenced()]
    yield from (Finding("settings", message.msg, message.hint or message.id or "Correct it.") for message in found)
    if not found:
        yield Finding("settings", f"nothing to say about {', '.join(settings.ORIGINS)}")
