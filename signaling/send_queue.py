"""What waits to be written to one socket."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from signaling.limits import Buckets
from signaling.protocol.frames import frames
from signaling.protocol.refusals import Close

UNSENT_CHARACTERS: Final = 4 * 1024 * 1024
#: Signals beyond these bounds are dropped; browsers repair that. Bounds: all unsent ones; those of one sender, per second and at
#: once.
UNSENT_SIGNALS: Final = 1024 * 1024
SENDER_RATE: Final = 16 * 1024
SENDER_BURST: Final = 192 * 1024
SENDERS: Final = 64

Send = Callable[[dict[str, Any]], Awaitable[None]]


class SendQueue:
    """Encoded messages in order. Texts of the same loop tick share a frame. While it is held, nothing is written."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.code: int | None = None
        self._texts: list[str] = []
        self._characters = 0
        self._signals = 0
        self._senders = Buckets(SENDER_RATE, SENDER_BURST, clock, keys=SENDERS)
        self._held = False
        self._overflowed = False
        self._idle: asyncio.Future[None] | None = None

    def push(self, text: str) -> None:
        """Add one encoded message. A socket that does not read is closed."""
        if self.code is not None:
            return
        self._texts.append(text)
        self._characters += len(text)
        if self._characters > UNSENT_CHARACTERS:
            self._overflowed = True
            self._texts.clear()
            self.close(Close.INTERNAL)
        self._wake()

    def push_signal(self, text: str, sender: str) -> bool:
        """Add a signal, or drop it and return False: when too many are unsent, or this sender sends too much."""
        size = len(text)
        if self._signals + size > UNSENT_SIGNALS or not self._senders.take(sender, size):
            return False
        self._signals += size
        self.push(text)
        return True

    def close(self, code: int, *texts: str) -> None:
        """Close once everything before, and these encoded messages, are written. The first code stands."""
        for text in texts:
            self.push(text)
        if self.code is None:
            self.code = code
            self._wake()

    def hold(self) -> None:
        """The client does not read: write nothing until :meth:`release`. A close does not wait."""
        self._held = True

    def release(self) -> None:
        """The client reads again."""
        self._held = False
        self._wake()

    def _wake(self) -> None:
        if self._idle is not None and not self._idle.done():
            self._idle.set_result(None)

    async def _change(self) -> None:
        self._idle = asyncio.get_running_loop().create_future()
        await self._idle

    async def drain(self, send: Send) -> None:
        """Write until closed."""
        while True:
            if self._texts:
                await self._write(send)
            elif self.code is not None:
                await send({"type": "websocket.close", "code": int(self.code)})  # autobahn takes no IntEnum
                return
            else:
                await self._change()

    async def _write(self, send: Send) -> None:
        while self._held and self.code is None:
            await self._change()
        texts, self._texts, self._characters, self._signals = self._texts, [], 0, 0
        for text in frames(texts):
            while self._held and self.code is None:
                await self._change()
            if self._overflowed:
                return
            await send({"type": "websocket.send", "text": text})
