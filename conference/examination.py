"""What ``manage.py doctor`` examines. It uses each part of the deployment once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final, cast

from channels.layers import get_channel_layer
from django.conf import settings
from django.core import checks
from django.core.mail import EmailMessage, get_connection
from django.db import DatabaseError, connection
from redis import Redis, RedisError

from conference import entrance, redis, stores, turn
from conference.cleaning import CLEAN
from conference.findings import Finding
from jobs import queue
from jobs.models import Job
from signaling import ice
from signaling.cancellation import heed

PATIENCE_SECONDS: Final = 3.0
SKEW_SECONDS: Final = 0.5
#: Jobs that are due are done within seconds.
OVERDUE: Final = timedelta(seconds=60)


def examine(recipient: str = "") -> Iterator[Finding]:
    """Everything, one part after the other. A mail is sent only to a ``recipient``."""
    yield _database()
    yield from _redis()
    yield from relays()
    yield _jobs()
    yield _mail(recipient)
    yield from entrance.examine()
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
        pool = redis.pool(settings.REDIS_URL, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS)
        with Redis.from_pool(pool) as client:
            client.ping()
            began = time.time()
            seconds, microseconds = cast(tuple[int, int], client.time())
            took = time.time() - began
            clustered = cast(dict[str, int], client.info("cluster"))["cluster_enabled"]
            if not clustered:
                client.set("doctor", "", px=1000)
    except RedisError as error:
        yield Finding("redis", str(error), "REDIS_URL says where it is. It must take data: is it a replica, or its memory full?")
        return
    if clustered:
        yield Finding(
            "redis", "is a node of a Redis Cluster, which is not supported", "Use one primary, alone or with Sentinels."
        )
        return
    yield Finding("redis", f"answers in {took * 1000:.1f} ms")
    yield _clock(seconds + microseconds / 1e6 - began - took / 2)
    yield _layer()


def _clock(skew: float) -> Finding:
    """Compare the clocks of this machine and Redis. A wrong clock affects logs and relay credentials."""
    found = f"this machine and Redis differ by {abs(skew):.2f} s"
    return Finding("clock", found, "Let both take the time from NTP." if abs(skew) > SKEW_SECONDS else "")


def _layer() -> Finding:
    async def round_trip() -> float:
        layer: Any = get_channel_layer()
        address = await layer.new_channel("doctor.")
        began = time.perf_counter()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await heed(layer.send(address, {"type": "doctor"}))
            await layer.receive(address)
        took = time.perf_counter() - began
        await layer.flush()
        return took

    try:
        return Finding("channel layer", f"a message took {asyncio.run(round_trip()) * 1000:.1f} ms")
    except (RedisError, OSError, TimeoutError) as error:
        return Finding("channel layer", str(error) or "a message got lost", "It needs publish and subscribe on REDIS_URL.")


def relays() -> Iterator[Finding]:
    if not settings.STUN_URLS and not settings.TURN_URLS:
        yield Finding("relay", "none: people behind strict networks will not see each other, see TURN_URLS")
    for text in settings.STUN_URLS:
        yield _asked(text, lambda url: f"sees this machine as {turn.bind(url)}", "Is UDP open to it?")
    for server in ice.servers([], settings.TURN_URLS, settings.TURN_SECRET, "doctor", "doctor", 60, time.time()):
        credentials = str(server["username"]), str(server["credential"])
        for text in server["urls"]:
            yield _allocated(text, *credentials)


def _allocated(text: str, username: str, password: str) -> Finding:
    advice = (
        "Does TURN_SECRET equal its static-auth-secret, and is the port open? A relay that refuses its own address (403) needs "
        "it in external-ip as public/private, see deploy/relay."
    )
    return _asked(text, lambda url: f"relays to itself from {turn.relay(url, username, password)}", advice)


def _asked(text: str, ask: Callable[[turn.Url], str], advice: str) -> Finding:
    try:
        return Finding(text, ask(turn.Url.parse(text)))
    except (turn.Unhelpful, ValueError) as error:
        return Finding(text, str(error), advice)


def _jobs() -> Finding:
    missing = "Is the server running?" if settings.EMBEDDED else "Is manage.py run_jobs running?"
    try:
        backlog = queue.backlog()
        begun = Job.objects.filter(key=CLEAN.name).exists()
    except DatabaseError:
        return Finding("jobs", "are in the database, which does not answer", "DATABASE_URL says where it is.")
    if not begun:
        return Finding("jobs", "were never done: no mail is sent", missing)
    if backlog.overdue > OVERDUE:
        return Finding("jobs", f"have waited for {backlog.overdue.total_seconds():.0f} s: mail is late", missing)
    if backlog.failed:
        return Finding("jobs", f"are done. {backlog.failed} of the last {queue.KEPT.days} days failed: see Jobs in the admin")
    return Finding("jobs", "are done")


def _mail(recipient: str) -> Finding:
    """Connects and logs in; sends only to a ``recipient``."""
    if not settings.EMAIL_URL:
        return Finding("mail", "is printed and not sent: EMAIL_URL is empty")
    try:
        with get_connection(settings.MAIL_TRANSPORT) as connection:
            if recipient:
                EmailMessage("Conference", "Mail of this server arrives.", to=[recipient], connection=connection).send()
    except OSError as error:
        reason = str(error.strerror or error)
        return Finding("mail", f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}: {reason}", "EMAIL_URL says where and as whom.")
    done = f"has a mail for {recipient}" if recipient else "lets us in"
    return Finding("mail", f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} {done}")


def _settings() -> Iterator[Finding]:
    """The messages of ``manage.py check --deploy`` that concern this project or a public server."""
    found = [message for message in checks.run_checks(include_deployment_checks=settings.HTTPS) if not message.is_silenced()]
    yield from (Finding("settings", message.msg, message.hint or message.id or "Correct it.") for message in found)
    if not found:
        yield Finding("settings", f"nothing to say about {', '.join(settings.ORIGINS)}")
