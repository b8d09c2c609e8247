"""How a socket becomes a participant: somebody new, one who comes back, or one whom the roster has lost."""

from __future__ import annotations

import asyncio

from msgspec import UNSET

from signaling.connection import Connection
from signaling.ports import Entry, RoomUnavailable
from signaling.protocol.bounds import CAPABILITIES
from signaling.protocol.facts import Room, Waiting, Welcomed
from signaling.protocol.messages import Join, Resume
from signaling.roster.base import Dismissed, Entered, Record, Refusal, Unreachable
from signaling.send_queue import SendQueue
from signaling.tickets import Bearer, Ticket, digest
from signaling.view import Member
from signaling.worker import Worker

Visitor = tuple[str, str, str]


def _person(entry: Entry) -> tuple[str, str, bool]:
    """What must not change between two readings; a visitor for whom it does joins afresh."""
    return entry.identity, entry.login, entry.role == "guest"


class Joining:
    """How one socket joins.

    ``visitor`` is the room's code, the Cookie header and the address; a ``join`` may have a cookie of its own. The database has
    ``patience`` seconds to answer. ``member`` is the member that the socket has become. ``entering`` is the room and id that the
    roster may have added.
    """

    def __init__(self, worker: Worker, visitor: Visitor, connection: Connection, send_queue: SendQueue, patience: float) -> None:
        self._worker = worker
        self._visitor = visitor
        self._connection = connection
        self._send_queue = send_queue
        self._patience = patience
        self.member: Member | None = None
        self.entering: tuple[str, str] | None = None
        self._capabilities: list[str] | None = None

    async def join(self, join: Join) -> Member | None:
        """The new member, or None where a guest gives no name. Raises RoomUnavailable, Dismissed, Refusal; and Unreachable or
        RedisError.
        """
        self._capabilities = None if join.capabilities is UNSET else join.capabilities
        if join.cookie is not UNSET:
            slug, _, client = self._visitor
            self._visitor = slug, join.cookie, client
        await self._worker.ready()
        self._entry = await self._look_up()
        if self._entry.newcomers and not (join.resume and self._ticket(join.resume)):
            raise RoomUnavailable(self._entry.newcomers)
        if not self._worker.may_join(self._entry.identity):
            raise Refusal("flood")
        if not self._worker.knows(self._entry.room_id):
            raise Unreachable("the room may not be whole yet")
        if join.resume:
            await self._resume_counted(join.resume, self._name(join))
        elif name := self._name(join):
            await self._enter(name)
        return self.member

    async def confirm(self, member: Member) -> None:
        """Read again who may join, before the next message of this socket counts.

        A change that was committed after the first reading, and that was applied before the participant was in the roster, has
        not reached the participant. This reading sees it. A later change finds the participant in the roster.

        Raises RoomUnavailable or Refusal, when the participant must go; and Unreachable or RedisError.
        """
        while member.state != "gone":
            before = self._entry
            self._entry = await self._look_up()
            if _person(self._entry) != _person(before):
                raise Refusal("expired")
            if self._entry.settings.differs(member.view.settings):
                await self._worker.configure(member.room, self._entry.settings)
            if self._entry.role == before.role:
                return
            await self._worker.set_participant_role(member.room, member.id, self._entry.role)

    async def _look_up(self) -> Entry:
        """Who may join, as the database has it now."""
        try:
            async with asyncio.timeout(self._patience):
                return await self._worker.rooms.find(*self._visitor)
        except TimeoutError:
            raise Unreachable("the database does not answer") from None

    def _name(self, join: Join) -> str:
        return self._entry.person or join.name or ""

    async def _enter(self, name: str) -> None:
        entry, worker = self._entry, self._worker
        token = worker.tokens()
        record = Record(
            id=worker.ids(),
            name=name,
            role=entry.role,
            identity=entry.identity,
            worker=worker.mailbox.address,
            prefix=entry.prefix,
        )
        self.entering = entry.room_id, record.id
        with worker.switchboard.opening(entry.room_id):
            try:
                entered = await worker.roster.enter(
                    entry.room_id,
                    record,
                    token=digest(token),
                    settings=entry.settings,
                )
            except Refusal:
                self.entering = None
                raise
            member = self._attach(entered, token)
        worker.metrics.joins += 1
        if member.state == "present":
            worker.journal.joined(member.room, member.record or record)
        else:
            worker.journal.knocked(member.room, record)
        if member.record is not None and member.record.restrictions:
            worker.journal.restricted(member.room, member.record)

    async def _resume_counted(self, resume: Resume, name: str) -> None:
        outcome = "error"
        try:
            await self._resume(resume, name)
            outcome = "resumed"
        except Refusal as refusal:
            outcome = refusal.code
            raise
        except Unreachable:
            outcome = "busy"
            raise
        finally:
            self._worker.metrics.resumes[outcome] += 1

    async def _resume(self, resume: Resume, name: str) -> None:
        try:
            await self._take_up(resume, name)
        except Refusal as refusal:
            if refusal.code != "expired":
                raise
            await self._reclaim(resume, name)

    async def _take_up(self, resume: Resume, name: str) -> None:
        entry, worker = self._entry, self._worker
        token = worker.tokens()
        with worker.switchboard.opening(entry.room_id):
            entered = await worker.roster.resume(
                entry.room_id,
                resume.id,
                identity=entry.identity,
                token=digest(resume.token),
                fresh=digest(token),
                worker=worker.mailbox.address,
                role=entry.role,
                name=name,
                prefix=entry.prefix,
                settings=entry.settings,
            )
            self._attach(entered, token)

    def _ticket(self, resume: Resume) -> Ticket | None:
        """What the token says, if we have issued it to this person for this room."""
        entry = self._entry
        return self._worker.tickets.read(resume.token, Bearer(entry.room_id, resume.id, entry.identity, entry.login))

    async def _reclaim(self, resume: Resume, name: str) -> None:
        """Take up a place that the roster has lost, by what the token says and what history knows."""
        entry, worker = self._entry, self._worker
        ticket = self._ticket(resume)
        past = await worker.recall(entry.room_id, resume.id) if ticket is not None else None
        if past is not None and past.verdict is not None:
            raise Dismissed(past.verdict)
        stay = past.stay(resume.id) if past is not None else None
        if ticket is None or past is None or stay is None:
            raise Refusal("expired")
        token, here = worker.tokens(), worker.mailbox.address
        record = Record(
            id=resume.id,
            name=name or stay.name,
            role=entry.role,
            identity=entry.identity,
            worker=here,
            generation=ticket.generation,
            prefix=entry.prefix,
            restrictions=stay.restrictions if entry.role == stay.role else {},
        )
        with worker.switchboard.opening(entry.room_id):
            entered = await worker.roster.reclaim(
                entry.room_id,
                record,
                epoch=ticket.epoch,
                token=digest(resume.token),
                fresh=digest(token),
                others=[Record(**other._asdict(), worker=here) for other in past.stays],
                settings=entry.settings,
            )
            member = self._attach(entered, token)
        if member.state == "present":
            worker.journal.joined(member.room, member.record or record)

    def _attach(self, entered: Entered, token: str) -> Member:
        record = entered.change.record
        assert record is not None  # noqa: S101 - enter and resume are about somebody
        self.member = Member(
            record,
            room=self._entry.room_id,
            token=digest(token),
            login=self._entry.login,
            send_queue=self._send_queue,
            greet=lambda member: self._greeting(member, token),
            capabilities=self._capabilities or (),
        )
        self._worker.switchboard.attach(self.member, entered)
        self._connection.welcome()
        return self.member

    def _greeting(self, member: Member, secret: str) -> Welcomed | Waiting:
        entry, view = self._entry, member.view
        bearer = Bearer(member.room, member.id, member.identity, member.login)
        token = self._worker.tickets.issue(secret, bearer, Ticket(member.generation, member.epoch))
        settings = view.settings
        room = Room(slug=entry.slug, name=entry.name, locked=settings.locked, capacity=settings.capacity)
        if member.state == "waiting":
            return Waiting(id=member.id, token=token, room=room)
        roster = view.roster(host=member.hosts, place=member.place)
        return Welcomed(
            id=member.id,
            token=token,
            epoch=roster.epoch,
            version=roster.version,
            room=room,
            participants=roster.participants,
            waiting=roster.waiting,
            ice=self._worker.lend(member),
            capabilities=list(CAPABILITIES) if self._capabilities is not None else UNSET,
        )
