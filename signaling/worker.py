"""One server process: its mailbox, switchboard, keeper, journal and threads, every task they run in, and its sockets."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from random import random as chance
from typing import Any, Final, TypeVar

from django.db import close_old_connections

from signaling.journal import AWAY, History, Journal
from signaling.keeper import Keeper, Pace
from signaling.limits import Buckets
from signaling.mailbox import Mailbox, Revocation
from signaling.metrics import Metrics
from signaling.permissions import Actor
from signaling.ports import Exclusion, Past, Presence, Rooms, Standing
from signaling.protocol import JOIN_BURST, JOIN_RATE, PERSON_BURST, PERSON_RATE, Close, Ice, Moving, Policy, Role, encode
from signaling.review import Review
from signaling.roster.base import Change, Record, Refusal, Roster, Unreachable
from signaling.send_queue import SendQueue
from signaling.settings import RoomSettings
from signaling.switchboard import Switchboard
from signaling.tickets import Tickets
from signaling.turns import Turns
from signaling.view import Member

logger = logging.getLogger(__name__)

DOOR_THREADS: Final = 8
READY_SECONDS: Final = 3.0
STOP_SECONDS: Final = 1.0
WATCH_SECONDS: Final = 0.25

T = TypeVar("T")


@dataclass(frozen=True)
class Farewell:
    """How a worker sends its people elsewhere, in seconds: ``batch`` of them at a time, every ``every``.

    It does not wait for whoever has not gone after ``patience``. ``linger`` is for what was said last to be read: a process
    that ends while a browser is still writing to it resets the connection, and the close code with it.
    """

    batch: int = 50
    every: float = 0.25
    patience: float = 20.0
    linger: float = 0.5


def participant_id() -> str:
    return secrets.token_urlsafe(12)


def _blocking(find: Callable[..., T], *args: Any) -> T:
    """Call ``find`` in a thread that outlives the connections to the database."""
    close_old_connections()
    try:
        return find(*args)
    finally:
        close_old_connections()


async def _written(work: Future[T]) -> T:
    """The answer of the journal. Raises Unreachable when the database is away."""
    try:
        return await asyncio.wrap_future(work)
    except AWAY as error:
        raise Unreachable from error


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
        self.rooms = rooms
        self._ice = ice
        self.clock = clock
        self.ids = ids
        self.tokens = tokens
        self.tickets = Tickets()
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
        )
        self.keeper = Keeper(
            roster,
            self.switchboard,
            self.journal,
            announce=self.announce,
            offer=self.offer,
            reopen=self.mailbox.check,
            review=Review(roster, self.switchboard, _Threaded(self), announce=self.announce),
            spawn=self.spawn,
            clock=clock,
            random=random,
            pace=pace or Pace(),
            metrics=self.metrics,
        )
        self.turns = Turns()
        self._messages = Buckets(PERSON_RATE, PERSON_BURST, clock)
        self._joins = Buckets(JOIN_RATE, JOIN_BURST, clock)
        self._door = ThreadPoolExecutor(max_workers=DOOR_THREADS, thread_name_prefix="door")
        self._farewell = farewell or Farewell()
        self._alone = layer is None
        self._send_queues: dict[SendQueue, None] = {}
        self._empty = asyncio.Event()
        self._empty.set()
        self._tasks: set[asyncio.Task[Any]] = set()
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
        """Measure how late this loop wakes up, forever."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + WATCH_SECONDS
            await asyncio.sleep(WATCH_SECONDS)
            self.metrics.lag.observe(max(0.0, loop.time() - due))

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
        """Whether somebody may be taken into a room: who is told only a part of it closes the pairs with the others."""
        view = self.switchboard.view(room)
        return not self.keeper.settling or (view is not None and bool(view.members))

    async def drain(self) -> None:
        """Take nobody in any more and send everybody to another worker. Returns when they have gone, or after a time."""
        self.draining = True
        if not self._send_queues:
            return
        logger.info("Sending %d sockets to other workers", len(self._send_queues))
        with suppress(TimeoutError):
            async with asyncio.timeout(self._farewell.patience):
                await self._send_away()
                await self._empty.wait()
                await self.mailbox.flush()
        await asyncio.sleep(self._farewell.linger)

    async def _send_away(self) -> None:
        async for send_queue in self._in_batches(list(self._send_queues)):
            send_queue.close(Close.MOVING)

    async def offer(self) -> None:
        """Ask everybody to take up their participant on another worker, and to stay if no other is better off."""
        logger.warning("Asking %d participants to try other workers", len(self.switchboard.members()))
        text = encode(Moving())
        async for member in self._in_batches(self.switchboard.members()):
            member.send_queue.push(text)

    async def _in_batches(self, them: Sequence[T]) -> AsyncIterator[T]:
        """So that other workers are not stormed. A worker that is alone has no others to spare."""
        batch = len(them) if self._alone else self._farewell.batch
        for place, one in enumerate(them):
            if place and place % batch == 0:
                await asyncio.sleep(self._farewell.every)
            yield one

    async def stop(self) -> None:
        """End every task, write the rest of history, give back connections."""
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            # More than once: redis-py turns a cancellation at the wrong moment into an error of its own.
            await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
        await asyncio.to_thread(self.journal.close)
        self._door.shutdown(wait=False)
        await self.roster.close()

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """A task that this worker owns: it is kept, its failure logged, and it ends with the worker."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None and not isinstance(error, Refusal | Unreachable):
            logger.error("A task of the worker failed", exc_info=error)

    def look_up(self, find: Callable[..., T], *args: Any) -> asyncio.Future[T]:
        """Run database work in the door's own threads."""
        future = asyncio.get_running_loop().run_in_executor(self._door, _blocking, find, *args)
        # A socket that closes before anybody asks for the answer is no error.
        future.add_done_callback(lambda done: done.cancelled() or done.exception())
        return future

    async def recall(self, room: str, id: str) -> Past:
        """What history knows of a participant. Raises Unreachable when the database is away."""
        return await _written(self.journal.recall(room, id))

    # Sockets

    @contextmanager
    def socket(self, send_queue: SendQueue) -> Iterator[None]:
        """While a socket is open, until what follows from its end was done or given up."""
        self._send_queues[send_queue] = None
        self._empty.clear()
        try:
            yield
        finally:
            del self._send_queues[send_queue]
            self.metrics.closes["lost" if send_queue.code is None else str(int(send_queue.code))] += 1
            if not self._send_queues:
                self._empty.set()

    def may_join(self, identity: str) -> bool:
        """Count a join of this person; False when there were too many."""
        return self._joins.take(identity)

    def may_send(self, member: Member | None, weight: int) -> bool:
        """Count what a person sends, whichever of their sockets it comes from; False when it is too much."""
        return member is None or self._messages.take(member.identity, weight)

    def lend(self, member: Member) -> Ice:
        """The ICE servers of a member."""
        return self._ice(member.id, member.room, member.view.settings.policy)

    def metrics_text(self) -> str:
        """In the Prometheus text format. From any thread."""
        return self.metrics.text(
            sockets=len(self._send_queues),
            participants={"present": 0, "waiting": 0} | Counter(member.state for member in self.switchboard.members()),
            pairs=self.switchboard.pairs(),
            degraded=self.keeper.degraded,
            draining=self.draining,
        )

    # What sockets, views and the keeper do to a room

    def announce(self, change: Change) -> None:
        """Tell a change here and on the other workers, and write down who has left."""
        self.switchboard.announce(change)
        self.journal.left(change)
        if change.reason is not None:
            self.metrics.leaves[change.reason] += 1

    async def leave(self, member: Member) -> None:
        """A member says goodbye."""
        if self.switchboard.detach(member):
            await self.keeper.part(member, None)

    async def detach(self, member: Member, grace_seconds: float) -> None:
        """A member's socket is lost; its participant has ``grace_seconds`` to come back."""
        if self.switchboard.detach(member):
            await self.keeper.part(member, grace_seconds)

    async def abandon(self, room: str, id: str) -> None:
        """Take back an entry of which nobody knows whether it took place."""
        self._announced(await self.roster.leave(room, id, None, "left"))

    async def admit(self, room: str, id: str) -> Record | None:
        """Let somebody in who waits. None if nobody of this id does. Raises Refusal ``full``, Unreachable."""
        change = await self.roster.admit(room, id)
        if change is None or change.record is None:
            return None
        self.announce(change)
        self.journal.joined(room, change.record)
        return change.record

    async def deny(self, room: str, id: str) -> bool:
        """Turn somebody away who waits. False if they are gone. Raises Unreachable."""
        return self._announced(await self.roster.leave(room, id, None, "denied"))

    async def remove(self, room: str, id: str) -> bool:
        """Remove a participant. False if they are gone. Raises Unreachable."""
        return self._announced(await self.roster.leave(room, id, None, "removed"))

    async def keep_out(self, room: str, by: Actor, target: Record) -> None:
        """A host bans somebody: in the database first, so that the roster has no ban that is not there. Raises Unreachable."""
        await _written(self.journal.banned(room, by, target))
        await self.ban(room, target.identity)

    async def ban(self, room: str, identity: str) -> bool:
        """Keep an identity out while the room is live, and remove its participants. Raises Unreachable."""
        return self._announced(*await self.roster.ban(room, identity))

    async def unban(self, room: str, identity: str) -> None:
        """Let an identity in again. Raises Unreachable."""
        await self.roster.unban(room, identity)

    async def set_role(self, room: str, identity: str, role: Role) -> bool:
        """Give the participants of an identity a role. False if that changes nothing. Raises Unreachable."""
        snapshot = await self.roster.snapshot(room)
        theirs = [one.id for one in snapshot.people if one.identity == identity] if snapshot is not None else []
        return self._announced(*[await self.roster.update(room, one, role=role) for one in theirs])

    async def rename(self, room: str, identity: str, name: str) -> bool:
        """Give the participants of an identity a name. False if that changes nothing. Raises Unreachable."""
        snapshot = await self.roster.snapshot(room)
        theirs = [one.id for one in snapshot.people if one.identity == identity] if snapshot is not None else []
        return self._announced(*[await self.roster.update(room, one, name=name) for one in theirs])

    async def set_participant_role(self, room: str, id: str, role: Role) -> bool:
        """Give one participant a role. False if that changes nothing. Raises Unreachable."""
        return self._announced(await self.roster.update(room, id, role=role))

    async def configure(self, room: str, settings: RoomSettings) -> bool:
        """Have a live room follow its settings. False if it is not live, or has these or newer ones. Raises Unreachable."""
        return self._announced(await self.roster.configure(room, settings))

    async def end(self, room: str) -> bool:
        """Send everybody home. Raises Unreachable."""
        return self._announced(*await self.roster.end(room))

    async def revoke(self, *, login: str = "", identity: str = "", spare: str | None = None) -> None:
        """A login, or all of an identity but the one to ``spare``, have ended: close their sockets on every worker."""
        revocation = Revocation(login, identity, spare)
        self.switchboard.revoke(revocation)
        await self.mailbox.broadcast(revocation)

    def _announced(self, *changes: Change | None) -> bool:
        for change in changes:
            if change is not None:
                self.announce(change)
        return any(change is not None for change in changes)

    def _depart(self, member: Member) -> None:
        self.spawn(self.keeper.part(member, None))


class _Threaded:
    """The rooms of a worker for its review: a ``signaling.review.Database``."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    async def room_settings(self, room_ids: Collection[str]) -> Mapping[str, RoomSettings]:
        return await self._worker.look_up(self._worker.rooms.room_settings, room_ids)

    async def standings(self, people: Collection[Presence]) -> Mapping[Presence, Standing]:
        return await self._worker.look_up(self._worker.rooms.standings, people)

    async def excluded(self, exclusions: Collection[Exclusion]) -> Collection[Exclusion]:
        return await self._worker.look_up(self._worker.rooms.excluded, exclusions)
