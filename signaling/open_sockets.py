"""The open sockets of one worker, and how they are sent to other workers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

from signaling.protocol.refusals import Close
from signaling.send_queue import SendQueue

logger = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True)
class Farewell:
    """How a worker sends its people elsewhere, in seconds: ``batch`` of them at a time, every ``every``.

    After ``patience`` it does not wait any longer. ``linger`` is the time for browsers to read what was sent last: if the process
    ends while a browser writes to it, the connection is reset and the close code is lost.
    """

    batch: int = 50
    every: float = 0.25
    patience: float = 20.0
    linger: float = 0.5


class OpenSockets:
    """A worker that is ``alone`` sends everybody away at once, because no other worker could be overloaded."""

    def __init__(self, farewell: Farewell, *, alone: bool) -> None:
        self._farewell = farewell
        self._alone = alone
        self._send_queues: dict[SendQueue, None] = {}
        self._empty = asyncio.Event()
        self._empty.set()

    def __len__(self) -> int:
        return len(self._send_queues)

    @contextmanager
    def opened(self, send_queue: SendQueue) -> Iterator[None]:
        """A context for the life of a socket, including the clean-up after its end."""
        self._send_queues[send_queue] = None
        self._empty.clear()
        try:
            yield
        finally:
            del self._send_queues[send_queue]
            if not self._send_queues:
                self._empty.set()

    async def send_away(self, flush: Callable[[], Awaitable[object]]) -> None:
        """Send everybody to another worker, then ``flush``. Returns when they have gone, or after a time."""
        if not self._send_queues:
            return
        logger.info("Sending %d sockets to other workers", len(self._send_queues))
        with suppress(TimeoutError):
            async with asyncio.timeout(self._farewell.patience):
                async for send_queue in self.in_batches(list(self._send_queues)):
                    send_queue.close(Close.MOVING)
                await self._empty.wait()
                await flush()
        await asyncio.sleep(self._farewell.linger)

    async def in_batches(self, them: Sequence[T]) -> AsyncIterator[T]:
        """Close in batches, so that other workers are not overloaded."""
        batch = len(them) if self._alone else self._farewell.batch
        for place, one in enumerate(them):
            if place and place % batch == 0:
                await asyncio.sleep(self._farewell.every)
            yield one
