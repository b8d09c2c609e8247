from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator

import pytest

from conference.ending import Ending


@pytest.fixture
def obeyed() -> Iterator[asyncio.Event]:
    """Set when the server's own handler of SIGTERM runs."""
    event = asyncio.Event()
    before = signal.signal(signal.SIGTERM, lambda number, frame: event.set())
    yield event
    signal.signal(signal.SIGTERM, before)


async def soon(event: asyncio.Event) -> None:
    async with asyncio.timeout(60):
        await event.wait()


async def test_the_worker_drains_before_the_server_ends(obeyed: asyncio.Event) -> None:
    begun, done = asyncio.Event(), asyncio.Event()

    async def drain() -> None:
        begun.set()
        await done.wait()

    Ending(drain)
    os.kill(os.getpid(), signal.SIGTERM)
    await soon(begun)
    assert not obeyed.is_set()
    done.set()
    await soon(obeyed)


async def test_a_second_sigterm_does_not_wait(obeyed: asyncio.Event) -> None:
    begun = asyncio.Event()

    async def drain() -> None:
        begun.set()
        await asyncio.Event().wait()

    ending = Ending(drain)
    os.kill(os.getpid(), signal.SIGTERM)
    await soon(begun)
    os.kill(os.getpid(), signal.SIGTERM)
    await soon(obeyed)
    assert ending._task is not None
    ending._task.cancel()


async def test_a_drain_that_fails_does_not_keep_the_server(obeyed: asyncio.Event, caplog: pytest.LogCaptureFixture) -> None:
    async def drain() -> None:
        raise OSError("broken")

    Ending(drain)
    os.kill(os.getpid(), signal.SIGTERM)
    await soon(obeyed)
    assert "broken" in caplog.text
