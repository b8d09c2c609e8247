"""A browser as the server sees it: joins, resumes by the rules of ``docs/protocol.md``, sends signals, and records everything."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Origin

Message = dict[str, Any]

FINAL: Final = frozenset({1000, 4001, 4003, 4400, 4401, 4403})
UNKNOWN, MOVING, REPLACED, LOST = 4010, 4012, 4001, 1006
PATIENCE_SECONDS: Final = 12.0
GOODBYE_SECONDS: Final = 5.0
QUIET_SECONDS: Final = 10.0
ANSWER_SECONDS: Final = 5.0


@dataclass(frozen=True)
class Entry:
    """Something that happened to one participant: ``kind`` is ``open``, ``closed``, ``refused``, ``received`` or ``sent``;
    ``socket`` counts."""

    at: float
    kind: str
    socket: int
    content: Any = None


@dataclass
class Door:
    """The ports of the workers, used in turn, as a proxy does."""

    ports: Callable[[], Sequence[int]]
    origin: str
    turn: int = 0

    def next(self) -> int:
        ports = self.ports()
        if not ports:
            raise ConnectionRefusedError
        self.turn += 1
        return ports[self.turn % len(ports)]


@dataclass
class Socket:
    """One connection, and the first frame it brought."""

    wire: ClientConnection
    port: int
    number: int
    first: list[Message] = field(default_factory=list)


class Refused(Exception):
    def __init__(self, code: int) -> None:
        self.code = code


class Person:
    """One tab. ``live`` runs until the tab is done; ``die`` ends it without closing anything, as when a machine fails."""

    def __init__(self, door: Door, slug: str, cookie: str, name: str, random: Random) -> None:
        self.slug = slug
        self.name = name
        self.id = ""
        self.token = ""
        self.epoch = ""
        self.people: dict[str, str] = {}
        self.log: list[Entry] = []
        self.port = 0
        self.over = False
        self._door = door
        self._cookie = cookie
        self._random = random
        self._socket: Socket | None = None
        self._next: Socket | None = None
        self._spare: asyncio.Task[None] | None = None
        self._life: asyncio.Task[None] | None = None
        self._sockets = 0
        self._wires: list[ClientConnection] = []
        self._failures = 0
        self._sent: dict[str, int] = {}

    # What a test asks

    @property
    def attached(self) -> bool:
        return self._socket is not None

    def start(self) -> None:
        self._life = asyncio.create_task(self.live())

    async def die(self) -> None:
        self.over = True
        await self._stop()

    async def leave(self) -> None:
        self.over = True
        if self._socket is not None:
            with suppress(ConnectionClosed, TimeoutError):
                await self._socket.wire.send('[{"type":"leave"}]')
                await asyncio.wait_for(self._socket.wire.wait_closed(), GOODBYE_SECONDS)
        await self._stop()

    async def _stop(self) -> None:
        tasks = [task for task in (self._life, self._spare) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for wire in self._wires:
            wire.transport.abort()

    def stumble(self) -> None:
        """Lose the socket, without a close frame."""
        if self._socket is not None:
            self._socket.wire.transport.abort()

    def sleep(self) -> None:
        """Stop as a sleeping machine does. ``start`` wakes it, and it tries at once."""
        if self._life is not None:
            self._life.cancel()

    def move(self, door: Door) -> None:
        """Lose the socket, and use another port from now on."""
        self._door = door
        self.stumble()

    async def knock(self) -> int:
        """The answer to somebody else on the same port: a close code, or 0 for a welcome."""
        stranger = Person(self._door, self.slug, self._cookie, "Stranger", self._random)
        try:
            socket = await stranger._enter()
        except Refused as refused:
            return refused.code
        await socket.wire.send('[{"type":"leave"}]')
        await socket.wire.wait_closed()
        return 0

    def send(self, message: Message) -> None:
        if self._socket is not None:
            asyncio.get_running_loop().create_task(self._send(self._socket, message))

    def twin(self) -> Person:
        """The same tab once more."""
        other = Person(self._door, self.slug, self._cookie, self.name, self._random)
        other.id, other.token, other.epoch, other._sent = self.id, self.token, self.epoch, self._sent
        return other

    def talk(self, others: Sequence[str]) -> None:
        """Send a numbered envelope to one of the others."""
        if self._socket is None or not others:
            return
        to = self._random.choice(others)
        number = self._sent[to] = self._sent.get(to, 0) + 1
        self._note("sent", self._socket, {"to": to, "number": number})
        self.send({"type": "signal", "to": to, "connection": "c", "negotiation": 1, "candidate": {"candidate": str(number)}})

    async def _send(self, socket: Socket, *messages: Message) -> None:
        with suppress(ConnectionClosed):
            await socket.wire.send(json.dumps(messages))

    # Life

    async def live(self) -> None:
        while not self.over:
            try:
                socket = self._next or await self._enter()
                self._next = None
                code = await self._stay(socket)
            except Refused as refused:
                code = refused.code
                self.log.append(Entry(time.monotonic(), "refused", self._sockets, code))
            except (OSError, TimeoutError, WebSocketException):
                code = LOST
            if code == REPLACED and self._spare is not None:
                await asyncio.wait([self._spare])
                code = LOST
            if self._next is None:
                await self._wait(code)

    async def _enter(self) -> Socket:
        """A socket on which this tab was welcomed. Raises what a socket raises, or Refused."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            self._sockets += 1
            number, port = self._sockets, self._door.next()
            wire = await connect(
                f"ws://127.0.0.1:{port}/socket/{self.slug}",
                origin=Origin(self._door.origin),
                additional_headers={"Cookie": self._cookie},
                compression=None,
                ping_interval=None,
                close_timeout=1,
            )
            self._wires.append(wire)
            resume = {"resume": {"id": self.id, "token": self.token}} if self.token else {}
            try:
                await wire.send(json.dumps([{"type": "join", "name": self.name, **resume}]))
                first = json.loads(await wire.recv())
            except ConnectionClosed as closed:
                raise Refused(closed.rcvd.code if closed.rcvd else LOST) from closed
        if any("token" in message for message in first):
            return Socket(wire, port, number, first)
        await wire.close()
        raise Refused(wire.close_code or LOST)

    async def _stay(self, socket: Socket) -> int:
        self._socket, self.port, self._failures = socket, socket.port, 0
        self._note("open", socket, socket.port)
        self._receive(socket, socket.first)
        try:
            while True:
                self._receive(socket, json.loads(await self._listen(socket)))
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else LOST
        except TimeoutError:
            socket.wire.transport.abort()
            code = LOST
        finally:
            self._socket = None
        if self._next is None and not (code == REPLACED and self._is_moving):
            self._note("closed", socket, code)
        return code

    async def _listen(self, socket: Socket) -> str | bytes:
        """The next frame. Sends `ping` if nothing arrives; raises TimeoutError if there is no answer."""
        with suppress(TimeoutError):
            return await asyncio.wait_for(socket.wire.recv(), QUIET_SECONDS)
        await self._send(socket, {"type": "ping"})
        return await asyncio.wait_for(socket.wire.recv(), ANSWER_SECONDS)

    async def _wait(self, code: int) -> None:
        if code in FINAL:
            self.over = True
            return
        if code == UNKNOWN:
            self.id = self.token = ""
        most = min(15.0, (0.3 if code == MOVING else 1.0) * 2**self._failures)
        self._failures += 1
        await asyncio.sleep(self._random.random() * most)

    @property
    def _is_moving(self) -> bool:
        """Whether this tab is moving. Then its own resume elsewhere closes this socket, perhaps before its answer arrives."""
        return self._spare is not None and not self._spare.done()

    async def _try_elsewhere(self) -> None:
        await asyncio.sleep(self._random.random() * 2)
        for _ in range(8):
            present = self._socket
            try:
                if present is not None:
                    self._next = await self._enter()
                    await present.wire.close(3000)
                return
            except Refused:
                await asyncio.sleep(0.5 + self._random.random())
            except (OSError, TimeoutError, WebSocketException):
                return

    # Receiving

    def _receive(self, socket: Socket, messages: list[Message]) -> None:
        for message in messages:
            self._note("received", socket, message)
            match message["type"]:
                case "welcomed" | "roster":
                    self.id, self.token = message.get("id", self.id), message.get("token", self.token)
                    self.epoch = message["epoch"]
                    self.people = {one["id"]: one["link"] for one in message["participants"]}
                case "joined" | "updated":
                    self.people[message["participant"]["id"]] = message["participant"]["link"]
                case "left":
                    self.people.pop(message["id"], None)
                case "moving":
                    if not self._is_moving:
                        self._spare = asyncio.create_task(self._try_elsewhere())

    def _note(self, kind: str, socket: Socket, content: Any) -> None:
        self.log.append(Entry(time.monotonic(), kind, socket.number, content))
