"""How often somebody may try, counted in Django's cache, which holds nothing else: shared by all workers through Redis, or in the
memory of the one process there is.
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
    """Too often. ``seconds`` is how long it may take until there is room again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def take(limit: Limit, key: str) -> int:
    """Count one use and return how many are left. Raises :class:`Throttled` when there was none."""
    name = _name(limit, key)
    cache.add(name, 0, limit.seconds)
    try:
        used = cache.incr(name)
    except ValueError:  # the window closed between the two lines
        used = 1
    if used <= 1:
        # The first of a window. Redis would keep a count for ever that ended within Django's incr or decr and began anew there.
        cache.touch(name, limit.seconds)
    if used > limit.count:
        raise Throttled(limit.seconds)
    return limit.count - used


def give_back(limit: Limit, key: str) -> None:
    """That use does not count after all."""
    try:
        cache.decr(_name(limit, key))
    except ValueError:
        return


def check(limit: Limit, key: str) -> None:
    """Raises :class:`Throttled` when nothing is left, and counts nothing."""
    if used(limit, key) >= limit.count:
        raise Throttled(limit.seconds)


def used(limit: Limit, key: str) -> int:
    """How many uses were counted in the window of now."""
    return int(cache.get(_name(limit, key), 0))


def _name(limit: Limit, key: str) -> str:
    return f"throttle:{limit.name}:{key}"
