"""A TCP proxy that misbehaves on command: it delays, freezes one direction as a half-open connection does, and cuts."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Literal

Direction = Literal["up", "down"]
CHUNK_BYTES = 65_536


class ChaosProxy:
    """Stands before a port of the loopback. ``up`` is towards it."""

    def __init__(self, target: int) -> None:
        self._target = target
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

    def freeze(self, direction: Direction) -> None:
        """Nothing gets through this way, and nobody is told."""
        self._flowing[direction].clear()

    def thaw(self) -> None:
        for flowing in self._flowing.values():
            flowing.set()

    def cut(self) -> None:
        """Reset every connection, both ways."""
        for writer in self._writers:
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()

    async def open(self, port: int = 0) -> None:
        """Listen on a port, or on any that is free."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", port)

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            target_reader, target_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, target_writer}
        for pump in (self._pump("up", reader, target_writer), self._pump("down", target_reader, writer)):
            task = asyncio.create_task(pump)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(self, direction: Direction, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK_BYTES):
                await asyncio.sleep(self._delay_seconds)
                await self._flowing[direction].wait()
                writer.write(data)
                await writer.drain()
        self._writers.discard(writer)
        writer.close()


@asynccontextmanager
async def chaos_proxy(target: int) -> AsyncIterator[ChaosProxy]:
    proxy = ChaosProxy(target)
    await proxy.open()
    try:
        yield proxy
    finally:
        await proxy.close()
