"""Where the faults happen: daphne workers behind proxies, one Redis, rooms full of people."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import redis
from django.conf import settings

from tests.browser import deployment as deploying
from tests.browser.servers import Server, daphne
from tests.chaos.person import Door, Person
from tests.chaosproxy import ChaosProxy, chaos_proxy
from tests.redis_server import RedisServer, free_port, running_redis

ROOM_SIZE = 5


class Workers:
    """The server side. Everything is a process; what was killed can be started again on its port."""

    def __init__(self, directory: Path, database: Path, store: RedisServer, count: int) -> None:
        self.store = store
        self.logs = [directory / f"worker-{number}.log" for number in range(count)]
        self._ports = [free_port() for _ in range(count)]
        self.origin = f"http://127.0.0.1:{self._ports[0]}"
        self._environment = {
            "DJANGO_SETTINGS_MODULE": "conference.settings",
            "SECRET_KEY": settings.SECRET_KEY,
            "ORIGINS": self.origin,
            "DATABASE_URL": f"sqlite:///{database}",
            "REDIS_URL": store.url,
            "STATIC_ROOT": str(directory),
            "VAR_DIR": str(directory),
        }
        self._stacks = [ExitStack() for _ in range(count)]
        self.running: list[Server | None] = [None] * count

    @property
    def ports(self) -> list[int]:
        return self._ports

    def start(self, *numbers: int) -> None:
        for number in numbers:
            context = daphne("conference.asgi:application", self._ports[number], self.logs[number], self._environment)
            self.running[number] = self._stacks[number].enter_context(context)
        for number in numbers:
            self._server(number).wait()

    def end(self, number: int, how: signal.Signals) -> None:
        os.kill(self._server(number).pid, how)

    async def ended(self, number: int) -> int:
        """Its exit code, once it is gone."""
        code = await asyncio.to_thread(self._server(number).process.wait, 60)
        self._stacks[number].close()
        self.running[number] = None
        return code

    def stop(self) -> None:
        for stack in self._stacks:
            stack.close()

    def _server(self, number: int) -> Server:
        server = self.running[number]
        assert server is not None
        return server


@dataclass
class Ground:
    """Workers, and rooms and guests enough for a run; made outside the event loop, because the database is."""

    workers: Workers
    rooms: list[str]
    cookies: list[str]


@contextmanager
def ground(directory: Path, database: Path, *, seats: int, workers: int = 2) -> Iterator[Ground]:
    rooms = [deploying.room(f"Room {number}", capacity=50).slug for number in range(-(-seats // ROOM_SIZE))]
    cookies = [f"{settings.SESSION_COOKIE_NAME}={deploying.visitor(f'chaos-{number}')}" for number in range(seats)]
    with running_redis() as store:
        running = Workers(directory, database, store, workers)
        try:
            running.start(*range(workers))
            yield Ground(running, rooms, cookies)
        finally:
            running.stop()


class Field:
    """One run: people in their rooms, talking."""

    def __init__(self, workers: Workers, proxies: Sequence[ChaosProxy], random: Random) -> None:
        self.workers = workers
        self.proxies = proxies
        self.random = random
        self.people: list[Person] = []
        self._written = {log: log.stat().st_size for log in workers.logs}
        self.door = Door(self._open, workers.origin)

    def _open(self) -> list[int]:
        """A proxy tries another worker when a connection is refused."""
        return [proxy.port for proxy, port in zip(self.proxies, self.workers.ports, strict=True) if _listens(port)]

    def logs(self) -> dict[str, str]:
        """What the workers have said in this run."""
        return {log.name: log.read_bytes()[size:].decode(errors="replace") for log, size in self._written.items()}

    def on(self, number: int) -> list[Person]:
        """Whose socket is on this worker."""
        return [person for person in self.people if person.port == self.proxies[number].port]

    def exact(self) -> bool:
        rooms: dict[str, dict[str, str]] = {}
        for person in self.people:
            rooms.setdefault(person.slug, {})[person.id] = "attached"
        return all(person.attached and person.people == rooms[person.slug] for person in self.people)

    def whole(self) -> bool:
        """Exact, and so is what Redis has."""
        return self.exact() and self._stored() == {person.id for person in self.people}

    def _stored(self) -> set[str]:
        with redis.Redis.from_url(self.workers.store.url, decode_responses=True) as client:
            texts = [text for key in client.scan_iter("conf:{*:people") for text in client.hvals(key)]
        return {record["id"] for record in map(json.loads, texts) if record["link"] == "attached"}

    async def until(self, true: Callable[[], bool], seconds: float, what: str) -> float:
        """How long it took."""
        began = time.monotonic()
        while not true():
            if time.monotonic() - began > seconds:
                raise AssertionError(f"not after {seconds} s: {what}")
            await asyncio.sleep(0.02)
        return time.monotonic() - began

    async def fill(self, ground: Ground, seed: int, seats: int) -> None:
        """Everybody enters, a few at a time."""
        for number in range(seats):
            room, cookie = ground.rooms[number // ROOM_SIZE], ground.cookies[number]
            person = Person(self.door, room, cookie, f"P{number}", Random(f"{seed}.{number}"))
            self.people.append(person)
            person.start()
            if number % 20 == 19:
                await self.until(lambda: all(person.attached for person in self.people), 30, "entered")
        await self.until(self.exact, 30, "all in their rooms")

    async def talk(self) -> None:
        """Everybody says something to somebody of the room, every second or so, forever."""
        while True:
            await asyncio.sleep(1 / max(1, len(self.people)))
            if not self.people:
                continue
            person = self.random.choice(self.people)
            person.talk([other for other in person.people if other != person.id])

    def kept(self) -> list[str]:
        """Keys of rooms that Redis would keep forever."""
        with redis.Redis.from_url(self.workers.store.url, decode_responses=True) as client:
            return [key for key in client.scan_iter("conf:{*") if client.ttl(key) < 0]


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@asynccontextmanager
async def field(ground: Ground, seed: int, seats: int) -> AsyncIterator[Field]:
    """Fill the rooms, and let everybody go home at the end."""
    async with AsyncExitStack() as stack:
        proxies = [await stack.enter_async_context(chaos_proxy(port)) for port in ground.workers.ports]
        here = Field(ground.workers, proxies, Random(seed))
        talking = asyncio.create_task(here.talk())
        try:
            await here.fill(ground, seed, seats)
            yield here
        finally:
            talking.cancel()
            await asyncio.gather(*(person.leave() for person in here.people), return_exceptions=True)
        try:
            await here.until(lambda: not here.kept(), 10, "I8")
        except AssertionError:
            raise AssertionError(f"I8: after 10 s Redis keeps {here.kept()}") from None
