"""One server process: its mailbox, switchboard, keeper, journal and threads, every task they run in, and its sockets."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from random import random as chance
from typing import Any, Final, TypeVar

from signaling.attestations import Attestor
from signaling.digesting import Digesting
from signaling.division import Division
from signaling.journal import AWAY, History, Journal
from signaling.keeper import Keeper, Pace
from signaling.limits import Buckets
from signaling.lookups import Lookups
from signaling.mailbox import Mailbox, Revocation
from signaling.metrics import Metrics
from signaling.moderation import Moderation
from signaling.open_sockets import Farewell, OpenSockets
from signaling.ports import Notices, Past, Rooms
from signaling.protocol.bounds import (
    HAND_BURST,
    HAND_RATE,
    JOIN_BURST,
    JOIN_RATE,
    MOVE_BURST,
    MOVE_RATE,
    PERSON_BURST,
    PERSON_RATE,
    RESTRICT_BURST,
    RESTRICT_RATE,
)
from signaling.protocol.facts import Ice, Moving, Notice
from signaling.protocol.frames import encode
from signaling.protocol.values import Policy, Role
from signaling.review import Review
from signaling.roster.base import Change, Roster, Unreachable
from signaling.send_queue import SendQueue
from signaling.settings import RoomSettings
from signaling.switchboard import Switchboard
from signaling.tasks import Tasks
from signaling.tickets import Tickets
from signaling.turns import Turns
from signaling.view import Member
from signaling.watching import Watch

logger = logging.getLogger(__name__)

READY_SECONDS: Final = 3.0
WATCH_SECONDS: Final = 0.25

T = TypeVar("T")


def participant_id() -> str:
    return secrets.token_urlsafe(12)


class Worker:
    """Everything of this process that outlives a socket. Make it anywhere; :meth:`start` it in the loop that serves.

    ``layer`` is a channel layer, or None for a worker that is alone. ``ice(participant, room, policy)`` says which ICE
    servers a participant may use in a room of this policy.
    """

    def __init__(
        self,
        roster: Roster,
        layer: Any,
        history: History,
        *,
        rooms: Rooms,
        notices: Notices = Notice,
        ice: Callable[[str, str, Policy], Ice],
        clock: Callable[[], float] = time.monotonic,
        random: Callable[[], float] = chance,
        ids: Callable[[], str] = participant_id,
        tokens: Callable[[], str] = secrets.token_urlsafe,
        pace: Pace | None = None,
        farewell: Farewell | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self.metrics = metrics or Metrics()
        self.roster = roster
        self.rooms = Lookups(rooms, notices)
        self._ice = ice
        self.clock = clock
        self.ids = ids
        self.tokens = tokens
        self.tickets = Tickets()
        self.attestor = Attestor()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.draining = False
        self.journal = Journal(history, clock)
        self.mailbox = Mailbox(layer)
        self.switchboard = Switchboard(
            self.mailbox,
            mend=lambda room, epoch, version: self.keeper.mend(room, epoch, version),
            rebuild=lambda room: self.keeper.rebuild(room),
            depart=lambda member: self._depart(member),
            lend=self.lend,
            release=lambda room: self.keeper.release(room),
            clock=clock,
        )
        self.keeper = Keeper(
            roster,
            self.switchboard,
            self.journal,
            announce=self.announce,
            offer=self.offer,
            reopen=self.mailbox.check,
            review=Review(roster, self.switchboard, self.rooms, announce=self.announce),
            digest=Digesting(
                roster.digests,
                self.switchboard,
                self.metrics,
                worker=lambda: self.mailbox.address,
                condition=lambda: (self.draining, self.keeper.degraded),
                clock=clock,
            ),
            notify=self._notify,
            spawn=self.spawn,
            clock=clock,
            random=random,
            pace=pace or Pace(),
            metrics=self.metrics,
        )
        self.moderation = Moderation(roster, self.journal, self.announce, self.switchboard.tell)
        self.division = Division(
            roster, self.journal, announce=self.announce, proclaim=self.switchboard.proclaim, ids=ids, random=random
        )
        self.turns = Turns()
        self.watch = Watch(roster, clock)
        self._messages = Buckets(PERSON_RATE, PERSON_BURST, clock)
        self._joins = Buckets(JOIN_RATE, JOIN_BURST, clock)
        self._hands = Buckets(HAND_RATE, HAND_BURST, clock)
        self._restrictions = Buckets(RESTRICT_RATE, RESTRICT_BURST, clock)
        self._moves = Buckets(MOVE_RATE, MOVE_BURST, clock)
        self._sockets = OpenSockets(farewell or Farewell(), alone=layer is None)
        self._tasks = Tasks()
        self._opened = asyncio.Event()

    # Life

    def start(self) -> None:
        """Begin to work in the running loop. Does nothing when it has begun."""
        if self.loop is None:
            self.loop = asyncio.get_running_loop()
            self.spawn(self._run())

    async def _run(self) -> None:
        await self.mailbox.open()
        self._opened.set()
        self.spawn(self.mailbox.publish())
        self.spawn(self.mailbox.collect(self.switchboard.receive))
        self.keeper.start()
        self.spawn(self._watch())

    async def _watch(self) -> None:
        """Measure how late the event loop wakes up, forever."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + WATCH_SECONDS
            await asyncio.sleep(WATCH_SECONDS)
            self.metrics.late(max(0.0, loop.time() - due))

    async def ready(self) -> None:
        """Wait until other workers can write to this one. Raises Unreachable when that takes too long."""
        if not self._opened.is_set():
            try:
                async with asyncio.timeout(READY_SECONDS):
                    await self._opened.wait()
            except TimeoutError:
                raise Unreachable("no mailbox") from None

    @property
    def accepting(self) -> bool:
        """Whether newcomers are welcome here."""
        return not self.draining and not self.keeper.degraded

    def knows(self, room: str) -> bool:
        """Whether a room is known completely. If not, nobody may join: a browser that gets a part of it closes the pairs with the
        rest.
        """
        view = self.switchboard.view(room)
        return not self.keeper.settling or (view is not None and bool(view.members))

    async def drain(self) -> None:
        """Refuse newcomers, and send everybody to another worker. Returns when they have gone, or after a time."""
        self.draining = True
        await self._sockets.send_away(self.mailbox.flush)

    async def offer(self) -> None:
        """Ask every browser to resume on another worker, and to stay if no other takes it."""
        logger.warning("Asking %d participants to try other workers", len(self.switchboard.members()))
        text = encode(Moving())
        async for member in self._sockets.in_batches(self.switchboard.members()):
            member.send_queue.push(text)

    async def _notify(self) -> None:
        self.switchboard.notify(await self.rooms.notice())

    async def stop(self) -> None:
        """End every task, write the rest of history, give back connections."""
        await self._tasks.stop()
        await asyncio.to_thread(self.journal.close)
        self.rooms.close()
        await self.roster.close()

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """A task that this worker owns: it is kept, its failure logged, and it ends with the worker."""
        return self._tasks.spawn(work)

    async def recall(self, room: str, id: str) -> Past:
        """What history knows of a participant. Raises Unreachable when the database is away."""
        try:
            return await asyncio.wrap_future(self.journal.recall(room, id))
        except AWAY as error:
            raise Unreachable from error

    # Sockets

    @contextmanager
    def socket(self, send_queue: SendQueue) -> Iterator[None]:
        """A context for the life of a socket, including the clean-up after its end."""
        try:
            with self._sockets.opened(send_queue):
                yield
        finally:
            self.metrics.closes["lost" if send_queue.code is None else str(int(send_queue.code))] += 1

    def may_join(self, identity: str) -> bool:
        """Count a join of this person; False when there were too many."""
        return self._joins.take(identity)

    def may_raise_hand(self, member: Member) -> bool:
        """Count that this person raises or lowers a hand; False when there was too much of it."""
        return self._hands.take(member.identity)

    def may_restrict(self, member: Member) -> bool:
        """Count that this person restricts, frees or asks somebody; False when there was too much of it."""
        return self._restrictions.take(member.identity)

    def may_move(self, member: Member) -> bool:
        """Count that this person does something about breakout rooms; False when there was too much of it."""
        return self._moves.take(member.identity)

    def may_send(self, member: Member | None, weight: int) -> bool:
        """Count what a person sends, whichever of their sockets it comes from; False when it is too much."""
        return member is None or self._messages.take(member.identity, weight)

    def lend(self, member: Member) -> Ice:
        """The ICE servers of a member."""
        return self._ice(member.id, member.room, member.view.settings.policy)

    def metrics_text(self) -> str:
        """In the Prometheus text format. From any thread."""
        return self.metrics.text(
            sockets=len(self._sockets),
            participants={"present": 0, "waiting": 0} | Counter(member.state for member in self.switchboard.members()),
            pairs=self.switchboard.pairs(),
            degraded=self.keeper.degraded,
            draining=self.draining,
        )

    # What sockets, views and the keeper do to a room

    def announce(self, change: Change) -> None:
        """Emit a change here and on the other workers, and record who has left, and who is in which breakout room."""
        self.switchboard.announce(change)
        self.journal.left(change)
        self.journal.divided(change)
        if change.reason is not None:
            self.metrics.leaves[change.reason] += 1

    async def leave(self, member: Member) -> None:
        """A member leaves."""
        if self.switchboard.detach(member):
            await self.keeper.part(member, None)

    async def detach(self, member: Member, grace_seconds: float) -> None:
        """A member's socket is lost; its participant has ``grace_seconds`` to come back."""
        if self.switchboard.detach(member):
            await self.keeper.part(member, grace_seconds)

    async def abandon(self, room: str, id: str) -> None:
        """Undo a join of which it is unknown whether it took place."""
        self._announced(await self.roster.leave(room, id, None, "left"))

    async def expel(self, room: str, identity: str) -> bool:
        """Remove the participants of an identity that may no longer be in the room. False if it has none. Raises Unreachable."""
        theirs = await self._participants(room, identity)
        return self._announced(*[await self.roster.leave(room, one, None, "removed") for one in theirs])

    async def unban(self, room: str, identity: str) -> None:
        """Let an identity in again. Raises Unreachable."""
        await self.roster.unban(room, identity)

    async def set_role(self, room: str, identity: str, role: Role) -> bool:
        """Give the participants of an identity a role. False if that changes nothing. Raises Unreachable."""
        theirs = await self._participants(room, identity)
        return self._announced(*[await self.roster.update(room, one, role=role) for one in theirs])

    async def rename(self, room: str, identity: str, name: str) -> bool:
        """Give the participants of an identity a name. False if that changes nothing. Raises Unreachable."""
        theirs = await self._participants(room, identity)
        return self._announced(*[await self.roster.update(room, one, name=name) for one in theirs])

    async def set_participant_role(self, room: str, id: str, role: Role) -> bool:
        """Give one participant a role. False if that changes nothing. Raises Unreachable."""
        return self._announced(await self.roster.update(room, id, role=role))

    async def raise_hand(self, member: Member, *, raised: bool) -> bool:
        """Raise or lower the hand of a member. False if that changes nothing. Raises Unreachable."""
        return self._announced(await self.roster.hand(member.room, member.id, raised=raised))

    async def note(self, member: Member, text: str) -> bool:
        """Set the note of a member who waits. False if that changes nothing. Raises Unreachable."""
        return self._announced(await self.roster.note(member.room, member.id, text))

    async def configure(self, room: str, settings: RoomSettings) -> bool:
        """Have a live room follow its settings. False if it is not live, or has these or newer ones. Raises Unreachable."""
        return self._announced(await self.roster.configure(room, settings))

    async def end(self, room: str) -> bool:
        """End the meeting. Raises Unreachable."""
        return self._announced(*await self.roster.end(room))

    async def revoke(self, *, login: str = "", identity: str = "", spare: str | None = None) -> None:
        """Close the sockets of a login that has ended, on every worker; or of all logins of an identity except the one to
        ``spare``.
        """
        revocation = Revocation(login, identity, spare)
        self.switchboard.revoke(revocation)
        await self.mailbox.broadcast(revocation)

    async def _participants(self, room: str, identity: str) -> list[str]:
        snapshot = await self.roster.snapshot(room)
        return [one.id for one in snapshot.people if one.identity == identity] if snapshot is not None else []

    def _announced(self, *changes: Change | None) -> bool:
        for change in changes:
            if change is not None:
                self.announce(change)
        return any(change is not None for change in changes)

    def _depart(self, member: Member) -> None:
        self.spawn(self.keeper.part(member, None))
