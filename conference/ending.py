"""The end of a server process: SIGTERM lets the worker drain before the server obeys it."""

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
    """Close daphne's ports, so that a proxy goes elsewhere by itself. Another server's ports are left alone."""
    reactor = sys.modules.get("twisted.internet.reactor")
    for port in reactor.getReaders() if reactor is not None else []:
        if isinstance(port, Port):
            port.stopListening()  # type: ignore[no-untyped-call]


class Ending:
    """Stands before the server's own handling of SIGTERM, which closes every socket without a word.

    ``drain`` is awaited once; then, or at a second SIGTERM, the server's turn comes. SIGINT is left alone: whoever presses
    Ctrl-C wants the terminal back. Make it in the main thread, in the loop that serves, when the server has its handlers.
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
