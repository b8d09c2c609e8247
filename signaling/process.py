"""The worker of this process, as its threads see it. Blocking; never call it in the event loop.

Where none runs (``manage.py``, a shell) one is made for the moment, which asks Redis. In embedded mode there is then nobody to
ask.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from django.conf import settings

from signaling.metrics import CONTENT_TYPE
from signaling.roster.base import Unreachable
from signaling.worker import Worker

logger = logging.getLogger(__name__)

ANSWER_SECONDS: Final = 5.0
METRICS_TYPE: Final = CONTENT_TYPE

T = TypeVar("T")
D = TypeVar("D")


class _Process:
    """The worker of this process, if it serves; ``make`` makes one that serves nobody, where there is a roster to ask."""

    worker: Worker | None = None
    make: Callable[[], Worker] | None = None


def use(worker: Worker | None) -> None:
    """From now on, ask this worker, which serves. Called once, by ``asgi.py``."""
    _Process.worker = worker


def otherwise(make: Callable[[], Worker] | None) -> None:
    """Where no worker serves, ask one made by ``make``. Called once, by ``conference/apps.py``."""
    _Process.make = make


def accepting() -> bool:
    """Whether this process takes newcomers. True in a process without a worker."""
    return _Process.worker is None or _Process.worker.accepting


def serving() -> Worker | None:
    """The worker of this process, for its own event loop. None where none serves."""
    return _Process.worker


def metrics() -> str:
    """What the worker of this process counts; empty where there is none."""
    return _Process.worker.metrics_text() if _Process.worker is not None else ""


def ask(do: Callable[[Worker], Awaitable[T]]) -> T:
    """What ``do`` answers with the worker. Raises what ``do`` raises; and Unreachable where there is no worker, or the store does
    not answer in time: then nothing is known about what was done.
    """
    worker = _Process.worker
    try:
        if worker is not None and worker.loop is not None:
            return _through(worker.loop, do(worker))
        if not settings.EMBEDDED and _Process.make is not None:
            return asyncio.run(_briefly(_Process.make, do))
    except (Unreachable, TimeoutError) as error:
        logger.warning("The roster cannot be reached")
        raise Unreachable from error
    raise Unreachable("no worker")


def ask_or(default: D, do: Callable[[Worker], Awaitable[T]]) -> T | D:
    """:func:`ask`, and ``default`` instead of Unreachable."""
    try:
        return ask(do)
    except Unreachable:
        return default


def _through(loop: asyncio.AbstractEventLoop, work: Awaitable[T]) -> T:
    async def waiting() -> T:
        return await work

    return asyncio.run_coroutine_threadsafe(waiting(), loop).result(ANSWER_SECONDS)


async def _briefly(make: Callable[[], Worker], do: Callable[[Worker], Awaitable[T]]) -> T:
    """Run with a worker that has no sockets and does not listen. It can only ask the roster and send mail."""
    worker = make()
    try:
        answer = await do(worker)
        await worker.mailbox.flush()
        return answer
    finally:
        await worker.stop()
