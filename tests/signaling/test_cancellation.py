"""Whoever waits for Redis is cancelled at any moment, once, and ends. From Python 3.12 on, the library alone would do."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from signaling.mailbox import Mailbox
from signaling.roster.redis import RedisRoster
from tests.signaling.stage import new_layer

#: More steps of the event loop than it takes to ask. Then Redis has to answer.
STEPS = 40

Question = Callable[[RedisRoster, Mailbox], Coroutine[Any, Any, object]]
QUESTIONS: dict[str, Question] = {
    "a script": lambda roster, mailbox: roster.snapshot("1"),
    "a list": lambda roster, mailbox: roster.rooms(),
    "digests": lambda roster, mailbox: roster.digests.read(),
    "mail": lambda roster, mailbox: mailbox.check(),
    "the address for mail": lambda roster, mailbox: mailbox.open(),
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
async def test_a_cancellation_is_heeded_at_any_moment(redis_url: str, question: Question) -> None:
    layer = new_layer(redis_url)
    roster, mailbox = RedisRoster(redis_url, prefix=secrets.token_hex(4)), Mailbox(layer)
    await mailbox.open()
    await question(roster, mailbox)  # connects
    lost = [steps for steps in range(STEPS) if not await heeded(question(roster, mailbox), steps)]
    await roster.close()
    await layer.flush()
    assert lost == []


async def heeded(work: Coroutine[Any, Any, object], steps: int) -> bool:
    """Cancel it after so many steps of the event loop. Whether it was cancelled, unless it had ended before."""
    task = asyncio.create_task(work)
    for _ in range(steps):
        await asyncio.sleep(0)
    if not task.cancel():
        return True
    await asyncio.wait([task])
    return task.cancelled()
