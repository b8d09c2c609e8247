"""Workers and browser tabs for tests of sockets. Everything is real except the browser and its network connection."""

from __future__ import annotations

import asyncio
import contextvars
import json
import secrets
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import redis
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.conf import settings
from django.db import connections
from django.db.models import F
from django.test import Client, override_settings

from rooms import guests, history
from rooms import sockets as rooms
from rooms.models import Room
from signaling import process
from signaling.keeper import Pace
from signaling.mailbox import Mail, Revocation
from signaling.protocol.facts import Ice
from signaling.protocol.values import Policy
from signaling.roster.base import Roster
from signaling.roster.memory import MemoryRoster
from signaling.roster.redis import RedisRoster
from signaling.routing import sockets
from signaling.settings import RoomSettings
from signaling.worker import Worker

T = TypeVar("T")

ORIGIN = "http://localhost:8000"
PATIENCE_SECONDS = 60.0

# The passes of a worker under test run only when the test calls them.
STILL = Pace(renew=3600, reap=3600, tidy=3600, digest=3600, patience=0.2, rebuild=0.05)


def ice(participant: str, room: str, policy: Policy) -> Ice:
    return Ice(servers=[], policy=policy)


def new_layer(url: str) -> RedisPubSubChannelLayer:
    return RedisPubSubChannelLayer(hosts=[{"address": url, "socket_timeout": 15, "socket_connect_timeout": 3}])


#: The workers of this test that run.
_running: list[Worker] = []
#: By the mark in it: mail that another worker has not handled yet.
_marks: dict[str, asyncio.Event] = {}


async def settled() -> None:
    """Each running worker has handled what the others had posted to it until now. Mail of one worker to another is in order."""
    marks = [_mark(one, other) for one in _running for other in _running if one is not other]
    async with asyncio.timeout(PATIENCE_SECONDS):
        await asyncio.gather(*(mark.wait() for mark in marks))


def _mark(sender: Worker, receiver: Worker) -> asyncio.Event:
    name = f"mark-{secrets.token_hex(8)}"
    sender.mailbox.post(receiver.mailbox.address, Revocation(login=name))
    return _marks.setdefault(name, asyncio.Event())


@asynccontextmanager
async def running(worker: Worker, layer: Any = None) -> AsyncIterator[Worker]:
    worker.start()
    try:
        await worker.ready()
        _running.append(worker)
        yield worker
    finally:
        if worker in _running:
            _running.remove(worker)
        for tab in [tab for tab in Tab.opened if tab.worker is worker]:
            await tab.kill()
        await worker.stop()
        if layer is not None:
            await layer.flush()


@dataclass
class Stage:
    """Running workers, and the clocks of them and their rosters. The test moves the clocks."""

    workers: list[Worker]
    clock: Clock
    prefix: str = ""

    def __getitem__(self, place: int) -> Worker:
        """Worker number ``place``, or the only one there is."""
        return self.workers[place % len(self.workers)]

    async def live(self, seconds: int) -> None:
        """Let time pass, including the passes of the keepers."""
        for second in range(seconds):
            self.clock.advance(1)
            for worker in self.workers:
                if second % 4 == 0:
                    await worker.keeper.renew()
                await worker.keeper.reap()


class Clock:
    """Seconds, kept in a key of Redis too when there is one."""

    def __init__(self, url: str = "", key: str = "") -> None:
        self._now = 1_000.0
        self._key = key
        self._client = redis.Redis.from_url(url) if url else None
        self.advance(0)

    def __call__(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += seconds
        if self._client is not None:
            self._client.set(self._key, round(self._now * 1000))

    def close(self) -> None:
        if self._client is not None:
            self._client.close()


@asynccontextmanager
async def two_workers(url: str, *, prefix: str = "", **options: Any) -> AsyncIterator[Stage]:
    """Two workers with a roster and a layer of their own each, on one Redis."""
    prefix = prefix or secrets.token_hex(4)
    clock = Clock(url, f"{prefix}:clock")
    now = f"local function now() return tonumber(redis.call('GET', '{prefix}:clock')) end\n"
    async with AsyncExitStack() as stack:
        stack.callback(clock.close)
        started = []
        for _ in range(2):
            layer = new_layer(url)
            worker = new_worker(RedisRoster(url, prefix=prefix, now=now), layer, clock=clock, **options)
            started.append(await stack.enter_async_context(running(worker, layer)))
        yield Stage(started, clock, prefix)


@asynccontextmanager
async def embedded(**options: Any) -> AsyncIterator[Stage]:
    """A worker that is alone."""
    clock = Clock()
    async with running(new_worker(MemoryRoster(clock, wall=clock), None, clock=clock, **options)) as worker:
        yield Stage([worker], clock)


@asynccontextmanager
async def asked(kind: str, redis_url: str) -> AsyncIterator[Stage]:
    """``two workers`` or ``embedded``. Views of this process ask the first worker."""
    spread = kind == "two workers"
    with override_settings(REDIS_URL=redis_url, EMBEDDED=False) if spread else nullcontext():
        async with two_workers(redis_url) if spread else embedded() as started:
            process.use(started[0])
            try:
                yield started
            finally:
                process.use(None)


def new_worker(roster: Roster, layer: Any, **options: Any) -> Worker:
    worker = Worker(roster, layer, history, **{"rooms": rooms, "ice": ice, "pace": STILL, **options})
    receive = worker.switchboard.receive

    def received(mail: Mail) -> None:
        if isinstance(mail, Revocation) and (mark := _marks.pop(mail.login, None)) is not None:
            mark.set()
        else:
            receive(mail)

    worker.switchboard.receive = received  # type: ignore[method-assign]
    return worker


class Tab:
    """One browser tab's end of a socket. It is closed when its worker stops."""

    opened: ClassVar[list[Tab]] = []

    def __init__(
        self,
        worker: Worker,
        slug: str,
        cookie: str = "",
        *,
        origin: str | None = ORIGIN,
        join_seconds: float = 60.0,
        client: str = "192.0.2.7",
        headers: Iterable[tuple[bytes, bytes]] = (),
    ) -> None:
        headers = [*headers, (b"cookie", cookie.encode())] if cookie else [*headers]
        if origin is not None:
            headers.append((b"origin", origin.encode("latin1")))
        self.cookie = cookie
        path = f"/socket/{slug}"
        self._scope = {"type": "websocket", "path": path, "headers": headers, "query_string": b"", "client": [client, 50_000]}
        self.worker = worker
        self._application = sockets(worker, [ORIGIN], rooms.address, join_seconds)
        self._in: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._out: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._received: list[dict[str, Any]] = []
        self.frames: list[str] = []
        self.code: int | None = None
        self.task: asyncio.Task[None] | None = None
        self.welcome: dict[str, Any] = {}
        #: What it may do, by the last `rights`; :meth:`receive` passes over them.
        self.rights: dict[str, list[str]] = {}
        #: Who may write in the chat, by each `chat`; passed over, too.
        self.writers: list[str] = []
        #: Whether a host is there, by each `hosted`; passed over, too.
        self.hosted: list[bool] = []
        #: Each `lobby` and `queue`; passed over, too.
        self.lobby: list[dict[str, Any]] = []
        self.queue: list[dict[str, Any]] = []

    @property
    def id(self) -> str:
        return str(self.welcome["id"])

    async def open(self) -> bool:
        """The handshake; False when it was answered with 403."""
        work = self._application(self._scope, self._in.get, self._out.put)
        self.opened.append(self)
        self.task = asyncio.create_task(work, context=contextvars.Context())
        self._in.put_nowait({"type": "websocket.connect"})
        return bool((await self._next())["type"] == "websocket.accept")

    async def join(self, **fields: Any) -> dict[str, Any]:
        """Open, join, and return what comes back first."""
        assert await self.open()
        self.send({"type": "join", **fields})
        self.welcome = await self.receive()
        return self.welcome

    async def resume(self, before: Tab) -> dict[str, Any]:
        return await self.join(resume={"id": before.id, "token": before.welcome["token"]})

    def send(self, *messages: dict[str, Any]) -> None:
        self.write(json.dumps(messages))

    def write(self, text: str) -> None:
        """Any text as a frame."""
        self._in.put_nowait({"type": "websocket.receive", "text": text})

    def write_bytes(self, data: bytes) -> None:
        self._in.put_nowait({"type": "websocket.receive", "bytes": data})

    def vanish(self, code: int = 1006) -> None:
        """The connection is lost, or closed by the browser."""
        self._in.put_nowait({"type": "websocket.disconnect", "code": code})

    async def vanished(self, code: int = 1006) -> None:
        """The same, and the server has noticed."""
        self.vanish(code)
        await self.ended()

    async def kill(self) -> None:
        """The server gives up the application, as daphne does; no ``websocket.disconnect``."""
        assert self.task is not None
        self.opened.remove(self)
        self.task.cancel()
        await asyncio.wait([self.task])

    async def ended(self) -> None:
        assert self.task is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.task

    async def receive(self, kind: str = "") -> dict[str, Any]:
        """The next message; it must be of this type, if one is given."""
        while not self._received:
            self._take(await self._next())
            assert self.code is None or self._received, f"closed with {self.code} instead of {kind or 'a message'}"
        message = self._received.pop(0)
        assert kind in {"", message["type"]}, f"{message} instead of {kind}"
        return message

    async def news(self) -> list[dict[str, Any]]:
        """The messages that this tab was sent until now. Proved by the answer to a message of its own."""
        self.send({"type": "ping"})
        received = []
        while (message := await self.receive())["type"] != "pong":
            received.append(message)
        return received

    async def refusals(self) -> list[str]:
        """The codes of the refusals that this tab was sent until now. Other messages are passed over."""
        return [message["code"] for message in await self.news() if message["type"] == "refused"]

    async def receives_nothing(self, *, others: bool = True) -> None:
        """Nothing was sent to this tab until now, by any worker. Proved by the answer to a message of its own.

        Not by ``others``, if a test has cut the workers off from each other.
        """
        if others:
            await settled()
        self.send({"type": "signal", "to": "nobody", "connection": "c", "negotiation": 1, "candidate": {"candidate": ""}})
        answer = await self.receive()
        assert (answer["type"], answer.get("code")) == ("refused", "stranger"), answer

    async def closed(self) -> int:
        """The close code, after all messages before it."""
        while self.code is None:
            self._take(await self._next())
        return self.code

    async def _next(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._out.get()

    def _take(self, event: dict[str, Any]) -> None:
        if event["type"] == "websocket.close":
            self.code = event["code"]
        else:
            assert len(event["text"].encode()) <= 65_536
            self.frames.append(event["text"])
            for message in json.loads(event["text"]):
                if message["type"] == "rights":
                    self.rights = message["rights"]
                elif message["type"] == "chat":
                    self.writers.append(message["writers"])
                elif message["type"] == "hosted":
                    self.hosted.append(message["hosted"])
                elif message["type"] in {"lobby", "queue"}:
                    kind = message.pop("type")
                    (self.lobby if kind == "lobby" else self.queue).append(message)
                else:
                    self._received.append(message)


def candidate(to: Tab, text: str = "candidate:1") -> dict[str, Any]:
    return {"type": "signal", "to": to.id, "connection": "c1", "negotiation": 1, "candidate": {"candidate": text}}


async def written(stage: Stage) -> None:
    """Wait until history is in the database."""
    for worker in stage.workers:
        await asyncio.wrap_future(worker.journal.flush())


async def caught_up(stage: Stage, room: str) -> None:
    """Each worker knows the room as the store does. What it has missed, it has read again, as after a heartbeat."""
    await settled()
    snapshot = await stage[0].roster.snapshot(room)
    version = 0 if snapshot is None else snapshot.version
    async with asyncio.timeout(PATIENCE_SECONDS):
        while late := [one for one in stage.workers if (view := one.switchboard.view(room)) and view.version < version]:
            await asyncio.gather(*(one.keeper.renew() for one in late))
            await asyncio.sleep(STILL.patience / 10)


async def told(stage: Stage, *, lag: float = 0.0) -> None:
    """Two seconds later each worker has written its digest. So late was its event loop, however busy this machine is."""
    stage.clock.advance(2)
    for worker in stage.workers:
        worker.metrics.take_worst_lag()
        worker.metrics.late(lag)
        await worker.keeper.digest()


async def lose_the_store(stage: Stage, url: str) -> None:
    """Redis forgets everything, and each worker notices and puts back what it knows."""
    with redis.Redis.from_url(url) as client:
        client.delete(*[key for key in client.scan_iter(f"{stage.prefix}:*") if not key.endswith(b":clock")])
    for worker in stage.workers:
        await worker.keeper.renew()


async def from_database(read: Callable[[], T]) -> T:
    def reading() -> T:
        try:
            return read()
        finally:
            connections.close_all()

    return await asyncio.to_thread(reading)


def cookie(client: Client) -> str:
    """The Cookie header of somebody who has signed in."""
    return f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}"


def guest() -> str:
    """The Cookie header of a guest who has seen the room's page."""
    return f"{settings.GUEST_COOKIE_NAME}={guests.sign(secrets.token_urlsafe(12))}"


async def configure(worker: Worker, room: Room, **fields: Any) -> None:
    """Change settings of a room in the database, and in a meeting there, through this worker or whoever reads them first."""

    def change() -> RoomSettings:
        Room.objects.filter(pk=room.pk).update(settings_version=F("settings_version") + 1, **fields)
        return Room.objects.get(pk=room.pk).live_settings

    await worker.configure(str(room.pk), await from_database(change))


async def meet(stage: Stage, room: Room, alices: Client, bobs: Client) -> tuple[Tab, Tab]:
    """Alice and Bob in a room, each on a worker of their own."""
    alice, bob = Tab(stage[0], room.slug, cookie(alices)), Tab(stage[1], room.slug, cookie(bobs))
    await alice.join()
    await bob.join()
    await alice.receive("joined")
    return alice, bob
