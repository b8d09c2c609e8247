"""One browser's socket: who may open it, what it may send, and what happens to its participant.

Nothing here depends on ``websocket.disconnect``: it is not always sent. Nothing in the path of a signal touches a thread
or the database. Both are used while somebody joins, before the first signal.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine
from contextlib import suppress
from typing import Any, Final, TypeVar, cast

from django.core.exceptions import PermissionDenied
from msgspec import UNSET, UnsetType
from redis.exceptions import RedisError

from signaling.connection import connection_of
from signaling.joining import Joining
from signaling.limits import TokenBucket
from signaling.permissions import Actor
from signaling.ports import RoomUnavailable
from signaling.protocol.bounds import (
    AT_ONCE,
    ATTEST_BURST,
    ATTEST_RATE,
    BURST,
    JOIN_SECONDS,
    NOTE_BURST,
    NOTE_RATE,
    RATE,
    READ_AT_ONCE,
    REFRESH_BURST,
    REFRESH_RATE,
    REPORT_BURST,
    REPORT_RATE,
    STRIKE_SECONDS,
    STRIKES,
)
from signaling.protocol.facts import Fact, IceFact, Pong, Refused
from signaling.protocol.frames import encode, frame, parse, weight
from signaling.protocol.messages import (
    Admit,
    Ask,
    Attest,
    Broadcast,
    Deny,
    Divide,
    End,
    Free,
    Gather,
    Hand,
    Help,
    Join,
    Leave,
    Lift,
    Lower,
    Message,
    Move,
    Note,
    Ping,
    Refresh,
    Remove,
    Report,
    Restrict,
    Signal,
    permit,
)
from signaling.protocol.refusals import CLOSES, STRIKING, Close, Code
from signaling.protocol.values import State
from signaling.roster.base import CLOSED_GRACE_SECONDS, GRACE_SECONDS, Dismissed, Refusal, Unreachable
from signaling.send_queue import SendQueue
from signaling.telling import parting
from signaling.view import Member
from signaling.worker import Worker

logger = logging.getLogger(__name__)

CLEANUP_SECONDS: Final = 2.0
PONG: Final = encode(Pong())
ENDED_BY_BROWSER: Final = frozenset({1000, 1001})

T = TypeVar("T")
Event = dict[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Address = Callable[[Event], str]
Moderate = Callable[[Actor, str, str], Coroutine[Any, Any, object]]


def header(scope: Event, name: bytes) -> str:
    """The value of a header that was sent once, else an empty string."""
    values = [value for key, value in scope["headers"] if key == name]
    return values[0].decode("latin1") if len(values) == 1 else ""


def _given(field: T | UnsetType) -> T | None:
    """A field that may be missing, None if it is."""
    return None if field is UNSET else field


async def refuse(scope: Event, receive: Receive, send: Send) -> None:
    """Answer the handshake with 403."""
    await receive()
    await send({"type": "websocket.close"})


async def turn_away(receive: Receive, send: Send, code: Close, *facts: Fact) -> None:
    """Accept, because only an accepted socket can be told why, and close."""
    await receive()
    await send({"type": "websocket.accept"})
    if facts:
        await send({"type": "websocket.send", "text": frame(map(encode, facts))})
    await send({"type": "websocket.close", "code": int(code)})


class RoomConsumer:
    """An ASGI application for one socket. Made anew for each by ``routing.py``. ``address(scope)`` is where it comes from."""

    def __init__(self, worker: Worker, origins: Collection[str], address: Address, join_seconds: float = JOIN_SECONDS) -> None:
        self._worker = worker
        self._switchboard = worker.switchboard
        self._origins = origins
        self._address = address
        self._join_seconds = join_seconds
        self._deadline = asyncio.timeout(join_seconds)
        self._send_queue = SendQueue(worker.clock)
        self._bucket = TokenBucket(RATE, BURST, worker.clock)
        self._strikes = TokenBucket(1 / STRIKE_SECONDS, STRIKES, worker.clock)
        self._refreshes = TokenBucket(REFRESH_RATE, REFRESH_BURST, worker.clock)
        self._reports = TokenBucket(REPORT_RATE, REPORT_BURST, worker.clock)
        self._notes = TokenBucket(NOTE_RATE, NOTE_BURST, worker.clock)
        self._attestations = TokenBucket(ATTEST_RATE, ATTEST_BURST, worker.clock)
        self._grace_seconds = GRACE_SECONDS
        self._listening = False
        self._left = False

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        if header(scope, b"origin") not in self._origins:
            await refuse(scope, receive, send)
            return
        if self._worker.draining:
            await turn_away(receive, send, Close.MOVING)
            return
        if not self._worker.accepting:
            await turn_away(receive, send, Close.BUSY, Refused(code="busy"))
            return
        slug = scope["url_route"]["kwargs"]["slug"]
        visitor = slug, header(scope, b"cookie"), self._address(scope)
        connection = connection_of(scope)
        connection.carry(self._send_queue)
        self._joining = Joining(self._worker, visitor, connection, self._send_queue, self._join_seconds)
        with self._worker.socket(self._send_queue):
            await self._serve(receive, send)

    async def _serve(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        writer = asyncio.create_task(self._write(send))
        try:
            async with self._deadline:
                await self._listen(receive)
        except TimeoutError:
            self._send_queue.close(Close.LATE if self._member is None else Close.INTERNAL)
        except Exception:
            logger.exception("A socket failed")
            self._send_queue.close(Close.INTERNAL)
        finally:
            await self._finish(writer)

    # Out

    async def _write(self, send: Send) -> None:
        """Write until the socket is closed or lost. Then stop listening, too."""
        try:
            await self._send_queue.drain(send)
        except Exception as error:
            logger.info("A socket could not be written to: %s", error)
        if self._listening:
            self._deadline.reschedule(asyncio.get_running_loop().time())

    async def _finish(self, writer: asyncio.Task[None]) -> None:
        """Write what is queued, and detach or remove the participant. What takes too long continues in a task of the worker."""
        tasks: set[asyncio.Task[Any]] = {self._worker.spawn(self._depart())}
        if self._send_queue.code is not None:
            tasks.add(writer)
        try:
            await asyncio.wait(tasks, timeout=CLEANUP_SECONDS)
        finally:
            writer.cancel()

    async def _depart(self) -> None:
        if self._member is not None:
            if self._left:
                await self._worker.leave(self._member)
            else:
                await self._worker.detach(self._member, self._grace_seconds)
        elif self._joining.entering is not None:
            await self._worker.abandon(*self._joining.entering)

    # In

    async def _listen(self, receive: Receive) -> None:
        self._listening = True
        try:
            while self._send_queue.code is None:
                event = await receive()
                if event["type"] == "websocket.disconnect":
                    self._lost(event.get("code"))
                    return
                await self._take_all(event.get("text"), event.get("bytes"))
        finally:
            self._listening = False

    async def _take_all(self, text: str | None, data: bytes | None) -> None:
        """Take the messages of a frame in small parts. A long frame takes turns with those of other sockets."""
        key = self._member.identity if self._member is not None else ""
        if len(text or "") > READ_AT_ONCE:
            await self._worker.turns.wait(key)
        items = parse(text, data)
        for start in range(0, len(items), AT_ONCE):
            if start:
                await self._worker.turns.wait(key)
            for item in items[start : start + AT_ONCE]:
                await self._take(item)
        await asyncio.sleep(0)

    def _lost(self, code: int | None) -> None:
        if code in ENDED_BY_BROWSER:
            self._grace_seconds = CLOSED_GRACE_SECONDS

    @property
    def _member(self) -> Member | None:
        return self._joining.member

    @property
    def _state(self) -> State:
        if self._send_queue.code is not None:
            return "gone"
        return self._member.state if self._member is not None else "connecting"

    async def _take(self, item: Message | Refused) -> None:
        if self._state == "gone":
            return
        if not self._bucket.take() or not self._worker.may_send(self._member, weight(item)):
            self._refuse("flood")
        elif isinstance(item, Refused):
            self._refuse(item.code, item.reason)
        elif (code := permit(self._state, item)) is not None:
            self._refuse(code)
        elif self._member is None:
            await self._arrive(item)
        else:
            await self._act(self._member, item)

    async def _arrive(self, message: Message) -> None:
        match message:
            case Join():
                await self._join(message)
            case Ping():
                self._send_queue.push(PONG)
            case Leave():
                self._leave()

    async def _act(self, member: Member, message: Message) -> None:
        match message:
            case Signal():
                self._answer(self._switchboard.relay(member, message))
            case Admit():
                await self._run(self._admit(member, message))
            case Deny():
                await self._run(self._deny(member, message))
            case Note(text):
                await self._note(member, text)
            case Remove(id, ban):
                moderation = self._worker.moderation
                await self._moderate(moderation.ban if ban else moderation.remove, member, id)
            case Hand(raised):
                await self._raise_hand(member, raised)
            case Lower(id):
                await self._run(self._lower(member, _given(id)))
            case Restrict() | Free() | Lift() | Ask():
                await self._restrict(member, message)
            case End():
                await self._run(self._end(member))
            case Divide() | Move() | Gather() | Help() | Broadcast():
                await self._divide(member, message)
            case Refresh():
                self._refresh(member)
            case Report():
                self._report(member, message)
            case Attest(key):
                self._attest(member, key)
            case Ping():
                self._send_queue.push(PONG)
            case Leave():
                self._leave()

    def _answer(self, code: Code | None) -> None:
        if code is not None:
            self._refuse(code)

    def _refresh(self, member: Member) -> None:
        """Send fresh ICE servers, within a rate that a present participant never needs to exceed."""
        if not self._refreshes.take():
            self._refuse("flood", "credentials last longer than this")
            return
        ice = self._worker.lend(member)
        self._send_queue.push(encode(IceFact(servers=ice.servers, policy=ice.policy)))

    def _report(self, member: Member, report: Report) -> None:
        if self._reports.take():
            self._answer(self._switchboard.keep_report(member, report))
        else:
            self._refuse("flood", "once every few seconds is enough")

    async def _raise_hand(self, member: Member, raised: bool) -> None:
        if self._worker.may_raise_hand(member):
            await self._run(self._worker.raise_hand(member, raised=raised))
        else:
            self._refuse("flood", "a hand is raised and lowered too often")

    async def _restrict(self, member: Member, message: Restrict | Free | Lift | Ask) -> None:
        if self._worker.may_restrict(member):
            await self._run(self._restriction(member, message))
        else:
            self._refuse("flood", "people are restricted and freed too often")

    async def _note(self, member: Member, text: str) -> None:
        if self._notes.take():
            await self._run(self._worker.note(member, text))
        else:
            self._refuse("flood", "a note is changed too often")

    async def _divide(self, member: Member, message: Divide | Move | Gather | Help | Broadcast) -> None:
        """Do something about breakout rooms."""
        if not self._worker.may_move(member):
            self._refuse("flood", "rooms are changed too often")
            return
        division, who = self._worker.division, (member.room, member.id)
        match message:
            case Divide():
                await self._run(division.divide(*who, message))
            case Move(place, whom):
                await self._run(division.move(*who, place, _given(whom)))
            case Gather(seconds):
                await self._run(division.gather(*who, seconds))
            case Help(asked, whom):
                await self._run(division.help(*who, asked=asked, whom=_given(whom)))
            case Broadcast(text):
                await self._run(division.broadcast(*who, text))

    def _attest(self, member: Member, key: str) -> None:
        """Attest a key under the name and role that the participant has now."""
        if not self._attestations.take():
            self._refuse("flood", "once after each change of name or role is enough")
        elif (record := member.record) is not None:
            attestor = self._worker.attestor
            attested = attestor.attest(room=member.room, id=record.id, name=record.name, role=record.role, key=key)
            self._send_queue.push(encode(attested))

    def _refuse(self, code: Code, reason: str = "") -> None:
        """Send a refusal. A socket that has used up its strikes is closed."""
        self._send_queue.push(encode(Refused(code=code, reason=reason)))
        if code in STRIKING and not self._strikes.take():
            self._grace_seconds = CLOSED_GRACE_SECONDS
            self._send_queue.close(Close.FLOOD if code == "flood" else Close.PROTOCOL)

    # Joining and leaving

    async def _join(self, join: Join) -> None:
        deadline = self._deadline.when()
        self._deadline.reschedule(None)
        try:
            member = await self._joining.join(join)
            if member is None:
                self._refuse("invalid", "a guest must give a name")
                self._deadline.reschedule(deadline)
            else:
                await self._confirm(member)
        except Dismissed as dismissed:
            facts, code = parting(dismissed.verdict, dismissed.words)
            self._send_queue.close(code, *map(encode, facts))
        except RoomUnavailable as refusal:
            self._turn_away(cast(Code, refusal.code))
        except Refusal as refusal:
            self._turn_away(cast(Code, refusal.code), refusal.seconds)
        except (Unreachable, RedisError):
            self._turn_away("busy")

    async def _confirm(self, member: Member) -> None:
        """Confirm, unless a store is away. Then the participant stays, and the keeper's review reads again when the store is
        back.
        """
        try:
            with suppress(Unreachable, RedisError):
                await self._joining.confirm(member)
        except (RoomUnavailable, Refusal):
            self._left = True
            raise

    def _turn_away(self, code: Code, seconds: int = 0) -> None:
        self._worker.metrics.refusals[code] += 1
        self._send_queue.close(CLOSES[code], encode(Refused(code=code, seconds=seconds or UNSET)))

    def _leave(self) -> None:
        self._left = True
        self._send_queue.close(Close.LEFT)

    # Commands

    async def _run(self, command: Coroutine[Any, Any, object]) -> None:
        """Run a command to its end, including the announcement, even if this socket is lost meanwhile."""
        try:
            await asyncio.shield(self._worker.spawn(command))
        except PermissionDenied:
            self._refuse("forbidden")
        except Refusal as refusal:
            self._refuse(cast(Code, refusal.code))
        except Unreachable:
            self._refuse("busy")

    async def _moderate(self, command: Moderate, host: Member, id: str) -> None:
        await self._run(self._command(command, host, id))

    async def _command(self, command: Moderate, host: Member, id: str) -> None:
        by = await self._worker.moderation.actor(host.room, host.id)
        # The own participant is no target: to go is to leave.
        await command(by, host.room, id if id != host.id else "")

    async def _admit(self, host: Member, admit: Admit) -> None:
        moderation = self._worker.moderation
        by = await moderation.actor(host.room, host.id)
        if isinstance(admit.id, str):
            await moderation.admit(by, host.room, admit.id)
        elif isinstance(admit.ids, list):
            await moderation.admit_all(by, host.room, admit.ids)

    async def _deny(self, host: Member, deny: Deny) -> None:
        moderation = self._worker.moderation
        by = await moderation.actor(host.room, host.id)
        if isinstance(deny.id, str):
            await moderation.deny(by, host.room, deny.id, deny.reason)
        elif isinstance(deny.ids, list):
            await moderation.deny_all(by, host.room, deny.ids, deny.reason)

    async def _lower(self, host: Member, id: str | None) -> None:
        moderation = self._worker.moderation
        by = await moderation.actor(host.room, host.id)
        await (moderation.lower_all(by, host.room) if id is None else moderation.lower(by, host.room, id))

    async def _restriction(self, member: Member, message: Restrict | Free | Lift | Ask) -> None:
        moderation, room = self._worker.moderation, member.room
        if isinstance(message, Lift):
            await moderation.lift(room, member.id, message.use)
            return
        by = await moderation.actor(room, member.id)
        match message:
            case Restrict(use, how, ids):
                await moderation.restrict(by, room, _given(ids), use, how)
            case Free(use, ids):
                await moderation.free(by, room, _given(ids), use)
            case Ask(id, use):
                await moderation.ask(by, room, id, use, member.id)

    async def _end(self, host: Member) -> None:
        moderation = self._worker.moderation
        await moderation.end(await moderation.actor(host.room, host.id), host.room)
