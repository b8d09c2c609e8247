"""Long work takes turns: one piece in each pass of the event loop, each key as often as any other.

So keys with much work share the time that is left, and a key with little work does not wait for all of theirs.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

Work = Callable[[], None]


class Turns:
    """A queue for each key (a person, an address) that has something to do. ``every`` is the least time between two pieces.

    Work that is no longer wanted must return at once.
    """

    def __init__(self, every: float = 0.0) -> None:
        self._every = every
        self._waiting: dict[str, deque[Work]] = {}
        self._due = False

    def enqueue(self, key: str, work: Work) -> None:
        """Have ``work`` called when it is the turn of ``key``."""
        self._waiting.setdefault(key, deque()).append(work)
        if not self._due:
            self._schedule(0.0)

    async def wait(self, key: str) -> None:
        """Return when it is the turn of ``key``."""
        turn = asyncio.get_running_loop().create_future()
        self.enqueue(key, lambda: None if turn.done() else turn.set_result(None))
        await turn

    def _schedule(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        self._due = True
        if seconds:
            loop.call_later(seconds, self._next)
        else:
            loop.call_soon(self._next)

    def _next(self) -> None:
        self._due = False
        if not self._waiting:
            return
        key = next(iter(self._waiting))
        queue = self._waiting.pop(key)
        work = queue.popleft()
        if queue:
            self._waiting[key] = queue
        self._schedule(self._every)
        work()
