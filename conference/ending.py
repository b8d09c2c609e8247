"""The end of a server process: at SIGTERM the worker drains before the server ends."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from types import FrameType

from twisted.internet.tcp import Port

logger = logging.getLogger(__name__)


def stop_listening() -> None:
    """Close daphne's ports, so that a proxy uses another worker. The ports of other servers are left open."""
    reactor = sys.modules.get("twisted.internet.reactor")
    for port in reactor.getReaders() if reactor is not None else []:
        if isinstance(port, Port):
            port.stopListening()  # type: ignore[no-untyped-call]


class Ending:
    """Replaces the server's handler of SIGTERM, which ends every socket without a close frame.

    ``drain`` is awaited once. Then, or at a second SIGTERM, the server's handler is called. SIGINT is not replaced: Ctrl-C
    should end at once. Make it in the main thread, in the loop that serves, after the server has set its handlers.
    """

    def __init__(self, drain: Callable[[], Awaitable[None]]) -> None:
        self._drain = drain
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[None] | None = None
        self._server = signal.signal(signal.SIGTERM, self._on_sigterm)

    def _on_sigterm(self, number: int, frame: FrameType | None) -> None:
        self._loop.call_soon_threadsafe(self._begin)

    def _begin(self) -> None:
        if self._task is None:
            self._task = self._loop.create_task(self._end())
        else:
            self._obey()

    async def _end(self) -> None:
        try:
            await self._drain()
        except Exception:
            logger.exception("The worker did not drain")
        self._obey()

    def _obey(self) -> None:
        signal.signal(signal.SIGTERM, self._server)
        os.kill(os.getpid(), signal.SIGTERM)
