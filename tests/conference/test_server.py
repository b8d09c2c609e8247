"""The server below Django and Channels, and Mallory, who tries to exhaust it."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
import pytest_django
from daphne.http_protocol import WebRequest
from django.conf import settings
from twisted.internet.protocol import connectionDone
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport

from conference.server import requests
from conference.server.addresses import Addresses
from conference.server.inbox import EACH, FULL, Inbox
from conference.server.sockets import STRANGER_BYTES, STRANGER_FRAMES, SocketFactory
from rooms import guests
from signaling.protocol.bounds import FRAME_BYTES
from signaling.send_queue import SendQueue
from tests.browser import deployment as deploying
from tests.browser.servers import Server
from tests.conference.test_settings import python
from tests.raw import Wire, frame, text_frame

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[Path]:
    with django_db_blocker.unblock(), deploying.database(tmp_path_factory.mktemp("database")) as path:
        yield path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, database: Path) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("server")
    with deploying.embedded(directory, database=database, static=directory) as running:
        yield running


@pytest.fixture
def room(database: Path) -> str:
    slug: str = deploying.room(capacity=20).slug
    return slug


def guest(name: str) -> str:
    return f"{settings.GUEST_COOKIE_NAME}={guests.sign(name)}"


class Network:
    """Every connection of a test; they are closed after it."""

    def __init__(self) -> None:
        self._wires: list[Wire] = []
        self._requests: list[http.client.HTTPConnection] = []

    async def open(self, server: Server, room: str, cookie: str = "") -> Wire:
        wire = await Wire.open(server.port, room, cookie)
        self._wires.append(wire)
        return wire

    async def join(self, server: Server, room: str, name: str) -> tuple[Wire, str]:
        wire = await self.open(server, room, guest(name))
        return wire, await wire.join(name)

    def http(self, server: Server) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self._requests.append(connection)
        return connection

    async def close(self) -> None:
        for connection in self._requests:
            connection.close()
        for wire in self._wires:
            wire.writer.transport.abort()
            with suppress(OSError):
                await wire.writer.wait_closed()


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    one = Network()
    yield one
    await one.close()


def resident(server: Server) -> int:
    match = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{server.pid}/status").read_text())
    assert match is not None
    return int(match[1]) * 1024


LOADED = """
import gc, sys
from conference.server.__main__ import load
load()
print(gc.get_freeze_count(), len(gc.get_objects()), sys.getswitchinterval(), "rooms.views.room" in sys.modules)
"""


def test_neither_the_garbage_collector_nor_pages_hold_up_the_loop(tmp_path: Path) -> None:
    done = python(tmp_path, {}, "-c", LOADED)
    frozen, others, seconds, imported = done.stdout.split()
    assert (int(frozen) > 50_000, int(others) < 1_000, imported) == (True, True, "True"), done.stderr
    assert float(seconds) <= 0.0005


ANSWERED = """
import asyncio, django
django.setup()
from conference.server.server import Server

async def answer(scope, receive, send):
    server.protocol_disconnected("request")

async def main():
    server.connections = {}
    server.protocol_connected("request")
    server.create_application("request", {"type": "http"})
    await asyncio.sleep(0.1)
    print(server.connections)

server = Server(answer, "127.0.0.1", 0)
asyncio.run(main())
"""


def test_a_request_that_is_over_is_forgotten_at_once(tmp_path: Path) -> None:
    """Thousands a second are answered."""
    done = python(tmp_path, {}, "-c", ANSWERED)
    assert done.stdout == "{}\n", done.stderr


# Frames that no application sees


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (frame(b"", 1, fin=False), frame(b"", 0, fin=False)),
        (b"", frame(b"x" * 125, 9)),
        (b"", frame(b"", 10)),
    ],
    ids=["fragments of nothing", "pings", "pongs"],
)
async def test_frames_that_no_application_sees_are_counted(
    network: Network, server: Server, room: str, first: bytes, again: bytes
) -> None:
    mallory = await network.open(server, room)
    mallory.writer.write(first + again * (STRANGER_FRAMES[1] * 2))
    assert await mallory.closed() == 4429


def connected() -> Any:
    """A socket on a transport without a network."""
    transport = cast(Any, StringTransport)()
    transport.registerProducer(object(), True)
    socket = SocketFactory(None, server="").buildProtocol(None)
    socket.makeConnection(transport)
    socket.openHandshakeTimeoutCall.cancel()
    return socket


def test_pings_of_who_does_not_read_are_not_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The transport says so when its buffer is full. Pongs would go into memory."""
    mallory, pongs = connected(), list[bytes]()
    mallory.state = mallory.STATE_OPEN
    monkeypatch.setattr(mallory, "sendPong", pongs.append)
    mallory.onPing(b"1")
    mallory.transport.producer.pauseProducing()
    mallory.onPing(b"2")
    mallory.transport.producer.resumeProducing()
    mallory.onPing(b"3")
    assert pongs == [b"1", b"3"]


async def test_nothing_is_written_to_who_does_not_read() -> None:
    """The transport says when its buffer is full, and the signals wait where their number is bounded."""
    mallory, queue, sent = connected(), SendQueue(), list[Any]()
    mallory.carry(queue)

    async def send(event: dict[str, Any]) -> None:
        sent.append(event)

    writing = asyncio.create_task(queue.drain(send))
    mallory.transport.producer.pauseProducing()
    queue.push('"signal"')
    for _ in range(3):
        await asyncio.sleep(0)
    assert not sent
    mallory.transport.producer.resumeProducing()
    for _ in range(3):
        await asyncio.sleep(0)
    assert len(sent) == 1
    writing.cancel()


def test_of_a_frame_that_is_too_large_little_is_kept() -> None:
    mallory = connected()
    mallory.websocket_version = 13
    mallory.onMessageBegin(False)
    mallory.onMessageFrameBegin(100 * MEGABYTE)
    for _ in range(100):
        mallory.onMessageFrameData(b"x" * MEGABYTE)
    assert sum(map(len, mallory.frame_data)) == FRAME_BYTES + 1


async def test_who_has_joined_may_send_more_but_not_without_end(network: Network, server: Server, room: str) -> None:
    mallory, _ = await network.join(server, room, "Mallory")
    mallory.writer.write(frame(b"", 9) * 300 + text_frame({"type": "ping"}))
    while not await mallory.receive():
        pass
    mallory.writer.write(frame(b"", 9) * 1_000)
    assert await mallory.closed() == 4429


async def test_bytes_of_who_has_not_joined_are_counted(network: Network, server: Server, room: str) -> None:
    mallory = await network.open(server, room)
    mallory.writer.write(frame(b"x" * STRANGER_BYTES[1] * 2, 1, fin=False))
    assert await mallory.closed() == 4429


async def test_a_frame_of_any_size_is_answered(network: Network, server: Server, room: str) -> None:
    alice, _ = await network.join(server, room, "Alice")
    alice.writer.write(frame("ä".encode() * (MEGABYTE * 3 // 4)) + text_frame({"type": "ping"}))
    answers = []
    while {"type": "pong"} not in answers:
        answers += await alice.receive()
    assert [answer["code"] for answer in answers if answer["type"] == "refused"] == ["oversize"]


async def test_who_does_not_read_costs_little_and_the_others_stay(network: Network, server: Server, room: str) -> None:
    deaf, name = await network.join(server, room, "Deaf")
    deaf.writer.transport.pause_reading()  # type: ignore[attr-defined]
    await asyncio.sleep(0)
    others = [await network.join(server, room, f"Other {number}") for number in range(18)]
    before = resident(server)
    description = {"type": "offer", "sdp": "v=0\r\n" + "a=x\r\n" * 9_000}
    signal = {"type": "signal", "to": name, "connection": "c", "negotiation": 1, "description": description}
    for wire, _ in others:
        for _ in range(28):
            await wire.pour(text_frame(signal))
    for wire, _ in others:
        wire.writer.write(text_frame({"type": "ping"}))
        while {"type": "pong"} not in await wire.receive():
            pass
    assert resident(server) - before < 16 * MEGABYTE


# Requests


async def test_a_body_that_is_too_large_is_refused(network: Network, server: Server) -> None:
    before = resident(server)
    connection = network.http(server)
    connection.putrequest("POST", "/accounts/login/")
    connection.putheader("Content-Length", str(300 * MEGABYTE))
    connection.endheaders()
    assert connection.getresponse().status == 413
    assert resident(server) - before < 4 * MEGABYTE


async def test_a_program_is_told_so_with_problem_details(network: Network, server: Server) -> None:
    connection = network.http(server)
    connection.putrequest("POST", "/api/v1/rooms")
    connection.putheader("Content-Length", str(2 * MEGABYTE))
    connection.endheaders()
    answer = connection.getresponse()
    problem = json.loads(answer.read())
    assert (answer.status, answer.headers["Content-Type"]) == (413, "application/problem+json")
    assert problem["type"].endswith("#problem-too-large")


async def test_a_body_of_unknown_length_that_becomes_too_large_is_refused(network: Network, server: Server) -> None:
    connection = network.http(server)
    connection.putrequest("POST", "/accounts/login/")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    for _ in range(17):
        connection.send(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
    assert connection.getresponse().status == 413


async def test_a_body_that_is_not_too_large_arrives(network: Network, server: Server) -> None:
    connection = network.http(server)
    connection.request("POST", "/health/live", b"x" * 500_000)
    assert connection.getresponse().status == 200


class Transport(StringTransport):
    """A transport of a client that ignores a close."""

    aborted = False

    def loseWriteConnection(self) -> None:
        pass

    def abortConnection(self) -> None:
        self.aborted = True


class Slow:
    """A request that arrives slowly. The test moves the clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock = Clock()
        monkeypatch.setattr(requests, "reactor", self.clock)
        self.transport = cast(Any, Transport)()
        self.addresses = Addresses(10, 10, self.clock.seconds)
        self.requests, self.waiting = self, list[tuple[str, Callable[[], None]]]()
        self.channel = cast(Any, requests.RequestFactory(self).buildProtocol(None))
        self.channel.callLater = self.clock.callLater
        self.channel.makeConnection(self.transport)

    def enqueue(self, key: str, work: Callable[[], None]) -> None:
        self.waiting.append((key, work))

    def protocol_connected(self, protocol: object) -> None:
        pass

    def protocol_disconnected(self, protocol: object) -> None:
        pass

    def drip(self, text: bytes) -> None:
        for byte in text:
            self.channel.dataReceived(bytes([byte]))
            self.clock.advance(1)


@pytest.mark.parametrize(
    "text",
    [b"GET /" + b"x" * 100, b"GET / HTTP/1.1\r\nX: " + b"x" * 100, b"POST / HTTP/1.1\r\nContent-Length: 99\r\n\r\n" + b"x" * 60],
    ids=["request line", "header", "body"],
)
def test_a_request_that_drips_is_ended(monkeypatch: pytest.MonkeyPatch, text: bytes) -> None:
    slow = Slow(monkeypatch)
    slow.drip(text[:20])
    assert not slow.transport.value()
    slow.drip(text[20:])
    assert slow.transport.value().startswith(b"HTTP/1.1 408 ")
    assert slow.transport.aborted


def test_who_says_nothing_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow(monkeypatch)
    slow.clock.pump([1] * 40)
    assert slow.transport.value().startswith(b"HTTP/1.1 408 ")
    assert slow.transport.aborted


def test_requests_take_turns_by_address(monkeypatch: pytest.MonkeyPatch) -> None:
    slow, begun = Slow(monkeypatch), list[bytes]()
    monkeypatch.setattr(WebRequest, "process", lambda request: begun.append(request.uri))
    slow.channel.dataReceived(b"GET /mallory HTTP/1.1\r\n\r\n")
    assert not begun
    ((address, begin),) = slow.waiting
    begin()
    assert (address, begun) == (slow.transport.getPeer().host, [b"/mallory"])


def test_a_request_whose_browser_has_gone_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    slow, begun = Slow(monkeypatch), list[bytes]()
    monkeypatch.setattr(WebRequest, "process", lambda request: begun.append(request.uri))
    slow.channel.dataReceived(b"GET /mallory HTTP/1.1\r\n\r\n")
    slow.channel.connectionLost(connectionDone)
    for _, begin in slow.waiting:
        begin()
    assert not begun


# Addresses


async def test_an_address_has_only_so_many_connections(network: Network, tmp_path: Path, database: Path, room: str) -> None:
    variables = {"CONNECTIONS_PER_ADDRESS": "4"}
    with deploying.embedded(tmp_path, database=database, static=tmp_path, variables=variables) as small:
        mallory = [(await network.join(small, room, f"Mallory {number}"))[0] for number in range(4)]
        with pytest.raises(ConnectionError, match="429"):
            await network.open(small, room)
        mallory[0].writer.transport.abort()
        while True:
            try:
                await network.open(small, room)
            except ConnectionError:
                continue
            break


async def test_behind_a_proxy_the_visitors_address_counts(network: Network, tmp_path: Path, database: Path) -> None:
    variables = {"CONNECTIONS_PER_ADDRESS": "2", "HANDSHAKES_PER_ADDRESS": "1", "CLIENT_IP_HEADER": "X-Real-IP"}
    with deploying.embedded(tmp_path, database=database, static=tmp_path, variables=variables) as small:

        def status(address: str) -> int:
            connection = network.http(small)
            headers = {"X-Real-IP": address, "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
            headers |= {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Origin": small.origin}
            connection.request("GET", "/socket/x", headers=headers)
            return connection.getresponse().status

        assert [status("192.0.2.1") for _ in range(3)] == [101, 101, 429]
        assert status("192.0.2.2") == 101


def test_handshakes_of_an_address_have_a_rate() -> None:
    now = 0.0
    addresses = Addresses(3, 1, lambda: now)
    assert [addresses.shake_hands("192.0.2.1") for _ in range(4)] == [True, True, True, False]
    assert addresses.shake_hands("192.0.2.2")
    now = 1.0
    assert addresses.shake_hands("192.0.2.1")


def test_a_place_is_given_back_once() -> None:
    addresses = Addresses(1, 1, lambda: 0.0)
    place = addresses.enter("2001:db8::1", stays)
    assert place is not None
    place.settle()
    assert addresses.enter("2001:db8::2", stays) is None
    place.leave()
    place.leave()
    other = addresses.enter("2001:db8::2", stays)
    assert other is not None
    other.settle()
    assert addresses.enter("2001:db8::3", stays) is None


def test_who_has_not_joined_makes_room_for_others() -> None:
    addresses, ended = Addresses(3, 1, lambda: 0.0), list[str]()
    alice = addresses.enter("192.0.2.1", lambda: ended.append("Alice"))
    assert alice is not None
    alice.settle()
    for number in range(4):
        assert addresses.enter("192.0.2.1", partial(ended.append, f"Mallory {number}")) is not None
    assert ended == ["Mallory 0", "Mallory 1"]


def stays() -> None:
    raise AssertionError


# The queue of a socket


async def test_a_full_inbox_stops_the_reading() -> None:
    said: list[str] = []
    inbox = Inbox(lambda: said.append("pause"), lambda: said.append("resume"))
    event = {"type": "websocket.receive", "text": "x" * (FULL // 2 - EACH)}
    for _ in range(3):
        inbox.put_nowait(event)
    assert said == ["pause"]
    await inbox.get()
    assert said == ["pause", "resume"]
