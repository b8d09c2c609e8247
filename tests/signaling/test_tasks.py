from __future__ import annotations

import asyncio

import pytest

from signaling import tasks as module
from signaling.roster.base import Unreachable
from signaling.tasks import Tasks


async def test_every_task_ends_with_the_worker() -> None:
    tasks = Tasks()
    first, second = tasks.spawn(asyncio.sleep(3600)), tasks.spawn(asyncio.sleep(3600))
    await tasks.stop()
    assert first.cancelled() and second.cancelled()


async def test_a_task_that_takes_a_cancellation_for_an_error_is_cancelled_again() -> None:
    async def stubborn() -> None:
        for _ in range(2):
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                continue

    tasks = Tasks()
    task = tasks.spawn(stubborn())
    await asyncio.sleep(0)
    await tasks.stop()
    assert task.done()


async def test_a_task_that_never_ends_is_named_and_left(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = asyncio.Event()

    async def endless() -> None:
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue

    monkeypatch.setattr(module, "STOP_SECONDS", 0.01)
    tasks = Tasks()
    task = tasks.spawn(endless())
    await asyncio.sleep(0)
    await tasks.stop()
    assert not task.done()
    [record] = caplog.records
    assert "endless" in record.getMessage()
    release.set()
    await task


@pytest.mark.parametrize(("error", "lines"), [(ZeroDivisionError(), 1), (Unreachable(), 0)])
async def test_a_failure_is_logged_and_an_outage_is_not(error: Exception, lines: int, caplog: pytest.LogCaptureFixture) -> None:
    async def failing() -> None:
        raise error

    await asyncio.wait([Tasks().spawn(failing())])
    await asyncio.sleep(0)
    assert len(caplog.records) == lines
