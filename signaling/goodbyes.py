"""Goodbyes: members that have left or lost their socket, as they are sent to the store.

A goodbye is sent at once. One that meets an outage is kept, and repeated when the store answers again. If the store has lost
the participant meanwhile, the participant is put back and then leaves or is detached. So the change has a version and is
announced once and in order, and a participant whose socket was lost can resume. After lease and grace this is not done: the
others know by then, and the participant may have resumed and left elsewhere.

A leave that took place but was not answered is written into history. The others learn it from the version of the room.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Final

import msgspec

from signaling.roster.base import GRACE_SECONDS, LEASE_SECONDS, Change, Record, Refusal, Roster, Unreachable
from signaling.view import Member

# Beyond this number the oldest are dropped; their participants leave when lease and grace are over.
MOST_PENDING: Final = 1000
STALE_SECONDS: Final = LEASE_SECONDS + GRACE_SECONDS


class Goodbyes:
    """``announce`` emits a change to everybody whom it concerns. ``close(room, id)`` writes that somebody left; it may be called
    again.
    """

    def __init__(
        self,
        roster: Roster,
        *,
        announce: Callable[[Change], None],
        close: Callable[[str, str], None],
        clock: Callable[[], float],
    ) -> None:
        self._roster = roster
        self._announce = announce
        self._close = close
        self._clock = clock
        # With the time of each.
        self._pending: deque[tuple[Member, float]] = deque(maxlen=MOST_PENDING)

    async def send(self, member: Member) -> None:
        """A member is gone, and has ``member.grace_seconds`` to come back."""
        with suppress(Unreachable):
            await self._deliver(member, self._clock())

    def keep(self, member: Member) -> None:
        """Send it at the next :meth:`repeat`."""
        self._pending.append((member, self._clock()))

    async def repeat(self) -> None:
        """Send what was not answered. Raises Unreachable; the rest is kept for the next call."""
        while self._pending:
            await self._deliver(*self._pending.popleft(), again=True)

    async def _deliver(self, member: Member, since: float, *, again: bool = False) -> None:
        try:
            change = await self._ask_store(member) or await self._look_after(member, since, again)
        except Unreachable:
            self._pending.append((member, since))
            raise
        if change is not None:
            self._announce(change)

    async def _ask_store(self, member: Member) -> Change | None:
        if member.grace_seconds is None:
            return await self._roster.leave(member.room, member.id, member.generation, "left")
        return await self._roster.detach(member.room, member.id, member.generation, member.grace_seconds)

    async def _look_after(self, member: Member, since: float, again: bool) -> Change | None:
        """Handle a goodbye that changed nothing: another step came first, the store had it before, or the store has lost the
        member.
        """
        [renewal] = await self._roster.renew([member.lease])
        if renewal.outcome != "unknown":
            return None
        lost = member.seat if self._clock() - since <= STALE_SECONDS else None
        if lost is not None and not member.gone_for_good(renewal.epoch):
            return await self._return(member, lost)
        if again and member.grace_seconds is None:
            self._close(member.room, member.id)
        return None

    async def _return(self, member: Member, record: Record) -> Change | None:
        others = {one.worker for one in member.view.people.values()}
        try:
            entered = await self._roster.restore(
                member.room, record, token=member.token, settings=member.view.settings, breakouts=member.view.breakouts
            )
        except Refusal:
            return None
        self._announce(also(entered.change, others))
        change = await self._ask_store(member)
        return also(change, others) if change is not None else None


def also(change: Change, workers: Collection[str]) -> Change:
    """The change, addressed to these workers too: they may not have put their people back yet."""
    return msgspec.structs.replace(change, workers=sorted({*change.workers, *workers}))
