"""The deployment for the faults: daphne workers behind proxies, one Redis, rooms full of people."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

import redis
from django.conf import settings

from rooms.models import Room
from tests.browser import deployment as deploying
from tests.browser.servers import Server, daphne
from tests.chaos.person import Door, Person
from tests.chaosproxy import ChaosProxy, StandingProxy, chaos_proxy, standing_proxy
from tests.redis_server import RedisServer, free_port, running_redis

ROOM_SIZE = 5
SPARES = 100
WORKERS = 2
MOST_SIGNALS = 60  # a second
NICE = 10
FILLED_SECONDS = 120.0
CALLERS = ("Ann", "Ben", "Cleo")


class Workers:
    """The server side. Everything is a process; what was killed can be started again on its port.

    ``lines`` are proxies between each worker and Redis, which only faults of the network need. Browsers connect to ``front``,
    the port of the proxy in front of the workers. Without ``store`` there is one worker, the embedded server. ``behind``: the
    workers run at a lower priority than browsers, which in reality have machines of their own.
    """

    def __init__(
        self,
        directory: Path,
        database: Path,
        static: Path,
        store: RedisServer | None,
        lines: Sequence[StandingProxy],
        *,
        skewed: bool,
        behind: bool,
    ) -> None:
        self._kept = store
        self._behind = behind
        count = WORKERS if store is not None else 1
        self.lines = lines
        self.database = database
        self.front = free_port()
        self.origin = f"http://127.0.0.1:{self.front}"
        self.ports = [free_port() for _ in range(count)]
        self.logs = [directory / f"worker-{number}.log" for number in range(count)]
        self._clocks = [directory / f"clock-{number}" for number in range(count)] if skewed else []
        self._environment = {
            "DJANGO_SETTINGS_MODULE": "conference.settings",
            "SECRET_KEY": settings.SECRET_KEY,
            "ORIGINS": self.origin,
            "DATABASE_URL": f"sqlite:///{database}",
            "STATIC_ROOT": str(static),
            "VAR_DIR": str(directory),
        }
        self._stacks = [ExitStack() for _ in range(count)]
        self.running: list[Server | None] = [None] * count

    @property
    def embedded(self) -> bool:
        return self._kept is None

    @property
    def store(self) -> RedisServer:
        assert self._kept is not None, "the embedded server has no Redis"
        return self._kept

    def start(self, *numbers: int) -> None:
        for number in numbers:
            environment = self._environment | self._store(number) | self._clock(number)
            context = daphne("conference.asgi:application", self.ports[number], self.logs[number], environment)
            self.running[number] = server = self._stacks[number].enter_context(context)
            if self._behind:
                os.setpriority(os.PRIO_PROCESS, server.pid, NICE)
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

    @contextmanager
    def stored_in(self, store: RedisServer) -> Iterator[None]:
        """While another Redis has taken the place of ours."""
        ours, self._kept = self._kept, store
        try:
            yield
        finally:
            self._kept = ours

    def skew(self, number: int, seconds: int) -> None:
        """Move the wall clock of a worker, not its monotonic clock."""
        self._clocks[number].write_text(f"{seconds:+d}")

    def _store(self, number: int) -> dict[str, str]:
        if self.embedded:
            return {}
        return {"REDIS_URL": f"redis://127.0.0.1:{self.lines[number].port}/0" if self.lines else self.store.url}

    def _clock(self, number: int) -> dict[str, str]:
        if not self._clocks:
            return {}
        self.skew(number, 0)
        settings = {"FAKETIME_TIMESTAMP_FILE": str(self._clocks[number]), "FAKETIME_NO_CACHE": "1"}
        return {"LD_PRELOAD": str(faketime()), "FAKETIME_DONT_FAKE_MONOTONIC": "1", **settings}

    def _server(self, number: int) -> Server:
        server = self.running[number]
        assert server is not None
        return server


def faketime() -> Path:
    """The library that gives a process another wall clock than the machine's."""
    return next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))


@dataclass
class Ground:
    """Workers, rooms and people for a run. Made outside the event loop, because it uses the database.

    ``host`` owns every room. ``spares`` are guests who come once: whoever was removed waits before entering again.
    ``callers`` are the sessions of browsers, which meet in a room of their own.
    """

    workers: Workers
    rooms: list[str]
    cookies: list[str]
    spares: list[str]
    host: str
    callers: list[str]
    meeting: Room


@contextmanager
def ground(
    directory: Path,
    database: Path,
    static: Path,
    *,
    seats: int,
    torn: bool = False,
    skewed: bool = False,
    embedded: bool = False,
    behind: bool = False,
    callers: int = 2,
) -> Iterator[Ground]:
    """``torn``: every worker has a proxy to Redis of its own, which can break. ``skewed``: every worker has a clock of its own.

    ``embedded``: one process without Redis. ``callers``: how many browsers there will be, at most three. ``behind``: workers have
    a lower priority than browsers, where media is measured. On a machine with other work this can starve the workers.
    """
    owner = deploying.user("Alice")
    rooms = [deploying.room(f"Room {number}", owner=owner, capacity=50).slug for number in range(-(-seats // ROOM_SIZE))]
    cookies = [_cookie(deploying.visitor(f"chaos-{number}")) for number in range(seats)]
    spares = [_cookie(deploying.visitor(f"spare-{number}")) for number in range(SPARES)]
    meeting = deploying.room("Browsers")
    with ExitStack() as stack:
        store = None if embedded else stack.enter_context(running_redis())
        lines = [stack.enter_context(standing_proxy(store.port)) for _ in range(WORKERS)] if store is not None and torn else []
        running = Workers(directory, database, static, store, lines, skewed=skewed, behind=behind)
        stack.callback(running.stop)
        running.start(*range(len(running.ports)))
        sessions = [deploying.login(deploying.user(name)) for name in CALLERS[:callers]]
        yield Ground(running, rooms, cookies, spares, _cookie(deploying.login(owner)), sessions, meeting)


def _cookie(session: str) -> str:
    return f"{settings.SESSION_COOKIE_NAME}={session}"


class Field:
    """One run: people in their rooms, talking."""

    def __init__(
        self, ground: Ground, proxies: Sequence[ChaosProxy], seed: int, stack: AsyncExitStack, elsewhere: Callable[[], set[str]]
    ) -> None:
        self.ground = ground
        self.workers = ground.workers
        self.proxies = proxies
        self.random = Random(seed)
        self.people: list[Person] = []
        self.door = Door(self._open, self.workers.origin)
        self._seed = seed
        self._elsewhere = elsewhere
        self._talking = asyncio.create_task(self._talk())
        self._stack = stack
        self._written = {log: log.stat().st_size for log in self.workers.logs}

    def _open(self) -> list[int]:
        """A proxy tries another worker when a connection is refused."""
        return [proxy.port for proxy, port in zip(self.proxies, self.workers.ports, strict=True) if _listens(port)]

    def logs(self) -> dict[str, str]:
        """The logs of the workers in this run."""
        return {log.name: log.read_bytes()[size:].decode(errors="replace") for log, size in self._written.items()}

    def on(self, number: int) -> list[Person]:
        """The people whose socket is on this worker."""
        return [person for person in self.people if person.port == self.proxies[number].port]

    def exact(self) -> bool:
        rooms: dict[str, dict[str, str]] = {}
        for person in self.people:
            rooms.setdefault(person.slug, {})[person.id] = "attached"
        return all(person.attached and person.people == rooms[person.slug] for person in self.people)

    def whole(self) -> bool:
        """Whether every participant's roster and that of Redis are exact."""
        return self.exact() and (self.workers.embedded or self._is_stored())

    def _is_stored(self) -> bool:
        return self.stored() == {person.id for person in self.people} | self._elsewhere()

    def recorded(self) -> bool:
        """Whether history says of everybody here that they are in a meeting."""
        with closing(sqlite3.connect(f"file:{self.workers.database}?mode=ro", uri=True)) as connection:
            rows = connection.execute("SELECT participant FROM rooms_attendance WHERE left_at IS NULL").fetchall()
        return {person.id for person in self.people} <= {participant for (participant,) in rows}

    def stored(self) -> set[str]:
        """The ids that are attached in Redis."""
        with redis.Redis.from_url(self.workers.store.url, decode_responses=True) as client:
            texts = [text for key in client.scan_iter("conf:{*:people", count=1000) for text in client.hvals(key)]
        return {record["id"] for record in map(json.loads, texts) if record["link"] == "attached"}

    async def until(self, true: Callable[[], bool], seconds: float, what: str) -> float:
        """Wait for a condition. Returns how long it took."""
        began = time.monotonic()
        while not true():
            if time.monotonic() - began > seconds:
                raise AssertionError(f"not after {seconds} s: {what}")
            await asyncio.sleep(0.02 + len(self.people) / 5000)
        return time.monotonic() - began

    async def fill(self, seats: int) -> None:
        """Everybody enters, a few at a time."""
        for number in range(seats):
            self.enter(self.ground.rooms[number // ROOM_SIZE], self.ground.cookies[number], f"P{number}")
            if number % 20 == 19:
                await self.until(lambda: all(person.attached for person in self.people[-20:]), FILLED_SECONDS, "entered")
        await self.until(self.exact, FILLED_SECONDS, "all in their rooms")

    def enter(self, room: str, cookie: str, name: str) -> Person:
        person = Person(self.door, room, cookie, name, Random(f"{self._seed}.{name}"))
        self.people.append(person)
        person.start()
        return person

    async def line(self, person: Person) -> ChaosProxy:
        """Give somebody a proxy of their own to the workers."""
        proxy = await self._stack.enter_async_context(chaos_proxy(*(proxy.port for proxy in self.proxies)))
        person.move(Door(lambda: [proxy.port], self.workers.origin))
        return proxy

    def silence(self) -> None:
        """Stop all signals."""
        self._talking.cancel()

    async def empty(self) -> None:
        """Everybody leaves."""
        self.silence()
        await asyncio.gather(*(person.leave() for person in self.people), return_exceptions=True)
        self.people = []

    async def _talk(self) -> None:
        """Send a signal from everybody to somebody of their room every second, within a limit for all together, forever."""
        while True:
            await asyncio.sleep(1 / min(MOST_SIGNALS, len(self.people) + 1))
            if self.people:
                self.chat(1)

    def chat(self, times: int) -> None:
        for person in self.random.choices(self.people, k=times):
            person.talk([other for other in person.people if other != person.id])

    def kept(self) -> list[str]:
        """Keys of rooms that Redis would keep forever."""
        if self.workers.embedded:
            return []
        with redis.Redis.from_url(self.workers.store.url, decode_responses=True) as client:
            keys = [key for key in client.scan_iter("conf:{*", count=1000) if client.ttl(key) < 0]
        return [key for key in keys if f"{{{self.ground.meeting.pk}}}" not in key]


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@asynccontextmanager
async def field(ground: Ground, seed: int, seats: int, elsewhere: Callable[[], set[str]] = set) -> AsyncIterator[Field]:
    """Fill the rooms, and let everybody leave at the end. ``elsewhere`` gives the ids of participants of other runs."""
    async with AsyncExitStack() as stack:
        proxies = [await stack.enter_async_context(chaos_proxy(port)) for port in ground.workers.ports]
        here = Field(ground, proxies, seed, stack, elsewhere)
        try:
            await here.fill(seats)
            yield here
        finally:
            await here.empty()
        with suppress(AssertionError):
            await here.until(lambda: not here.kept(), 10, "I8")
        assert not here.kept(), f"I8 Redis keeps {here.kept()}"
