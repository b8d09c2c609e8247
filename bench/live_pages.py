"""What open live pages cost a worker, in processor time, beside one that has none."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import NamedTuple

from accounts.streams import PER_PERSON, SOON
from bench import cpu
from tests.browser.servers import Server

PAGES = 50
PEOPLE = PAGES // PER_PERSON
EVENTS = "/admin/dashboard/events/"


class Cost(NamedTuple):
    """Shares of a processor, and pictures that a page got a second."""

    watched: float
    empty: float
    pictures: float


def measure(workers: Sequence[Server], headers: Sequence[str], seconds: float) -> Cost:
    """One worker has all pages and another none, then the other way round."""
    first, second = (asyncio.run(_measure(watched, empty, headers, seconds)) for watched, empty in (workers, workers[::-1]))
    return Cost(*((one + other) / 2 for one, other in zip(first, second, strict=True)))


async def _measure(watched: Server, empty: Server, headers: Sequence[str], seconds: float) -> Cost:
    crowd = _Crowd()
    readers = [asyncio.create_task(crowd.watch(watched.port, headers[page % PEOPLE])) for page in range(PAGES)]
    await crowd.complete.wait()
    before, pictures, began = [cpu.seconds([one.pid]) for one in (watched, empty)], crowd.pictures, time.monotonic()
    await asyncio.sleep(seconds)
    took = time.monotonic() - began
    after = [cpu.seconds([one.pid]) for one in (watched, empty)]
    for reader in readers:
        reader.cancel()
    await asyncio.gather(*readers, return_exceptions=True)
    return Cost((after[0] - before[0]) / took, (after[1] - before[1]) / took, (crowd.pictures - pictures) / took / PAGES)


class _Crowd:
    """All who look. ``complete`` is set once there were as many pictures as there are pages."""

    def __init__(self) -> None:
        self.pictures = 0
        self.complete = asyncio.Event()

    async def watch(self, port: int, header: str) -> None:
        """Read a stream, and ask again at its end, as a browser does."""
        head = f"GET {EVENTS} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{header}\r\nConnection: close\r\n\r\n"
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
