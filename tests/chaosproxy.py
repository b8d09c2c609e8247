"""A TCP proxy with faults on command: delay, a frozen direction as in a half-open connection, reset."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, Literal

Direction = Literal["up", "down"]
CHUNK_BYTES = 65_536


class ChaosProxy:
    """Stands before ports of the loopback: they get connections in turn, and one that refuses is passed over. ``up`` is towards
    them."""

    def __init__(self, *targets: int) -> None:
        self._targets = list(targets)
        self._server: asyncio.Server | None = None
        self._flowing: dict[Direction, asyncio.Event] = {"up": asyncio.Event(), "down": asyncio.Event()}
        self._delay_seconds = 0.0
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.thaw()

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    def delay(self, seconds: float) -> None:
        """Everything from now on takes this long, each way."""
        self._delay_seconds = seconds

    def freeze(self, *directions: Direction) -> None:
        """Stop one direction: nothing gets through, not even a close, and neither end is told."""
        for direction in directions:
            self._flowing[direction].clear()

    def thaw(self) -> None:
        for flowing in self._flowing.values():
            flowing.set()

    def cut(self) -> None:
        """Reset every connection, both ways."""
        for writer in self._writers:
            if writer.is_closing():
                continue
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()

    def lead(self, target: int) -> None:
        """Reset every connection; who comes again gets to another port."""
        self._targets = [target]
        self.cut()

    def add(self, target: int) -> None:
        """Who comes from now on gets to this port, too. Connections stay."""
        self._targets.append(target)

    async def open(self, port: int = 0) -> None:
        """Listen on a port, or on any that is free."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", port)

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        self.thaw()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        self._spawn(self._forward(reader, writer))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            target_reader, target_writer = await self._reach()
        except OSError:
            self._writers.discard(writer)
            writer.transport.abort()
            return
        self._writers.add(target_writer)
        self._spawn(self._pump("up", reader, target_writer))
        self._spawn(self._pump("down", target_reader, writer))

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        self._targets.append(self._targets.pop(0))
        for target in self._targets[:-1]:
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", target)
        return await asyncio.open_connection("127.0.0.1", self._targets[-1])

    async def _pump(self, direction: Direction, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK_BYTES):
                await asyncio.sleep(self._delay_seconds)
                await self._flowing[direction].wait()
                writer.write(data)
                await writer.drain()
        await self._flowing[direction].wait()
        self._writers.discard(writer)
        writer.close()


@asynccontextmanager
async def chaos_proxy(*targets: int, port: int = 0) -> AsyncIterator[ChaosProxy]:
    proxy = ChaosProxy(*targets)
    await proxy.open(port)
    try:
        yield proxy
    finally:
        await proxy.close()


class StandingProxy:
    """A :class:`ChaosProxy` that outlives event loops: it has one of its own, in a thread."""

    def __init__(self, target: int, port: int) -> None:
        self._proxy = ChaosProxy(target)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._run(self._proxy.open(port))
        self.port = self._proxy.port

    def freeze(self) -> None:
        """Stop both directions: nothing gets through, and neither end is told."""
        self._do(lambda: self._proxy.freeze("up", "down"))

    def thaw(self) -> None:
        self._do(self._proxy.thaw)

    def lead(self, target: int) -> None:
        """Reset every connection; who comes again gets to another port."""
        self._do(lambda: self._proxy.lead(target))

    def add(self, target: int) -> None:
        """Who comes from now on gets to this port, too. Connections stay."""
        self._do(lambda: self._proxy.add(target))

    def close(self) -> None:
        self._run(self._proxy.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, act: Callable[[], None]) -> None:
        async def acting() -> None:
            act()

        self._run(acting())

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(60)


@contextmanager
def standing_proxy(target: int, port: int = 0) -> Iterator[StandingProxy]:
    proxy = StandingProxy(target, port)
    try:
        yield proxy
    finally:
        proxy.close()
