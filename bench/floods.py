"""The floods of ``bench.abuse``, each a program of its own: ``python -m bench.floods NAME`` reads a :class:`Target` from stdin.

They use raw sockets, because libraries do not permit violations of the protocol. Each prints one line of JSON with its counts.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

import httpx

from tests.raw import Wire, frame, text_frame

SENT_BYTES = 64 * 1024
#: Every repetition of it is a place where an address might begin.
SLOW_LINE = "a=x:" + "1:" * 450 + "g"


@dataclass(frozen=True)
class Target:
    """Where a flood goes: ``cookies`` are guests of its own, ``victim`` a participant of ``room`` who behaves.

    ``login`` and ``password`` are those of somebody who behaves.
    """

    port: int
    room: str
    cookies: list[str]
    victim: str
    login: str
    password: str
    seconds: float

    def text(self) -> str:
        return json.dumps(asdict(self))


@dataclass
class Tally:
    """The counts of a flood."""

    opened: int = 0
    refused: int = 0
    sent: int = 0
    held: int = 0
    answers: dict[str, int] = field(default_factory=dict)
    longest: dict[str, float] = field(default_factory=dict)

    def answered(self, what: str) -> None:
        self.answers[what] = self.answers.get(what, 0) + 1

    def lasted(self, what: str, since: float) -> None:
        """``since`` is a time of ``time.monotonic``."""
        self.longest[what] = max(self.longest.get(what, 0.0), round(time.monotonic() - since, 1))


def offer(to: str, sdp: str) -> dict[str, Any]:
    return {"type": "signal", "to": to, "connection": "f", "negotiation": 1, "description": {"type": "offer", "sdp": sdp}}


def candidate(to: str) -> dict[str, Any]:
    return {"type": "signal", "to": to, "connection": "f", "negotiation": 1, "candidate": {"candidate": "candidate:1"}}


async def drink(wire: Wire, tally: Tally) -> None:
    """Read and forget, until the end."""
    try:
        while True:
            await wire.receive()
    except (ConnectionError, asyncio.IncompleteReadError) as error:
        tally.answered(str(error) if isinstance(error, ConnectionError) else "dropped")


Flood = Callable[[Target, Tally], Awaitable[None]]
Talk = Callable[[Wire], Awaitable[None]]
FLOODS: dict[str, Flood] = {}


def flood(work: Flood) -> Flood:
    FLOODS[work.__name__] = work
    return work


async def again(work: Callable[[], Awaitable[None]], tally: Tally) -> None:
    """Run forever. A socket that is closed reconnects at once."""
    while True:
        try:
            await work()
        except (OSError, asyncio.IncompleteReadError, TimeoutError, httpx.HTTPError) as error:
            tally.refused += 1
            tally.answered(type(error).__name__ if isinstance(error, ConnectionResetError) else str(error)[:40])
            await asyncio.sleep(0.002)


async def unjoined(target: Target, tally: Tally, data: bytes, count: int, first: bytes = b"", *, read: bool = True) -> None:
    async def one() -> None:
        wire = await Wire.open(target.port, target.room)
        tally.opened += 1
        reading = asyncio.create_task(drink(wire, tally)) if read else None
        try:
            await wire.pour(first)
            while reading is None or not reading.done():
                await wire.pour(data)
                tally.sent += len(data)
                await asyncio.sleep(0)
        finally:
            wire.writer.transport.abort()
            if reading is not None:
                reading.cancel()

    await asyncio.gather(*(again(one, tally) for _ in range(count)))


EMPTY = frame(b"", 0, fin=False)
EMPTIES = EMPTY * (SENT_BYTES // len(EMPTY))
PING = frame(b"x" * 125, 9)
PINGS = PING * (SENT_BYTES // len(PING))


@flood
async def fragments_3(target: Target, tally: Tally) -> None:
    """3 sockets without log-in that never join send fragments of nothing."""
    await unjoined(target, tally, EMPTIES, 3, frame(b"", 1, fin=False))


@flood
async def fragments_20(target: Target, tally: Tally) -> None:
    """20 of them."""
    await unjoined(target, tally, EMPTIES, 20, frame(b"", 1, fin=False))


@flood
async def pings_3(target: Target, tally: Tally) -> None:
    """3 sockets that never join send pings and read no pong."""
    await unjoined(target, tally, PINGS, 3, read=False)


@flood
async def pings_20(target: Target, tally: Tally) -> None:
    """20 of them."""
    await unjoined(target, tally, PINGS, 20, read=False)


@flood
async def lingering(target: Target, tally: Tally) -> None:
    """200 sockets that never join send what is answered, three times a second. *longest*: how long one was open."""
    data = text_frame({"type": "ping"})

    async def one() -> None:
        wire = await Wire.open(target.port, target.room)
        opened_at = time.monotonic()
        tally.opened += 1
        reading = asyncio.create_task(drink(wire, tally))
        try:
            while not reading.done():
                await wire.pour(data)
                await asyncio.wait({reading}, timeout=0.3)
        finally:
            tally.lasted("unjoined", opened_at)
            wire.writer.transport.abort()
            reading.cancel()

    await asyncio.gather(*(again(one, tally) for _ in range(200)))


async def joined(target: Target, tally: Tally, cookie: str, work: Talk) -> None:
    wire = await Wire.open(target.port, target.room, cookie)
    tally.opened += 1
    try:
        await wire.join("Mallory")
        await work(wire)
    finally:
        wire.writer.transport.abort()


async def crowd(target: Target, tally: Tally, cookies: list[str], talk: Talk) -> None:
    await asyncio.gather(*(again(partial(joined, target, tally, cookie, talk), tally) for cookie in cookies))


@flood
async def reconnecting(target: Target, tally: Tally) -> None:
    """Two people who join, send signals until they are closed, and come back at once."""
    data = text_frame(*[candidate(target.victim)] * 200)

    async def talk(wire: Wire) -> None:
        reading = asyncio.create_task(drink(wire, tally))
        while not reading.done():
            await wire.pour(data)
            tally.sent += 200
            await asyncio.sleep(0)

    await crowd(target, tally, target.cookies[:2], talk)


def paced(data: bytes, tally: Tally, burst: int) -> Talk:
    """Sends at the documented rate: ``burst`` at once, then 50 a second."""

    async def talk(wire: Wire) -> None:
        reading = asyncio.create_task(drink(wire, tally))
        started, sent = time.monotonic(), 0
        while not reading.done():
            due = burst + int((time.monotonic() - started) * 49)
            for _ in range(min(8, due - sent)):
                await wire.pour(data)
                sent += 1
                tally.sent += 1
            await asyncio.sleep(0 if sent < due else 0.01)
        raise ConnectionError("closed")

    return talk


@flood
async def senders(target: Target, tally: Tally) -> None:
    """Thirty people who keep to the rate send one of the others the longest descriptions there may be."""
    data = text_frame(offer(target.victim, "v=0\r\n" + "a=x\r\n" * 9_000))
    talk = paced(data, tally, 280)
    await crowd(target, tally, target.cookies[:30], talk)


@flood
async def bursts(target: Target, tally: Tally) -> None:
    """Thirty people use up their burst of small signals at once, in few frames, and go on at the rate."""
    data = text_frame(*[candidate(target.victim)] * 140)

    async def talk(wire: Wire) -> None:
        reading = asyncio.create_task(drink(wire, tally))
        while not reading.done():
            await wire.pour(data + data)
            tally.sent += 280
            await asyncio.sleep(280 / 49)

    await crowd(target, tally, target.cookies[:30], talk)


@flood
async def deaf(target: Target, tally: Tally) -> None:
    """One participant does not read; eight others send it long descriptions at the permitted rate."""
    async with asyncio.timeout(10):
        wire = await Wire.open(target.port, target.room, target.cookies[0])
        name = await wire.join("Deaf")
    wire.writer.transport.pause_reading()  # type: ignore[attr-defined]
    data = text_frame(offer(name, "v=0\r\n" + "a=x\r\n" * 9_000))
    talk = paced(data, tally, 280)
    await crowd(target, tally, target.cookies[1:9], talk)


@flood
async def pongs(target: Target, tally: Tally) -> None:
    """Eight participants send pings and read no pong."""
    data = frame(b"x" * 125, 9) * 400

    async def talk(wire: Wire) -> None:
        wire.writer.transport.pause_reading()  # type: ignore[attr-defined]
        while True:
            await wire.pour(data)
            tally.sent += 400
            await asyncio.sleep(0)

    await crowd(target, tally, target.cookies[:8], talk)


@flood
async def answered(target: Target, tally: Tally) -> None:
    """Four participants do not read, and send what is answered."""
    data = text_frame(*[{"type": "ping"}] * 40)

    async def talk(wire: Wire) -> None:
        wire.writer.transport.pause_reading()  # type: ignore[attr-defined]
        while True:
            await wire.pour(data)
            tally.sent += 40
            await asyncio.sleep(0.8)

    await crowd(target, tally, target.cookies[:4], talk)


@flood
async def oversize(target: Target, tally: Tally) -> None:
    """Eight participants send frames of 1.5 MiB."""
    data = frame(b"x" * (3 * 512 * 1024))

    async def talk(wire: Wire) -> None:
        pouring = asyncio.create_task(forever(partial(wire.pour, data)))
        try:
            while True:
                for message in await wire.receive():
                    tally.answered(message.get("code", message["type"]))
        finally:
            pouring.cancel()

    await crowd(target, tally, target.cookies[:8], talk)


@flood
async def slow(target: Target, tally: Tally) -> None:
    """Ten people of a room that relays send descriptions that take long to clean."""
    line = SLOW_LINE + "\r\n"
    data = text_frame(offer(target.victim, "v=0\r\n" + line * (48_000 // len(line))))
    talk = paced(data, tally, 50)
    await crowd(target, tally, target.cookies[:10], talk)


@flood
async def handshakes(target: Target, tally: Tally) -> None:
    """Twenty sockets are opened and dropped, one after another."""

    async def one() -> None:
        wire = await Wire.open(target.port, target.room)
        tally.opened += 1
        wire.writer.transport.abort()

    await asyncio.gather(*(again(partial(forever, one), tally) for _ in range(20)))


async def forever(work: Callable[[], Awaitable[None]]) -> None:
    while True:
        await work()


@flood
async def dripping(target: Target, tally: Tally) -> None:
    """400 requests, of which a byte comes every second."""

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
        tally.opened += 1
        tally.held += 1
        try:
            writer.write(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\nX: ")
            while not reader.at_eof():
                await asyncio.sleep(1)
                writer.write(b"x")
                await writer.drain()
                with suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(1000), 0.01)
        finally:
            tally.held -= 1
            writer.transport.abort()

    await asyncio.gather(*(one() for _ in range(400)), return_exceptions=True)
    await asyncio.sleep(3600)


@flood
async def bodies(target: Target, tally: Tally) -> None:
    """A body of 300 MB."""
    size = 300 * 1024 * 1024

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
        tally.opened += 1
        writer.write(
            f"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\nContent-Length: {size}\r\n\r\n".encode()
        )
        try:
            for _ in range(size // SENT_BYTES):
                writer.write(b"x" * SENT_BYTES)
                await writer.drain()
                tally.sent += SENT_BYTES
            tally.answered((await asyncio.wait_for(reader.readline(), 10)).decode().strip())
        finally:
            writer.transport.abort()

    await again(one, tally)


@flood
async def hosts(target: Target, tally: Tally) -> None:
    """20 connections send one request after another with a Host of 2 kB."""
    request = f"GET / HTTP/1.1\r\nHost: {'x' * 2000}\r\n\r\n".encode()

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
        tally.opened += 1
        try:
            while True:
                writer.write(request)
                async with asyncio.timeout(10):
                    head = await reader.readuntil(b"\r\n\r\n")
                    await reader.readuntil(b"0\r\n\r\n")  # the body comes in chunks
                tally.answered(head.partition(b"\r\n")[0].decode())
        finally:
            writer.transport.abort()

    await asyncio.gather(*(again(one, tally) for _ in range(20)))


@flood
async def pages(target: Target, tally: Tally) -> None:
    """20 connections ask for the page of a room, again and again."""

    async def one() -> None:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{target.port}", timeout=60) as client:
            while True:
                tally.answered(str((await client.get(f"/{target.room}")).status_code))

    await asyncio.gather(*(again(one, tally) for _ in range(20)))


async def sign_in(target: Target, address: str, login: str, password: str) -> httpx.Response:
    """As a browser does that has not been there yet, from a loopback address of one's own."""
    transport = httpx.AsyncHTTPTransport(local_address=address)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{target.port}", transport=transport, timeout=60) as client:
        page = await client.get("/accounts/login/")
        if "csrf" not in page.cookies:
            raise ConnectionError(f"log-in page: {page.status_code}")
        form = {"csrfmiddlewaretoken": page.cookies["csrf"], "login": login, "password": password}
        return await client.post("/accounts/login/", data=form)


@flood
async def logins(target: Target, tally: Tally) -> None:
    """40 log-ins with guessed passwords at a time. Somebody else signs in meanwhile: *longest* is how many seconds that took."""

    async def guess() -> None:
        tally.sent += 1
        answer = await sign_in(target, "127.0.0.1", f"{tally.sent}@example.org", "guess")
        tally.answered(str(answer.status_code))

    async def honest(address: str) -> None:
        await asyncio.sleep(2)
        while True:
            begun_at = time.monotonic()
            answer = await sign_in(target, address, target.login, target.password)
            tally.lasted("another address" if address != "127.0.0.1" else "same address", begun_at)
            tally.answered(f"honest: {answer.status_code}")
            await asyncio.sleep(0.5)

    others = (again(partial(honest, address), tally) for address in ("127.0.0.1", "127.0.0.2"))
    await asyncio.gather(*(again(partial(forever, guess), tally) for _ in range(40)), *others)


async def run(name: str, target: Target) -> Tally:
    tally = Tally()
    with suppress(TimeoutError):
        await asyncio.wait_for(FLOODS[name](target, tally), target.seconds)
    return tally


def main() -> None:
    os.nice(10)
    target = Target(**json.loads(sys.stdin.readline()))
    print(json.dumps(asdict(asyncio.run(run(sys.argv[1], target)))))


if __name__ == "__main__":
    main()
