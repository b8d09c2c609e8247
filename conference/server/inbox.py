"""Messages that have arrived on one socket and that its application has not taken yet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

FULL: Final = 64 * 1024
EACH: Final = 256
"""What an event takes besides its text."""


class Inbox(asyncio.Queue[dict[str, Any]]):
    """The queue of a socket's application. While it is full the socket is not read, so its sender has to wait."""

    def __init__(self, pause: Callable[[], None], resume: Callable[[], None]) -> None:
        super().__init__()
        self._pause = pause
        self._resume = resume
        self._size = 0

    def _put(self, item: dict[str, Any]) -> None:
        super()._put(item)
        self._size += _size(item)
        if self._size > FULL:
            self._pause()

    def _get(self) -> dict[str, Any]:
        item = super()._get()
        was_full = self._size > FULL
        self._size -= _size(item)
        if was_full and self._size <= FULL:
            self._resume()
        return item


def _size(event: dict[str, Any]) -> int:
    return EACH + len(event.get("text") or event.get("bytes") or "")
