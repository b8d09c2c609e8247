"""What is measured: workers, Redis, and rooms that sockets can join."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench import cpu
from bench.load import Socket
from tests.browser.servers import Server, daphne, free_port, redis_server

STOCK_LAYERS = {
    "core": "channels_redis.core.RedisChannelLayer",
    "pubsub": "channels_redis.pubsub.RedisPubSubChannelLayer",
}


class Door(Protocol):
    """How a deployment lets a load socket in."""

    def rooms(self, count: int) -> list[str]: ...

    def socket(self, port: int, room: str) -> Socket: ...


@dataclass
class Deployment:
    """Running workers and their Redis."""

    servers: list[Server]
    store: Server
    door: Door

    @property
    def ports(self) -> list[int]:
        return [server.port for server in self.servers]

    @property
    def workers(self) -> list[int]:
        return [server.pid for server in self.servers]

    @property
    def redis(self) -> int:
        return self.store.pid

    def rooms(self, count: int) -> list[str]:
        """Rooms in which nobody has been yet."""
        return self.door.rooms(count)

    def socket(self, port: int, room: str) -> Socket:
        return self.door.socket(port, room)


class StockDoor:
    """Every name is a room, and nobody is asked who they are."""

    def __init__(self) -> None:
        self._count = 0

    def rooms(self, count: int) -> list[str]:
        self._count += count
        return [f"room-{number}" for number in range(self._count - count, self._count)]

    def socket(self, port: int, room: str) -> Socket:
        return Socket(port, room, batched=False)


def stock(layer: str) -> Callable[[int], contextmanager[Deployment]]:
    """The baseline on one of its channel layers."""

    @contextmanager
    def start(workers: int) -> Iterator[Deployment]:
        with ExitStack() as stack:
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            store = stack.enter_context(redis_server(directory))
            environment = {
                "DJANGO_SETTINGS_MODULE": "bench.stock.settings",
                "STOCK_LAYER": STOCK_LAYERS[layer],
                "STOCK_REDIS_URL": f"redis://127.0.0.1:{store.port}/0",
            }
            servers = [
                stack.enter_context(daphne("bench.stock.asgi:application", free_port(), directory / f"worker-{number}.log", environment))
                for number in range(workers)
            ]
            _pin(servers, store)
            yield Deployment(servers, store, StockDoor())

    return start


@contextmanager
def ours(workers: int) -> Iterator[Deployment]:
    raise NotImplementedError
    yield


def _pin(servers: list[Server], store: Server) -> None:
    for server in servers:
        cpu.pin(server.pid, cpu.SERVER_CORE)
    cpu.pin(store.pid, cpu.LOAD_CORE)
