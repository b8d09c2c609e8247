"""What waits to be written to one socket."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from signaling.protocol import Close, frames

UNSENT_CHARACTERS: Final = 4 * 1024 * 1024

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Outbox:
    """Encoded messages in order. Texts of the same loop tick share a frame."""

    def __init__(self) -> None:
        self.code: int | None = None
        self._texts: list[str] = []
        self._characters = 0
        self._idle: asyncio.Future[None] | None = None

    def push(self, text: str) -> None:
        """Add one encoded message. A socket that does not read is closed."""
        if self.code is not None:
            return
        self._texts.append(text)
        self._characters += len(text)
        if self._characters > UNSENT_CHARACTERS:
            self._texts.clear()
            self.close(Close.INTERNAL)
        self._wake()

    def close(self, code: int, *texts: str) -> None:
        """Close once everything before, and these encoded messages, are written. The first code stands."""
        for text in texts:
            self.push(text)
        if self.code is None:
            self.code = code
            self._wake()

    def _wake(self) -> None:
        if self._idle is not None and not self._idle.done():
            self._idle.set_result(None)

    async def drain(self, send: Send) -> None:
        """Write until closed."""
        loop = asyncio.get_running_loop()
        while True:
            if self._texts:
                texts, self._texts, self._characters = self._texts, [], 0
                for text in frames(texts):
                    await send({"type": "websocket.send", "text": text})
            elif self.code is not None:
                await send({"type": "websocket.close", "code": int(self.code)})  # autobahn takes no IntEnum
                return
            else:
                self._idle = loop.create_future()
                await self._idle
