"""Counters of attempts, in Django's cache. Workers share it through Redis; an embedded server has it in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, cast

from django.core.cache import cache


@dataclass(frozen=True)
class Limit:
    """``count`` uses in a window of ``seconds``, which begins with the first."""

    name: str
    count: int
    seconds: int


class Throttled(Exception):
    """Too many attempts. ``seconds`` is the longest time until another is possible."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Counting(Protocol):
    """What the cache of this deployment can do besides what Django's can."""

    def count(self, key: str, number: int, seconds: int) -> int:
        """Add to a counter, and return what it is then. One that begins with this ends after so many seconds."""
        ...


def take(limit: Limit, key: str) -> int:
    """Count one attempt and return how many are left. Raises :class:`Throttled` if none was left."""
    used = _count(limit, key, 1)
    if used > limit.count:
        raise Throttled(limit.seconds)
    return limit.count - used


def take_all(limit: Limit, key: str, count: int) -> int:
    """Count so many attempts and return how many are left. If there are not so many, count none and raise :class:`Throttled`."""
    used = _count(limit, key, count)
    if used > limit.count:
        give_back(limit, key, count)
        raise Throttled(limit.seconds)
    return limit.count - used


def give_back(limit: Limit, key: str, count: int = 1) -> None:
    """Take so many attempts off the counter."""
    try:
        cache.decr(_name(limit, key), count)
    except ValueError:
        return


def check(limit: Limit, key: str) -> None:
    """Count nothing. Raises :class:`Throttled` if no attempt is left."""
    if used(limit, key) >= limit.count:
        raise Throttled(limit.seconds)


def used(limit: Limit, key: str) -> int:
    """How many attempts were counted in the present window."""
    return int(cache.get(_name(limit, key), 0))


def _count(limit: Limit, key: str, number: int) -> int:
    return cast(Counting, cache).count(_name(limit, key), number, limit.seconds)


def _name(limit: Limit, key: str) -> str:
    return f"throttle:{limit.name}:{key}"
