"""What live pages look at again and again: the state of several rooms, read together."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Final, NamedTuple

from signaling.protocol.messages import Report
from signaling.roster.base import Roster, Snapshot, Unreachable

#: For so long all who look get what was read.
FRESH_SECONDS: Final = 0.2
#: So long after somebody last looked at a room it is no longer read with the others.
WATCHED_SECONDS: Final = 5.0


class RoomState(NamedTuple):
    """A meeting as it is now, None if there is none; and what the browsers last reported of their pairs, by the id of the
    reporter. Nobody has checked the reports.
    """

    meeting: Snapshot | None
    reports: dict[str, Report]


class Watch:
    """Reads the rooms that were looked at lately, once for all who look. ``clock`` is monotonic."""

    def __init__(self, roster: Roster, clock: Callable[[], float]) -> None:
        self._roster = roster
        self._clock = clock
        self._looked: dict[str, float] = {}
        self._states: dict[str, RoomState | None] = {}
        self._read_at = -math.inf
        self._reading = asyncio.Lock()

    async def look(self, room: str) -> RoomState | None:
        """The state of a room, at most ``FRESH_SECONDS`` old. None when the roster cannot be reached."""
        async with self._reading:
            self._looked[room] = self._clock()
            if room not in self._states or self._clock() - self._read_at >= FRESH_SECONDS:
                await self._read()
            return self._states[room]

    async def _read(self) -> None:
        now = self._clock()
        self._looked = {room: at for room, at in self._looked.items() if now - at < WATCHED_SECONDS}
        rooms = list(self._looked)
        try:
            meetings, reports = await self._roster.snapshots(rooms), await self._roster.digests.reports(rooms)
        except Unreachable:
            self._states = dict.fromkeys(rooms)
        else:
            self._states = dict(zip(rooms, map(RoomState, meetings, reports), strict=True))
        self._read_at = self._clock()
