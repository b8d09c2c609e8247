"""The one place that makes connections to Redis: to a server of a fixed address, or to the primary that Sentinels name."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from redis import ConnectionPool, Sentinel, SentinelConnectionPool
from redis.asyncio import BlockingConnectionPool
from redis.asyncio import Sentinel as AsyncSentinel
from redis.asyncio import SentinelConnectionPool as AsyncSentinelConnectionPool
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.connection import parse_url
from redis.retry import Retry

SENTINEL_PORT: Final = 26379
#: A Sentinel that does not answer is not asked again: the others know the same. Often it died with the primary.
SENTINEL_TIMEOUTS: Final = {"socket_timeout": 1, "socket_connect_timeout": 1}
_SECURE: Final = {"redis+sentinel": False, "rediss+sentinel": True}


@dataclass(frozen=True)
class Watched:
    """A primary that Sentinels watch under the name ``service``."""

    service: str
    sentinels: list[tuple[str, int]]
    sentinel_options: dict[str, Any]
    options: dict[str, Any]


class _BlockingSentinelPool(AsyncSentinelConnectionPool, BlockingConnectionPool):
    """Waits for a connection where the plain pool raises, and takes its connections to the Sentinels with it."""

    async def disconnect(self, inuse_connections: bool = True) -> None:
        await super().disconnect(inuse_connections)
        if inuse_connections:
            await self.sentinel_manager.aclose()


class CachePool:
    """What Django's cache makes its pool with (``pool_class``). Django makes a cache for each request; all of a process share one
    pool, and so its connections. The kernel finds out within 20 s that one of them is dead.
    """

    @staticmethod
    @cache
    def from_url(url: str, **options: Any) -> ConnectionPool:
        probes = {socket.TCP_KEEPIDLE: 10, socket.TCP_KEEPINTVL: 5, socket.TCP_KEEPCNT: 2}
        return pool(url, socket_keepalive=True, socket_keepalive_options=probes, **options)


def pool(url: str, **options: Any) -> ConnectionPool:
    watched = parse(url)
    if watched is None:
        return ConnectionPool.from_url(url, **_fitting(url, options))
    once = {**watched.sentinel_options, "retry": Retry(NoBackoff(), 0)}
    sentinel = Sentinel(watched.sentinels, sentinel_kwargs=once)  # type: ignore[no-untyped-call]
    return SentinelConnectionPool(watched.service, sentinel, **watched.options, **options)  # type: ignore[no-untyped-call]


def blocking_pool(url: str, **options: Any) -> BlockingConnectionPool:
    """For asyncio."""
    watched = parse(url)
    if watched is None:
        return BlockingConnectionPool.from_url(url, **_fitting(url, options))
    sentinel = AsyncSentinel(watched.sentinels, sentinel_kwargs=_once(watched))  # type: ignore[no-untyped-call]
    return _BlockingSentinelPool(watched.service, sentinel, **watched.options, **options)  # type: ignore[no-untyped-call]


def layer_host(url: str, **options: Any) -> dict[str, Any]:
    """One of the ``hosts`` of channels_redis."""
    watched = parse(url)
    if watched is None:
        return {"address": url, **_fitting(url, options)}
    watching = {"master_name": watched.service, "sentinels": watched.sentinels, "sentinel_kwargs": _once(watched)}
    return {**watching, **watched.options, **options}


def _fitting(url: str, options: dict[str, Any]) -> dict[str, Any]:
    """Without options of TCP, where the server is reached by a socket in the file system."""
    is_tcp = urlsplit(url).scheme != "unix"
    return {name: value for name, value in options.items() if is_tcp or not name.startswith("socket_keepalive")}


def _once(watched: Watched) -> dict[str, Any]:
    return {**watched.sentinel_options, "retry": AsyncRetry(NoBackoff(), 0)}


def parse(url: str) -> Watched | None:
    """None if the URL is of a server of a fixed address. Raises ValueError, which does not repeat what may be a password."""
    parts = urlsplit(url)
    if parts.scheme not in _SECURE:
        _check(url)
        return None
    login, _, hosts = parts.netloc.rpartition("@")
    query = dict(parse_qsl(parts.query))
    service, sentinel_password = query.pop("service", ""), query.pop("sentinel_password", "")
    if not service:
        raise ValueError("?service= must name what the Sentinels watch, such as redis+sentinel://host1,host2/0?service=main")
    if query:
        raise ValueError(f"unknown parameter {sorted(query)[0]!r}; service and sentinel_password are known")
    database = parts.path.strip("/") or "0"
    if not database.isascii() or not database.isdecimal():
        raise ValueError("what follows the Sentinels must be the number of a database, such as /0")
    secure = {"ssl": True} if _SECURE[parts.scheme] else {}
    user, _, password = login.partition(":")
    options = {"db": int(database), "username": unquote(user) or None, "password": unquote(password) or None}
    guarded = {"password": sentinel_password} if sentinel_password else {}
    return Watched(service, _addresses(hosts), {**SENTINEL_TIMEOUTS, **guarded, **secure}, {**options, **secure})


def _check(url: str) -> None:
    if urlsplit(url).scheme not in {"redis", "rediss", "unix"}:
        raise ValueError("must begin with redis://, rediss://, unix://, redis+sentinel:// or rediss+sentinel://")
    try:
        parse_url(url)  # type: ignore[no-untyped-call]
    except ValueError:
        raise ValueError("is not a URL of Redis, such as redis://host:6379/0") from None


def _addresses(hosts: str) -> list[tuple[str, int]]:
    found = []
    for host in hosts.split(","):
        try:
            parts = urlsplit(f"//{host}")
            name, port = parts.hostname, parts.port or SENTINEL_PORT
        except ValueError:
            name, port = None, 0
        if not name:
            raise ValueError("must name each Sentinel as host or host:port, separated by commas")
        found.append((name, port))
    return found
