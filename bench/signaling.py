"""``make bench-signaling``: what relaying a message and joining a room cost the server.

Server CPU is the user and system time of the daphne processes. Redis's is shown beside it. Ours and a stock Channels
consumer (``stock/asgi.py``) take turns in one run, with the same load: servers on one core, Redis and the load on the other.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from statistics import median, quantiles

from bench import cpu, machine, results
from bench.deployments import Deployment, ours, stock
from bench.load import Message, Socket, candidate, description

ROOM_SIZES = (2, 4, 8)
ROOMS_PER_SIZE = 24
CANDIDATES = 5
STALLED_SECONDS = 6.0
STARTS: dict[str, Callable[[int], AbstractContextManager[Deployment]]] = {
    "ours": ours,
    "stock, RedisPubSubChannelLayer": stock("pubsub"),
    "stock, RedisChannelLayer": stock("core"),
}
PACKAGES = ("channels", "channels-redis", "daphne", "redis", "msgspec")


@dataclass
class Relayed:
    """``messages`` arrived of those ``wanted``; ``closed`` sockets were lost on the way."""

    wanted: int
    messages: int
    closed: int
    server: float
    store: float
    delays: list[float]


@dataclass
class Joined:
    """Means over all joins; ``frames`` is what the newcomer sent, ``lost`` how many never received something from everybody."""

    lost: int
    server: float
    store: float
    delay: float
    frames: float


@dataclass
class Meter:
    """Processor time spent since :meth:`start`."""

    deployment: Deployment
    server: float = 0.0
    store: float = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        before = cpu.seconds(self.deployment.workers), cpu.seconds([self.deployment.redis])
        yield
        self.server = cpu.seconds(self.deployment.workers) - before[0]
        self.store = cpu.seconds([self.deployment.redis]) - before[1]


class Pair:
    """Two people of one room who keep ``window`` messages on the way to each other until ``quota`` each were sent."""

    def __init__(self, one: Socket, two: Socket, window: int, quota: int) -> None:
        self._sides = ((one, two), (two, one))
        self._window = window
        self._left = {one: quota, two: quota}
        self._sent_at: dict[Socket, list[float]] = {one: [], two: []}
        self.delays: list[float] = []
        self._tasks: set[asyncio.Task[None]] = set()
        for source, target in self._sides:
            target.received = self._listener(source, target)

    def start(self) -> None:
        for source, target in self._sides:
            for _ in range(self._window):
                self._send(source, target)

    def _listener(self, source: Socket, target: Socket) -> Callable[[Message], None]:
        def received(message: Message) -> None:
            if message["type"] == "signal":
                self.delays.append(time.perf_counter() - self._sent_at[source].pop(0))
                self._send(source, target)

        return received

    def _send(self, source: Socket, target: Socket) -> None:
        if self._left[source] and not source.closed.is_set():
            self._left[source] -= 1
            self._sent_at[source].append(time.perf_counter())
            task = asyncio.create_task(source.send([candidate(target.id)]))
            self._tasks.add(task)
            task.add_done_callback(self._sent)

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        task.exception()


async def relay(deployment: Deployment, *, pairs: int, window: int, quota: int) -> Relayed:
    """``pairs`` rooms of two, the two on different workers where there are two."""
    rooms = deployment.rooms(pairs)
    ports = deployment.ports
    sockets = []
    for room in rooms:
        one, two = deployment.socket(ports[0], room), deployment.socket(ports[-1], room)
        await one.join()
        await two.join()
        sockets.append((one, two))
    await asyncio.sleep(0.5)
    talks = [Pair(one, two, window, quota) for one, two in sockets]
    meter = Meter(deployment)
    wanted = 2 * pairs * quota
    gc.collect()
    with meter.running():
        for talk in talks:
            talk.start()
        await _until_done(lambda: sum(len(talk.delays) for talk in talks), wanted)
    everybody = [socket for two in sockets for socket in two]
    closed = sum(socket.closed.is_set() for socket in everybody)
    delays = [delay for talk in talks for delay in talk.delays]
    await asyncio.gather(*(socket.close() for socket in everybody), return_exceptions=True)
    return Relayed(wanted, len(delays), closed, meter.server, meter.store, delays)


async def _until_done(count: Callable[[], int], wanted: int) -> None:
    seen, moved_at = -1, time.monotonic()
    while seen < wanted and time.monotonic() - moved_at < STALLED_SECONDS:
        await asyncio.sleep(0.02)
        if (now := count()) != seen:
            seen, moved_at = now, time.monotonic()


class Resident:
    """Somebody who is present: answers offers (ours), or offers to whoever joins (baseline)."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self._tasks: list[asyncio.Task[None]] = []
        socket.received = self._receive

    def _receive(self, message: Message) -> None:
        match message:
            case {"type": "joined", "participant": {"id": newcomer}} if not self.socket.batched:
                self._tasks.append(asyncio.create_task(self._describe(newcomer, "offer")))
            case {"type": "signal", "from": newcomer, "description": {"type": "offer"}}:
                self._tasks.append(asyncio.create_task(self._describe(newcomer, "answer")))

    async def _describe(self, newcomer: str, kind: str) -> None:
        await self.socket.send([description(newcomer, kind)])
        await self.socket.send([candidate(newcomer) for _ in range(CANDIDATES)])


class Newcomer:
    """Joins, and is connected when every resident's description and candidates have arrived."""

    def __init__(self, socket: Socket, residents: int) -> None:
        self.socket = socket
        self.frames = 0
        self._awaited = residents * (1 + CANDIDATES)
        self._done = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        socket.received = self._receive

    async def join(self) -> bool:
        """False when something was lost on the way."""
        await self.socket.join()
        if self.socket.batched:
            self.frames += 1
            await self._send([description(other, "offer") for other in self.socket.present])
            await self._send([candidate(other) for other in self.socket.present for _ in range(CANDIDATES)])
        with suppress(TimeoutError):
            await asyncio.wait_for(self._done.wait(), STALLED_SECONDS)
        await asyncio.gather(*self._tasks)
        return self._done.is_set()

    async def _send(self, messages: Sequence[Message]) -> None:
        self.frames += 1 if self.socket.batched else len(messages)
        await self.socket.send(messages)

    async def _answer(self, resident: str) -> None:
        await self._send([description(resident, "answer"), *(candidate(resident) for _ in range(CANDIDATES))])

    def _receive(self, message: Message) -> None:
        if message["type"] != "signal":
            return
        if message.get("description", {}).get("type") == "offer":
            self._tasks.append(asyncio.create_task(self._answer(message["from"])))
        self._awaited -= 1
        if not self._awaited:
            self._done.set()


async def joins(deployment: Deployment, size: int) -> Joined:
    """One newcomer after another, each into a room of its own where ``size - 1`` are there already, spread over the workers."""
    rooms = deployment.rooms(ROOMS_PER_SIZE)
    ports = deployment.ports
    residents = []
    for room in rooms:
        for place in range(size - 1):
            resident = Resident(deployment.socket(ports[(place + 1) % len(ports)], room))
            await resident.socket.join()
            residents.append(resident)
    newcomers = [Newcomer(deployment.socket(ports[0], room), size - 1) for room in rooms]
    await asyncio.sleep(0.5)
    gc.collect()
    meter = Meter(deployment)
    delays, lost = [], 0
    with meter.running():
        for newcomer in newcomers:
            started = time.perf_counter()
            lost += not await newcomer.join()
            delays.append(time.perf_counter() - started)
    sockets = [resident.socket for resident in residents] + [newcomer.socket for newcomer in newcomers]
    await asyncio.gather(*(socket.close() for socket in sockets))
    count = len(newcomers)
    frames = sum(newcomer.frames for newcomer in newcomers) / count
    return Joined(lost, meter.server / count, meter.store / count, median(delays), frames)


def relay_row(name: str, workers: int, flight: int, one: Relayed) -> list[str]:
    share = 1e6 / max(one.messages, 1)
    percentile = quantiles(one.delays, n=100) if len(one.delays) > 1 else [0.0] * 99
    lost = f"{one.wanted - one.messages} lost, {one.closed} sockets closed" if one.messages < one.wanted else "all arrived"
    return [
        name,
        str(workers),
        str(flight),
        f"**{one.server * share:.0f} µs**" if one.messages else "-",
        f"{one.store * share:.0f} µs" if one.messages else "-",
        f"{percentile[49] * 1000:.1f} / {percentile[98] * 1000:.1f} ms",
        f"{one.messages:,}: {lost}",
    ]


def join_row(name: str, workers: int, size: int, one: Joined) -> list[str]:
    return [
        name,
        str(workers),
        str(size),
        f"**{one.server * 1000:.1f} ms**",
        f"{one.store * 1000:.1f} ms",
        f"{one.delay * 1000:.0f} ms",
        f"{one.frames:.0f}",
        str(one.lost),
    ]


def main() -> None:
    quick = "--quick" in sys.argv
    about = machine.describe(PACKAGES, [machine.program("redis-server", "--version")])
    cpu.pin(0, cpu.LOAD_CORE)
    relayed, joined = [], []
    for workers in (1, 2):
        for name, start in STARTS.items():
            with start(workers) as deployment:
                for pairs, window, quota in ((10, 1, 100), (50, 2, 20 if quick else 100)):
                    one = asyncio.run(relay(deployment, pairs=pairs, window=window, quota=quota))
                    relayed.append(relay_row(name, workers, 2 * pairs * window, one))
                    print(*relayed[-1], sep=" | ", flush=True)
                for size in ROOM_SIZES[: 1 if quick else None]:
                    joined.append(join_row(name, workers, size, asyncio.run(joins(deployment, size))))
                    print(*joined[-1], sep=" | ", flush=True)
    results.append(
        "Signaling (quick)" if quick else "Signaling",
        about,
        "Server CPU per relayed message of 300 bytes, one message to a frame, "
        "the two people on different workers where there are two:",
        results.table(("", "workers", "in flight", "server CPU", "Redis CPU", "delay, median / p99", "messages"), relayed),
        "Server CPU per join into a room that then has so many people: handshake, join, "
        f"a description of 3.5 kB and {CANDIDATES} candidates each way per pair:",
        results.table(
            (
                "",
                "workers",
                "people",
                "server CPU",
                "Redis CPU",
                "until connected",
                "frames sent by the newcomer",
                f"never connected, of {ROOMS_PER_SIZE}",
            ),
            joined,
        ),
    )


if __name__ == "__main__":
    main()
