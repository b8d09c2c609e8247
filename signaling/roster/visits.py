"""How often one identity comes to one room, how long it waits after it was sent away, whether it was lost, and what is
forbidden to it. Pure: the time is passed in."""

from __future__ import annotations

import math
from dataclasses import dataclass

from signaling.roster.base import (
    ENTRIES,
    ENTRIES_SECONDS,
    RETURN_SECONDS,
    VISITS_SECONDS,
    WAIT_MOST_SECONDS,
    WAIT_SECONDS,
)


@dataclass(slots=True)
class Visits:
    """``entries`` were counted since ``since``; it was sent away ``times`` times, and waits until ``until``. ``forbidden`` are
    the uses that were forbidden to it when it left. It was lost, and comes back past the lobby until ``back``.
    """

    since: float = 0.0
    entries: int = 0
    times: int = 0
    until: float = 0.0
    back: float = 0.0
    forbidden: frozenset[str] = frozenset()
    forget_at: float = 0.0

    def wait(self, now: float) -> int:
        """For how many seconds this identity cannot enter."""
        until = self.until
        if self.entries >= ENTRIES:
            until = max(until, self.since + ENTRIES_SECONDS)
        return max(0, math.ceil(until - now))

    def entered(self, now: float) -> None:
        if now >= self.since + ENTRIES_SECONDS:
            self.since, self.entries = now, 0
        self.entries += 1
        self.forget_at = now + VISITS_SECONDS

    def left(self, now: float, forbidden: frozenset[str]) -> None:
        self.forbidden = forbidden
        if forbidden:
            self.forget_at = now + VISITS_SECONDS

    def lost(self, now: float) -> None:
        self.back = now + RETURN_SECONDS
        self.forget_at = now + VISITS_SECONDS

    def sent_away(self, now: float) -> None:
        self.back = 0.0
        self.until = now + min(WAIT_SECONDS * 2**self.times, WAIT_MOST_SECONDS)
        self.times += 1
        self.forget_at = now + VISITS_SECONDS
