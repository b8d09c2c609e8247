"""Counters of attempts, in Django's cache, which holds nothing else. Workers share it through Redis; an embedded server has it
in memory.
"""

from __future__ import annotations

from dataclasses import dataclass

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


def take(limit: Limit, key: str) -> int:
    """Count one attempt and return how many are left. Raises :class:`Throttled` if none was left."""
    name = _name(limit, key)
    cache.add(name, 0, limit.seconds)
    try:
        used = cache.incr(name)
    except ValueError:  # the window closed between the two lines
        used = 1
    if used <= 1:
        # The first of a window. Set an expiry: a counter that expires within Django's incr or decr begins anew without one.
        cache.touch(name, limit.seconds)
    if used > limit.count:
        raise Throttled(limit.seconds)
    return limit.count - used


def take_all(limit: Limit, key: str, count: int) -> int:
    """Count so many attempts and return how many are left. If there are not so many, count none and raise :class:`Throttled`."""
    name = _name(limit, key)
    cache.add(name, 0, limit.seconds)
    try:
        used = cache.incr(name, count)
    except ValueError:  # the window closed between the two lines
        cache.set(name, used := count, limit.seconds)
    if used <= count:
        cache.touch(name, limit.seconds)
    if used > limit.count:
        cache.decr(name, count)
        raise Throttled(limit.seconds)
    return limit.count - used


def give_back(limit: Limit, key: str) -> None:
    """Take one attempt off the counter."""
    try:
        cache.decr(_name(limit, key))
    except ValueError:
        return


def check(limit: Limit, key: str) -> None:
    """Count nothing. Raises :class:`Throttled` if no attempt is left."""
    if used(limit, key) >= limit.count:
        raise Throttled(limit.seconds)


def used(limit: Limit, key: str) -> int:
    """How many attempts were counted in the present window."""
    return int(cache.get(_name(limit, key), 0))


def _name(limit: Limit, key: str) -> str:
    return f"throttle:{limit.name}:{key}"
