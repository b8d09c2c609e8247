"""The tasks of one worker: kept while they run, and ended with it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

from django.core.exceptions import PermissionDenied

from signaling.roster.base import Refusal, Unreachable

logger = logging.getLogger(__name__)

#: So long after it was cancelled, a task is cancelled again; and so often.
STOP_SECONDS: Final = 1.0
CANCELLATIONS: Final = 5
#: Errors with which a command may end.
EXPECTED: Final = (PermissionDenied, Refusal, Unreachable)

T = TypeVar("T")


class Tasks:
    """A failure is logged, unless it is a refusal, a missing permission or an unreachable store."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start a task in the running loop."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None and not isinstance(error, EXPECTED):
            logger.error("A task of the worker failed", exc_info=error)

    async def stop(self) -> None:
        """Cancel every task, and wait until all have ended. One that does not end is logged and left: the worker ends anyway."""
        for _ in range(CANCELLATIONS):
            if not self._running:
                return
            for task in self._running:
                task.cancel()
            # More than once: a library may lose a cancellation, or take it for an error of its own.
            await asyncio.wait(self._running, timeout=STOP_SECONDS)
        for task in self._running:
            logger.error("A task of the worker does not end: %r", task)
