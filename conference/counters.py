"""The caches: of a single process in memory, of several in Redis. They hold counters of attempts (``accounts.throttle``), and
what the relays answered last.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable
from operator import itemgetter
from typing import Any, Final

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

#: About 500 bytes each. Most limits last for at most an hour. So filling this takes that many addresses in an hour.
MOST: Final = 200_000
TENTH: Final = 10
#: A counter that Django's ``decr`` made, as the one before expired, has no end. It is not above zero, and gets one.
_COUNT: Final = """
local now = redis.call("INCRBY", KEYS[1], ARGV[1])
if now <= tonumber(ARGV[1]) then redis.call("EXPIRE", KEYS[1], ARGV[2]) end
return now
"""


class Counters(LocMemCache):
    """Django's cache evicts unused entries at 300. This one removes expired entries at ``MOST``.

    At least a tenth is removed, so that this does not happen for each new entry: those that expire soonest.
    """

    #: Of ``LocMemCache``, whose stubs do not say so.
    _expire_info: dict[str, float | None]
    _delete: Callable[[str], bool]

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(name, {**params, "OPTIONS": {"MAX_ENTRIES": MOST, **params.get("OPTIONS", {})}})

    def count(self, key: str, number: int, seconds: int) -> int:
        """Add to a counter, and return what it is then. One that begins with this ends after so many seconds."""
        self.add(key, 0, seconds)
        try:
            return self.incr(key, number)
        except ValueError:  # it ended between the two lines
            self.set(key, number, seconds)
            return number

    def _cull(self) -> None:
        """Called with the lock held, when there is no room for one more."""
        now = time.time()
        by_end = sorted((end, key) for key, end in self._expire_info.items() if end is not None)
        expired = bisect_right(by_end, now, key=itemgetter(0))
        for _, key in by_end[: max(expired, len(by_end) // TENTH, 1)]:
            self._delete(key)


class SharedCounters(RedisCache):
    """Django's cache asks Redis three times to count once. This one asks once."""

    #: Of ``RedisCache``, whose stubs do not say so.
    _cache: Any

    def count(self, key: str, number: int, seconds: int) -> int:
        """As :meth:`Counters.count`."""
        client = self._cache.get_client(key, write=True)
        return int(client.register_script(_COUNT)(keys=[self.make_and_validate_key(key)], args=[number, seconds]))
