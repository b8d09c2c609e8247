"""Token buckets: how often something may happen. The clock is passed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

KEYS: Final = 10_000


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

    @property
    def full(self) -> bool:
        """Whether it holds ``burst`` tokens, as at the start."""
        self._fill()
        return self._tokens >= self._burst

    def _fill(self) -> None:
        now = self._clock()
        # If the clock steps back, no tokens are lost.
        self._tokens = min(self._burst, self._tokens + max(0.0, now - self._filled_at) * self._rate)
        self._filled_at = now


class Buckets:
    """A bucket for each key (a person, an address). Full buckets are deleted, and so is the oldest when there are more than
    ``keys``.
    """

    def __init__(self, rate: float, burst: float, clock: Callable[[], float], keys: int = KEYS) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._keys = keys
        self._buckets: dict[str, TokenBucket] = {}

    def take(self, key: str, n: float = 1) -> bool:
        """As :meth:`TokenBucket.take`, of this key's bucket."""
        bucket = self._buckets.pop(key, None) or TokenBucket(self._rate, self._burst, self._clock)
        self._buckets[key] = bucket
        self._forget()
        return bucket.take(n)

    def _forget(self) -> None:
        """Delete at most one bucket. That is enough, because at most one was added."""
        oldest = next(iter(self._buckets))
        if len(self._buckets) > self._keys or (len(self._buckets) > 1 and self._buckets[oldest].full):
            del self._buckets[oldest]

    def __len__(self) -> int:
        return len(self._buckets)
