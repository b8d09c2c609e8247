"""The server's part of ``make fuzz``: Mallory's sockets at real workers, while others talk to each other there."""

from __future__ import annotations

import asyncio
import multiprocessing
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
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
#: At most so many frames, evenly: what others notice is then what the server does, and not that the processors are busy.
FRAMES_A_SECOND: Final = 200
#: After which a run ends, with as many frames as there were.
LONGEST_SECONDS: Final = 1500
#: How long those who behave talk before there is any frame.
ALONE_SECONDS: Final = 10
MINUTE: Final = 60
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
class Talked:
    """Of those who behave: how many seconds their signals took, before there was any frame and since; how many of these did not
    arrive; and how many of their sockets were closed.
    """

    alone: list[float] = field(default_factory=list)
    meanwhile: list[float] = field(default_factory=list)
    missing: int = 0
    closed: int = 0


@dataclass
class Count:
    sent: int = 0
    sockets: int = 0
    tracebacks: int = 0
    seconds: float = 0.0
    talked: Talked = field(default_factory=Talked)


class Pace:
    """When the next frame may be sent. Time that was lost is not made up for."""

    def __init__(self, each: float, now: Callable[[], float] = time.monotonic) -> None:
        self._each, self._now = each, now
        self._next = now()

    def wait(self) -> float:
        """Seconds until a frame may be sent. It counts as sent."""
        now = self._now()
        at = max(self._next, now)
        self._next = at + self._each
        return at - now


def attack(scene: Scene, frames: Iterator[str], wanted: int, chance: Random) -> Count:
    """Send ``wanted`` frames. Each counts after which the server was heard."""
    count = Count()
    with _talking(scene) as told:
        time.sleep(ALONE_SECONDS)
        began = time.monotonic()
        asyncio.run(_mallorys(scene, frames, wanted, chance, count))
        count.seconds = time.monotonic() - began
    count.talked = told.get(timeout=60)
    logs = [worker.log.read_text(errors="replace") for worker in scene.deployment.workers]
    count.tracebacks = sum(log.count("Traceback") + log.count("ERROR") for log in logs)
    return count


@contextmanager
def _talking(scene: Scene) -> Iterator[Queue[Talked]]:
    """Two people in each quiet room, each on another worker; in another process, so that only the server can slow them down.

    Afterwards the queue has what became of them.
    """
    context = multiprocessing.get_context("fork")
    ready, stop, told = context.Event(), context.Event(), context.Queue()
    process = context.Process(target=_talk, args=(scene, ready, stop, told))
    process.start()
    try:
        if not ready.wait(60):
            raise RuntimeError("those who behave do not get in")
        yield told
    finally:
        stop.set()
        process.join(60)


def _talk(scene: Scene, ready: Event, stop: Event, told: Queue[Talked]) -> None:
    asyncio.run(_talk_until(scene, ready, stop, told))


async def _talk_until(scene: Scene, ready: Event, stop: Event, told: Queue[Talked]) -> None:
    ports = [worker.port for worker in scene.deployment.workers]
    pairs = [
        [Talker(Socket(ports[place % len(ports)], room, batched=True, cookie=guest())) for place in range(2)]
        for room in scene.quiet
    ]
    talkers = [talker for pair in pairs for talker in pair]
    for talker in talkers:
        await talker.socket.join()
    tasks = [asyncio.create_task(one.talk(two)) for one, two in [*pairs, *map(reversed, pairs)]]
    ready.set()
    await asyncio.sleep(ALONE_SECONDS)
    alone = [len(talker.delays) for talker in talkers]
    await asyncio.to_thread(stop.wait)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(1)  # for what is on its way
    told.put(
        Talked(
            [delay for talker, first in zip(talkers, alone, strict=True) for delay in talker.delays[:first]],
            [delay for talker, first in zip(talkers, alone, strict=True) for delay in talker.delays[first:]],
            sum(talker.missing for talker in talkers),
            sum(talker.socket.closed.is_set() for talker in talkers),
        )
    )
    await asyncio.gather(*(talker.socket.close() for talker in talkers), return_exceptions=True)


def guest() -> str:
    return f"{settings.GUEST_COOKIE_NAME}={guests.sign(secrets.token_hex(8))}"


async def _mallorys(scene: Scene, frames: Iterator[str], wanted: int, chance: Random, count: Count) -> None:
    pace = Pace(1 / FRAMES_A_SECOND)
    watching = asyncio.create_task(_say_each_minute(count))
    with suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_SECONDS):
            await asyncio.gather(*(_mallory(scene, frames, wanted, chance, count, pace) for _ in range(MALLORYS)))
    watching.cancel()


async def _say_each_minute(count: Count) -> None:
    while True:
        await asyncio.sleep(MINUTE)
        print(f"{count.sent} frames on {count.sockets} sockets", flush=True)


async def _mallory(scene: Scene, frames: Iterator[str], wanted: int, chance: Random, count: Count, pace: Pace) -> None:
    while count.sent < wanted:
        with suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
            await _one_socket(scene, frames, chance, count, pace)


async def _one_socket(scene: Scene, frames: Iterator[str], chance: Random, count: Count, pace: Pace) -> None:
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
            await asyncio.sleep(pace.wait())
            if seen.over:
                return
            await seen.after(wire.pour(on_the_wire(chance, named(next(frames), seen.ids, chance)) + PING))
            count.sent += 1
        await seen.after(wire.pour(text_frame({"type": "leave"})))
    finally:
        wire.writer.transport.abort()
        reading.cancel()


class _Seen:
    """What a socket has heard: the ids of those who are there, and whether it is ``over``."""

    def __init__(self) -> None:
        self.ids = ["nobody"]
        self.over = False
        self._heard = asyncio.Event()

    async def after(self, work: Awaitable[None]) -> None:
        """Work, and wait until something is heard, or the end."""
        self._heard.clear()
        await work
        if self.over:
            return
        await asyncio.wait_for(self._heard.wait(), 10)

    async def read(self, wire: Wire) -> None:
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                while True:
                    for message in await wire.receive():
                        self.ids += [person["id"] for person in message.get("participants", [])[:20]]
                    self._heard.set()
        finally:
            self.over = True
            self._heard.set()
