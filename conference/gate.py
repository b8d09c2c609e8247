"""How many requests are in Django at once. Each has a thread and a connection to the database; the others wait for their turn."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

logger = logging.getLogger(__name__)

Scope = dict[str, Any]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Any, Send], Awaitable[None]]

#: Longer than 300 people need who open a page at once, shorter than proxies wait.
PATIENCE_SECONDS: Final = 30.0
RETRY_SECONDS: Final = 5
#: A supervisor's questions must not wait behind those whom the answer is about. They are answered one at a time.
PROBES: Final = ("/health/live", "/health/ready")


class Gate:
    """Lets ``count`` requests at once into ``application``, in the order in which they came.

    Who has waited for ``patience`` seconds gets 503 with ``Retry-After``. A request that has begun is not cancelled with its
    connection: its thread goes on in any case, and it must give back what it has of the pool of connections.
    """

    def __init__(self, application: Application, count: int, unavailable: bytes, patience: float = PATIENCE_SECONDS) -> None:
        self._application = application
        self._places = asyncio.Semaphore(count)
        self._probes = {path: asyncio.Semaphore(1) for path in PROBES}
        self._unavailable = unavailable
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        places = self._probes.get(scope["path"], self._places)
        try:
            async with asyncio.timeout(self._patience):
                await places.acquire()
        except TimeoutError:
            logger.warning("A request has waited for %d seconds and is refused", self._patience)
            await self._refuse(send)
            return
        await asyncio.shield(asyncio.create_task(self._enter(places, scope, receive, send)))

    async def _enter(self, places: asyncio.Semaphore, scope: Scope, receive: Any, send: Send) -> None:
        try:
            await self._application(scope, receive, send)
        finally:
            places.release()

    async def _refuse(self, send: Send) -> None:
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"retry-after", str(RETRY_SECONDS).encode()),
        ]
        await send({"type": "http.response.start", "status": 503, "headers": headers})
        await send({"type": "http.response.body", "body": self._unavailable})
