"""What is measured: workers, Redis, and rooms that sockets can join."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.conf import settings  # noqa: E402

from bench import cpu  # noqa: E402  (after the set-up, because some of these import models)
from bench.load import Socket  # noqa: E402
from tests.browser import deployment as deploying  # noqa: E402
from tests.browser.servers import Server, daphne  # noqa: E402
from tests.redis_server import RedisServer, free_port, running_redis  # noqa: E402

ROOMS, GUESTS = 160, 520
STOCK_LAYERS = {
    "core": "channels_redis.core.RedisChannelLayer",
    "pubsub": "channels_redis.pubsub.RedisPubSubChannelLayer",
}


class Door(Protocol):
    """How a load socket enters a deployment."""

    def rooms(self, count: int) -> list[str]: ...

    def socket(self, port: int, room: str) -> Socket: ...


@dataclass
class Deployment:
    """Running workers and their Redis, or one server without."""

    servers: Sequence[Server]
    store: RedisServer | None
    door: Door

    @property
    def ports(self) -> list[int]:
        return [server.port for server in self.servers]

    @property
    def workers(self) -> list[int]:
        return [server.pid for server in self.servers]

    @property
    def redis(self) -> int:
        assert self.store is not None
        return self.store.pid

    def rooms(self, count: int) -> list[str]:
        """Rooms in which nobody has been yet."""
        return self.door.rooms(count)

    def socket(self, port: int, room: str) -> Socket:
        return self.door.socket(port, room)


class StockDoor:
    """The baseline's entry: every name is a room, and there is no authentication."""

    def __init__(self) -> None:
        self._count = 0

    def rooms(self, count: int) -> list[str]:
        self._count += count
        return [f"room-{number}" for number in range(self._count - count, self._count)]

    def socket(self, port: int, room: str) -> Socket:
        return Socket(port, room, batched=False)


def stock(layer: str) -> Callable[[int], AbstractContextManager[Deployment]]:
    """The baseline on one of its channel layers."""

    @contextmanager
    def start(workers: int) -> Iterator[Deployment]:
        with ExitStack() as stack:
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            store = stack.enter_context(running_redis())
            environment = {
                "DJANGO_SETTINGS_MODULE": "bench.stock.settings",
                "STOCK_LAYER": STOCK_LAYERS[layer],
                "STOCK_REDIS_URL": store.url,
            }
            servers = [
                stack.enter_context(
                    daphne("bench.stock.asgi:application", free_port(), directory / f"worker-{number}.log", environment)
                )
                for number in range(workers)
            ]
            for server in servers:
                server.wait()
            _pin(servers, store)
            yield Deployment(servers, store, StockDoor())

    return start


class OurDoor:
    """Our rooms, open to anyone with the link; every socket is a guest of its own."""

    def __init__(self) -> None:
        self._rooms = [deploying.room(f"Room {number}").slug for number in range(ROOMS)]
        self._cookies = [f"{settings.SESSION_COOKIE_NAME}={deploying.visitor(f'load-{number}')}" for number in range(GUESTS)]

    def rooms(self, count: int) -> list[str]:
        return [self._rooms.pop() for _ in range(count)]

    def socket(self, port: int, room: str) -> Socket:
        return Socket(port, room, batched=True, cookie=self._cookies.pop())


@contextmanager
def ours(workers: int, *, pages: bool = False) -> Iterator[Deployment]:
    """The product, with its database; with its static files, unpinned, where ``pages`` are opened too."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(deploying.database(directory))
        door = OurDoor()
        static = deploying.collect_static(directory) if pages else directory / "static"
        running = stack.enter_context(deploying.deployed(directory, database=database, static=static, workers=workers))
        if not pages:
            _pin(running.workers, running.redis)
        yield Deployment(running.workers, running.redis, door)


@contextmanager
def alone() -> Iterator[Deployment]:
    """The product as one server without Redis, with its pages."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(deploying.database(directory))
        door = OurDoor()
        static = deploying.collect_static(directory)
        server = stack.enter_context(deploying.embedded(directory, database=database, static=static))
        yield Deployment([server], None, door)


def _pin(servers: Sequence[Server], store: RedisServer) -> None:
    for server in servers:
        cpu.pin(server.pid, cpu.SERVER_CORE)
    cpu.pin(store.pid, cpu.LOAD_CORE)
