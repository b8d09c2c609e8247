"""Who is gone from here, as the store is told it: at once, or as soon as it answers again.

A goodbye that meets an outage is kept and repeated. A store that has lost the participant meanwhile gets it back for the moment
it takes to say goodbye: that way everybody hears of it once and in order, and one whose socket was lost can resume.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Final

import msgspec

from signaling.roster.base import Change, Record, Refusal, Roster, Unreachable
from signaling.switchboard import Member

# Past this the oldest are left to lease and grace.
MOST_UNHEARD: Final = 1000


class Goodbyes:
    """``announce`` tells a change to everybody whom it concerns."""

    def __init__(self, roster: Roster, *, announce: Callable[[Change], None]) -> None:
        self._roster = roster
        self._announce = announce
        self._unheard: deque[Member] = deque(maxlen=MOST_UNHEARD)

    async def say(self, member: Member) -> None:
        """A member is gone, and has ``member.grace_seconds`` to come back."""
        with suppress(Unreachable):
            await self._say(member)

    def keep(self, member: Member) -> None:
        """Say it at the next :meth:`repeat`."""
        self._unheard.append(member)

    async def repeat(self) -> None:
        """Say what was not heard. Raises Unreachable; then it is for the next time."""
        while self._unheard:
            await self._say(self._unheard.popleft())

    async def _say(self, member: Member) -> None:
        try:
            change = await self._tell(member)
            if change is None and (record := await self._lost(member)) is not None:
                change = await self._return(member, record)
        except Unreachable:
            self.keep(member)
            raise
        if change is not None:
            self._announce(change)

    async def _tell(self, member: Member) -> Change | None:
        if member.grace_seconds is None:
            return await self._roster.leave(member.room, member.id, member.generation, "left")
        return await self._roster.detach(member.room, member.id, member.generation, member.grace_seconds)

    async def _lost(self, member: Member) -> Record | None:
        """What the store has lost of a member; None if somebody else has decided about it."""
        [renewal] = await self._roster.renew([member.lease])
        return member.seat if renewal.outcome == "unknown" and not member.view.knows(renewal.epoch) else None

    async def _return(self, member: Member, record: Record) -> Change | None:
        others = {one.worker for one in member.view.people.values()}
        try:
            entered = await self._roster.restore(member.room, record, token=member.token, locked=member.view.locked)
        except Refusal:
            return None
        self._announce(also(entered.change, others))
        change = await self._tell(member)
        return also(change, others) if change is not None else None


def also(change: Change, workers: Collection[str]) -> Change:
    """Told to these workers too: they may not have put their people back yet."""
    return msgspec.structs.replace(change, workers=sorted({*change.workers, *workers}))
