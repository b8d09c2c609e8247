"""The cache of a single process. It holds counters of attempts, which nobody can evict by making many others."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable
from operator import itemgetter
from typing import Any, Final

from django.core.cache.backends.locmem import LocMemCache

#: About 500 bytes each. Most limits last for at most an hour. So filling this takes that many addresses in an hour.
MOST: Final = 200_000
TENTH: Final = 10


class Counters(LocMemCache):
    """Django's cache evicts unused entries at 300. This one removes expired entries at ``MOST``.

    At least a tenth is removed, so that this does not happen for each new entry: those that expire soonest.
    """

    #: Of ``LocMemCache``, whose stubs do not say so.
    _expire_info: dict[str, float | None]
    _delete: Callable[[str], bool]

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(name, {**params, "OPTIONS": {"MAX_ENTRIES": MOST, **params.get("OPTIONS", {})}})

    def _cull(self) -> None:
        """Called with the lock held, when there is no room for one more."""
        now = time.time()
        by_end = sorted((end, key) for key, end in self._expire_info.items() if end is not None)
        expired = bisect_right(by_end, now, key=itemgetter(0))
        for _, key in by_end[: max(expired, len(by_end) // TENTH, 1)]:
            self._delete(key)
