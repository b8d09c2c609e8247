"""The server's part of ``make fuzz``: Mallory's sockets at real workers, while others talk to each other there."""

from __future__ import annotations

import asyncio
import multiprocessing
import secrets
import time
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from random import Random
from typing import Final

from django.conf import settings

from bench.abuse import Talker
from bench.load import Socket
from rooms import guests
from tests.browser.deployment import Deployment
from tests.fuzz.corpus import named, on_the_wire
from tests.raw import Wire, frame, text_frame

MALLORYS: Final = 8
PING: Final = frame(b"", 9)
FRAMES_OF_A_SOCKET: Final = 40
#: How many of a hundred sockets do not join, and how many are of a host.
SILENT, HOSTS = 10, 4


@dataclass(frozen=True)
class Scene:
    """``rooms`` are open or locked; ``logins`` are of people who own some of them; ``quiet`` are rooms of those who behave."""

    deployment: Deployment
    rooms: Sequence[str]
    logins: Sequence[str]
    quiet: Sequence[str]


@dataclass
class Count:
    sent: int = 0
    sockets: int = 0
    delays: list[float] = field(default_factory=list)
    closed: int = 0
    tracebacks: int = 0
    seconds: float = 0.0


def attack(scene: Scene, frames: Iterator[str], wanted: int, chance: Random) -> Count:
    """Send ``wanted`` frames. Each counts after which the server was heard."""
    count, started = Count(), time.monotonic()
    with _talking(scene) as told:
        asyncio.run(_mallorys(scene, frames, wanted, chance, count))
        count.seconds = time.monotonic() - started
    count.delays, count.closed = told.get(timeout=60)
    logs = [worker.log.read_text(errors="replace") for worker in scene.deployment.workers]
    count.tracebacks = sum(log.count("Traceback") + log.count("ERROR") for log in logs)
    return count


@contextmanager
def _talking(scene: Scene) -> Iterator[Queue[tuple[list[float], int]]]:
    """Two people in each quiet room, each on another worker; in another process, so that only the server can slow them down.

    Afterwards the queue has how long their signals took, and how many of their sockets were closed.
    """
    context = multiprocessing.get_context("fork")
    stop, told = context.Event(), context.Queue()
    process = context.Process(target=_talk, args=(scene, stop, told))
    process.start()
    try:
        yield told
    finally:
        stop.set()
        process.join(60)


def _talk(scene: Scene, stop: Event, told: Queue[tuple[list[float], int]]) -> None:
    asyncio.run(_talk_until(scene, stop, told))


async def _talk_until(scene: Scene, stop: Event, told: Queue[tuple[list[float], int]]) -> None:
    ports = [worker.port for worker in scene.deployment.workers]
    pairs = [
        [Talker(Socket(ports[place % len(ports)], room, batched=True, cookie=guest())) for place in range(2)]
        for room in scene.quiet
    ]
    talkers = [talker for pair in pairs for talker in pair]
    for talker in talkers:
        await talker.socket.join()
    tasks = [asyncio.create_task(one.talk(two)) for one, two in [*pairs, *map(reversed, pairs)]]
    await asyncio.to_thread(stop.wait)
    told.put((sorted(delay for talker in talkers for delay in talker.delays), sum(one.socket.closed.is_set() for one in talkers)))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.gather(*(talker.socket.close() for talker in talkers), return_exceptions=True)


def guest() -> str:
    return f"{settings.GUEST_COOKIE_NAME}={guests.sign(secrets.token_hex(8))}"


async def _mallorys(scene: Scene, frames: Iterator[str], wanted: int, chance: Random, count: Count) -> None:
    await asyncio.gather(*(_mallory(scene, frames, wanted, chance, count) for _ in range(MALLORYS)))


async def _mallory(scene: Scene, frames: Iterator[str], wanted: int, chance: Random, count: Count) -> None:
    while count.sent < wanted:
        with suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
            await _one_socket(scene, frames, chance, count)


async def _one_socket(scene: Scene, frames: Iterator[str], chance: Random, count: Count) -> None:
    roll = chance.randrange(100)
    cookie = f"{settings.SESSION_COOKIE_NAME}={chance.choice(scene.logins)}" if roll < HOSTS else guest()
    wire = await Wire.open(chance.choice(scene.deployment.workers).port, chance.choice(scene.rooms), cookie)
    count.sockets += 1
    seen = _Seen()
    reading = asyncio.create_task(seen.read(wire))
    try:
        if roll < 100 - SILENT:
            await seen.after(wire.pour(text_frame({"type": "join", "name": "Mallory"})))
        for _ in range(FRAMES_OF_A_SOCKET):
            await seen.after(wire.pour(on_the_wire(chance, named(next(frames), seen.ids, chance)) + PING))
            count.sent += 1
            if reading.done():
                return
        await seen.after(wire.pour(text_frame({"type": "leave"})))
    finally:
        wire.writer.transport.abort()
        reading.cancel()


class _Seen:
    """What a socket has heard: the ids of those who are there."""

    def __init__(self) -> None:
        self.ids = ["nobody"]
        self._heard = asyncio.Event()

    async def after(self, work: Awaitable[None]) -> None:
        """Work, and wait until something is heard, or the end."""
        self._heard.clear()
        await work
        await asyncio.wait_for(self._heard.wait(), 10)

    async def read(self, wire: Wire) -> None:
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                while True:
                    for message in await wire.receive():
                        self.ids += [person["id"] for person in message.get("participants", [])[:20]]
                    self._heard.set()
        finally:
            self._heard.set()
