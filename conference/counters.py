"""The cache of a process that is alone: counters of attempts, which nobody may push out by making many others."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable
from operator import itemgetter
from typing import Any, Final

from django.core.cache.backends.locmem import LocMemCache

#: About 500 bytes each. Most limits last for an hour at most: to fill this, somebody must come from so many addresses in an hour.
MOST: Final = 200_000
TENTH: Final = 10


class Counters(LocMemCache):
    """Django's own forgets what was not used lately at 300 entries; this one forgets what has expired, at ``MOST``.

    At least a tenth goes, so that room is not made for each entry anew: if most of them still count, those that end soonest.
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
