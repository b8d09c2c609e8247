"""What a worker does at intervals: renew its leases, reap, repair what it missed, and close history.

During an outage of the store the sockets are kept. The first pass that reaches the store again repairs everything. This
worker may be the only one that is cut off, so its browsers are asked to try other workers.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from signaling.goodbyes import Goodbyes
from signaling.journal import Journal
from signaling.metrics import Metrics
from signaling.roster.base import LEASE_SECONDS, VERDICTS, Change, Dismissed, Record, Refusal, Renewal, Roster, Unreachable
from signaling.switchboard import Switchboard
from signaling.view import Member

logger = logging.getLogger(__name__)

RENEWED_AT_ONCE: Final = 100

Spawn = Callable[[Coroutine[Any, Any, None]], object]


@dataclass(frozen=True)
class Pace:
    """How often, in seconds.

    A reaper that has not run for ``stalled`` first waits for the time of a lease. ``patience`` is how long a worker waits for
    a change that a later one has overtaken, before it reads the room again. After the store has come back, other workers
    mostly need ``settle`` to put their people back, and have ``rebuild`` for it. A worker that has not reached the store for
    ``degraded`` takes nobody in, and asks its browsers to move, with growing intervals.
    """

    renew: float = 4.0
    reap: float = 1.0
    reap_all: float = 5.0
    tidy: float = 60.0
    digest: float = 0.5
    notify: float = 2.0
    stalled: float = 4.0
    patience: float = 0.1
    settle: float = 4.0
    rebuild: float = 10.0
    degraded: float = 8.0


class Keeper:
    """The heartbeat of one worker.

    ``announce`` emits a change to everybody whom it concerns. ``offer`` asks everybody here to move. ``reopen`` restores the
    connection to other workers. ``review`` compares the rooms here with the database. ``digest`` tells administrators of them.
    ``notify`` tells everybody here what administrators say.
    """

    def __init__(
        self,
        roster: Roster,
        switchboard: Switchboard,
        journal: Journal,
        *,
        announce: Callable[[Change], None],
        offer: Callable[[], Coroutine[Any, Any, None]],
        reopen: Callable[[], Coroutine[Any, Any, None]],
        review: Callable[[], Awaitable[None]],
        digest: Callable[[], Awaitable[None]],
        notify: Callable[[], Awaitable[None]],
        spawn: Spawn,
        clock: Callable[[], float],
        random: Callable[[], float],
        pace: Pace,
        metrics: Metrics,
    ) -> None:
        self._roster = roster
        self._switchboard = switchboard
        self._journal = journal
        self._announce = announce
        self._offer = offer
        self._reopen = reopen
        self.review = review
        self.digest = digest
        self.notify = notify
        self._spawn = spawn
        self._clock = clock
        self._random = random
        self._pace = pace
        self._metrics = metrics
        self._goodbyes = Goodbyes(roster, announce=announce, close=journal.gone, clock=clock)
        self._renewing = asyncio.Lock()
        self._restoring: set[Member] = set()
        self._mending: set[str] = set()
        self._rebuilding: set[str] = set()
        self._releasing: set[str] = set()
        # A worker that has just started knows neither the leases of others nor whether the store is complete.
        self._reap_after = clock() + LEASE_SECONDS
        self._reaped_at = clock()
        self._reaped_all_at = clock()
        self._reached_at = clock()
        self._out = False
        self._returned_at = -math.inf
        self._sure_after = clock() + pace.rebuild
        self._patience = pace.degraded

    @property
    def degraded(self) -> bool:
        """Whether the store has been out of reach for so long that newcomers are better off elsewhere."""
        return self._out and self._clock() - self._reached_at > self._pace.degraded

    @property
    def settling(self) -> bool:
        """Whether the store has just come back, so that other workers may not have put their people back yet."""
        return self._clock() - self._returned_at < self._pace.settle

    def start(self) -> None:
        """Begin the passes."""
        self._spawn(self._every(self._pace.renew, self.renew))
        self._spawn(self._every(self._pace.reap, self.reap))
        self._spawn(self._every(self._pace.tidy, self.tidy))
        self._spawn(self._every(self._pace.tidy, self.review))
        self._spawn(self._every(self._pace.digest, self.digest))
        self._spawn(self.attempt(self.notify))
        self._spawn(self._every(self._pace.notify, self.notify))

    async def _every(self, seconds: float, do: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds * (0.9 + 0.2 * self._random()))
            await self.attempt(do)

    async def attempt(self, do: Callable[[], Awaitable[None]]) -> None:
        """Run one pass. A failure is logged; the next pass tries again."""
        try:
            await do()
        except Unreachable as error:
            logger.warning("The roster cannot be reached: %s", error.__cause__ or error)
            self._suffer()
        except Exception:
            logger.exception("A pass of the keeper failed")

    # Outages of the store

    def _suffer(self) -> None:
        self._out = True
        if self._clock() - self._reached_at > self._patience:
            self._patience *= 2
            self._spawn(self._offer())

    def _recover(self) -> None:
        """The store answers. After an outage, renew leases and review rooms now instead of at the next interval."""
        self._reached_at = self._clock()
        if self._out:
            self._out, self._patience = False, self._pace.degraded
            self._returned_at = self._clock()
            self._sure_after = self._returned_at + self._pace.rebuild
            self._spawn(self.attempt(self._return))

    async def _return(self) -> None:
        await self._reopen()
        await self.renew()
        # Last, because the store must first know again whom it had lost.
        await self.review()

    # Leases

    async def renew(self) -> None:
        """One heartbeat: every member here keeps its participant for another lease.

        One at a time: otherwise an "unknown" for a lease that was sent before its participant was put back would be taken
        for a departure.
        """
        self._journal.retry()
        async with self._renewing:
            leases = self._switchboard.leases()
            for start in range(0, len(leases), RENEWED_AT_ONCE):
                for renewal in await self._roster.renew(leases[start : start + RENEWED_AT_ONCE]):
                    await self._heed(renewal)

    async def _heed(self, renewal: Renewal) -> None:
        lease = renewal.lease
        member = self._switchboard.member(lease.room, lease.id)
        if member is None or member.generation != lease.generation:
            return
        view = member.view
        if renewal.outcome == "fenced":
            self._metrics.fenced += 1
            self._switchboard.replace(member)
            return
        if renewal.outcome == "ok" and renewal.epoch is not None:
            member.epoch = renewal.epoch
        if renewal.outcome == "ok" and not member.astray:
            if renewal.epoch is not None and (renewal.epoch != view.epoch or renewal.version > view.version):
                self.mend(lease.room, renewal.epoch, renewal.version)
        elif renewal.outcome in VERDICTS:
            self._switchboard.dismiss(member, renewal.outcome)
        elif renewal.outcome == "unknown" and member.gone_for_good(renewal.epoch):
            self._switchboard.dismiss(member, "timeout")
        elif (record := member.seat) is not None and member not in self._restoring:
            self._restoring.add(member)
            try:
                await self._restore(member, record)
            finally:
                self._restoring.discard(member)

    async def _restore(self, member: Member, record: Record) -> None:
        """Put a participant back into a store that has lost its room, or has an older state of it."""
        try:
            entered = await self._roster.restore(
                member.room, record, token=member.token, settings=member.view.settings, breakouts=member.view.breakouts
            )
        except Refusal as refusal:
            self._turn_out(member, refusal)
            return
        except Unreachable:
            if member.state == "gone":
                self._goodbyes.keep(member)
            raise
        member.epoch = entered.snapshot.epoch
        if member.state == "gone":
            await self._goodbyes.send(member)
        else:
            self._switchboard.restored(member, entered)
            self._record_joined(member.room, record)

    def _turn_out(self, member: Member, refusal: Refusal) -> None:
        if isinstance(refusal, Dismissed):
            self._switchboard.dismiss(member, refusal.verdict)
        elif refusal.code == "banned":
            self._switchboard.dismiss(member, "removed")
        else:
            self._metrics.fenced += 1
            self._switchboard.replace(member)

    async def part(self, member: Member, grace_seconds: float | None) -> None:
        """A member is gone: it has left, or has ``grace_seconds`` to come back. The store is told now, or after an outage."""
        member.grace_seconds = grace_seconds
        # While it is being put back, `_restore` sends the goodbye: an earlier one would be undone.
        if member not in self._restoring:
            await self._goodbyes.send(member)

    def _record_joined(self, room: str, record: Record) -> None:
        if record.state == "present":
            self._journal.joined(room, record)

    # Reaping

    async def reap(self) -> None:
        """Do what is due: detach and remove participants whose lease or grace is over, close breakout rooms whose time is over,
        and let in whoever waits for a lobby that has opened.

        After a stall of this worker or of the store, everybody first has the time of a lease to come back.
        """
        now = self._clock()
        if now - self._reaped_at > self._pace.stalled:
            self._reap_after = now + LEASE_SECONDS
            self._metrics.held_off += 1
        if now >= self._reap_after and not self._out:
            for room in await self._lapsing(now):
                for change in await self._roster.reap(room):
                    self._announce(change)
        else:
            await self._roster.rooms()
        await self._gather()
        self._reaped_at = now
        if not self._out:
            # Not at once after an outage: the other workers need a moment to subscribe to their mailboxes again.
            await self._goodbyes.repeat()
            for room in self._switchboard.lobbies():
                await self._let_in(room)
        self._recover()

    async def _gather(self) -> None:
        """Close the breakout rooms whose time is over. Of the workers that ask at the same time, one gets the change."""
        for room in self._switchboard.overtime():
            if (change := await self._roster.gather(room, seconds=None)) is not None:
                self._announce(change)
                self._journal.audit(room, None, "gathered")

    async def _lapsing(self, now: float) -> set[str]:
        rooms = set(self._switchboard.unsure())
        if now - self._reaped_all_at >= self._pace.reap_all:
            self._reaped_all_at = now
            rooms.update(set(await self._roster.rooms()).difference(self._switchboard.rooms()))
        return rooms

    # Lobbies

    def release(self, room: str) -> None:
        """Let in whoever waits for a lobby that does not hold them back any more. The next pass repeats it."""
        if room not in self._releasing:
            self._releasing.add(room)
            self._spawn(self._release(room))

    async def _release(self, room: str) -> None:
        try:
            await self.attempt(lambda: self._let_in(room))
        finally:
            self._releasing.discard(room)

    async def _let_in(self, room: str) -> None:
        for change in await self._roster.release(room):
            self._announce(change)
            if change.record is not None:
                self._record_joined(room, change.record)

    # Repair

    def mend(self, room: str, epoch: str, version: int) -> None:
        """Read a room again, unless the changes up to this version arrive within ``patience``."""
        if room not in self._mending:
            self._mending.add(room)
            self._spawn(self._mend(room, epoch, version))

    async def _mend(self, room: str, epoch: str, version: int) -> None:
        try:
            await asyncio.sleep(self._pace.patience)
            view = self._switchboard.view(room)
            if view is not None and (view.epoch != epoch or view.version < version or view.early):
                await self.attempt(lambda: self._read(room))
        finally:
            self._mending.discard(room)

    async def _read(self, room: str) -> None:
        snapshot = await self._roster.snapshot(room)
        if snapshot is not None:
            self._metrics.repaired += 1
            self._switchboard.refresh(snapshot, room)

    def rebuild(self, room: str) -> None:
        """The store has lost a room. When every worker has had time to put its people back, announce who is missing."""
        if room not in self._rebuilding:
            self._metrics.rebuilt += 1
            self._rebuilding.add(room)
            self._spawn(self._rebuild(room))

    async def _rebuild(self, room: str) -> None:
        try:
            await asyncio.sleep(self._pace.rebuild)
            while not await self._settled(room):  # noqa: ASYNC110 - the store has no event to wait for
                await asyncio.sleep(self._pace.reap)
        finally:
            self._rebuilding.discard(room)

    async def _settled(self, room: str) -> bool:
        if self._switchboard.view(room) is None:
            return True
        try:
            snapshot = await self._roster.snapshot(room)
        except Unreachable:
            return False
        return snapshot is not None and self._switchboard.settle(snapshot, room)

    # History

    async def tidy(self) -> None:
        """Note which rooms are live, write what could not be written, and close the attendance of whoever is in no roster."""
        here = self._switchboard.rooms()
        rooms = await self._roster.rooms()
        live = {room: await self._present(room) for room in rooms}
        for member in self._switchboard.members():
            live.setdefault(member.room, set()).update(member.view.people)
        self._journal.seen(self._switchboard.rooms())
        if not set(here).difference(rooms) and self._is_sure():
            self._journal.reconcile(live)

    def _is_sure(self) -> bool:
        """Whether enough time has passed since an outage for all workers to have put their people back."""
        return not self._rebuilding and not self._out and self._clock() >= self._sure_after

    async def _present(self, room: str) -> set[str]:
        snapshot = await self._roster.snapshot(room)
        return {record.id for record in snapshot.people} if snapshot is not None else set()
