"""A task that is cancelled ends, also where a library has lost the cancellation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


async def heed(answer: Awaitable[T]) -> T:
    """What ``answer`` returns or raises; CancelledError if the task was cancelled meanwhile.

    redis-py sends with ``asyncio.wait_for``. That of Python 3.11 loses a cancellation which comes at the moment when the sending
    ends. A socket that daphne cancels, which it does once, would then listen until its browser is gone.
    """
    task = asyncio.current_task()
    before = task.cancelling() if task is not None else 0

    def is_cancelled() -> bool:
        return task is not None and task.cancelling() > before

    try:
        returned = await answer
    except Exception as error:
        if is_cancelled():
            raise asyncio.CancelledError from error
        raise
    if is_cancelled():
        raise asyncio.CancelledError
    return returned
