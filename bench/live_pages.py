"""What open live pages cost a worker, in processor time, beside one that has none."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from itertools import cycle
from typing import NamedTuple

from accounts.streams import PER_PERSON, SOON
from bench import cpu
from tests.browser.servers import Server

PAGES = 50
PEOPLE = PAGES // PER_PERSON
#: Until then each page has got a picture.
START_SECONDS = 60


class Cost(NamedTuple):
    """Shares of a processor, and pictures that a page got a second."""

    watched: float
    empty: float
    pictures: float


def measure(workers: Sequence[Server], headers: Sequence[str], addresses: Sequence[str], seconds: float) -> Cost:
    """One worker has pages of these addresses open and another none, then the other way round. Each header is of a person."""
    ways = (workers, workers[::-1])
    first, second = (asyncio.run(_measure(watched, empty, headers, addresses, seconds)) for watched, empty in ways)
    return Cost(*((one + other) / 2 for one, other in zip(first, second, strict=True)))


async def _measure(watched: Server, empty: Server, headers: Sequence[str], addresses: Sequence[str], seconds: float) -> Cost:
    """Raises what one of the readers fails with."""
    crowd = _Crowd()
    async with asyncio.TaskGroup() as readers:
        asked = zip(cycle(headers), addresses, strict=False)
        pages = [readers.create_task(crowd.watch(watched.port, address, header)) for header, address in asked]
        async with asyncio.timeout(START_SECONDS):
            await crowd.complete.wait()
        cost = await _compare(watched, empty, crowd, seconds)
        for page in pages:
            page.cancel()
    return cost


async def _compare(watched: Server, empty: Server, crowd: _Crowd, seconds: float) -> Cost:
    before, pictures, began = [cpu.seconds([one.pid]) for one in (watched, empty)], crowd.pictures, time.monotonic()
    await asyncio.sleep(seconds)
    took = time.monotonic() - began
    after = [cpu.seconds([one.pid]) for one in (watched, empty)]
    return Cost((after[0] - before[0]) / took, (after[1] - before[1]) / took, (crowd.pictures - pictures) / took / PAGES)


class _Crowd:
    """All who look. ``complete`` is set once there were as many pictures as there are pages."""

    def __init__(self) -> None:
        self.pictures = 0
        self.complete = asyncio.Event()

    async def watch(self, port: int, address: str, header: str) -> None:
        """Read a stream, and ask again at its end, as a browser does."""
        head = f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{header}\r\nConnection: close\r\n\r\n"
        while True:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(head.encode())
            assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
            while line := await reader.readline():
                self._note(line)
            writer.close()
            await asyncio.sleep(SOON / 1000)

    def _note(self, line: bytes) -> None:
        self.pictures += line.startswith(b"retry:")
        if self.pictures >= PAGES:
            self.complete.set()
