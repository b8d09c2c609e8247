"""Token buckets: how often something may happen. The clock is passed in."""

from __future__ import annotations

from collections.abc import Callable


class TokenBucket:
    """Holds up to ``burst`` tokens, and gains ``rate`` of them per second. It starts full."""

    __slots__ = ("_burst", "_clock", "_filled_at", "_rate", "_tokens")

    def __init__(self, rate: float, burst: float, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._tokens = burst
        self._filled_at = clock()

    def take(self, n: float = 1) -> bool:
        """Take ``n`` tokens, all or none; False if there are not as many."""
        self._fill()
        if self._tokens < n:
            return False
        self._tokens -= n
        return True

    def _fill(self) -> None:
        now = self._clock()
        # A clock that steps back must not take tokens away.
        self._tokens = min(self._burst, self._tokens + max(0.0, now - self._filled_at) * self._rate)
        self._filled_at = now
