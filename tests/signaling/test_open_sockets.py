"""Sockets are sent to other workers. What their people see of it is in ``test_drain.py``."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

import pytest

from signaling.open_sockets import Farewell, OpenSockets
from signaling.protocol.refusals import Close
from signaling.send_queue import SendQueue

AT_ONCE = Farewell(batch=2, every=3600, patience=3600, linger=0)


class Flushed:
    def __init__(self) -> None:
        self.times = 0

    async def __call__(self) -> None:
        self.times += 1


async def sent_away(sockets: OpenSockets, *queues: SendQueue) -> list[int | None]:
    """The close codes while nobody has gone."""
    leaving = asyncio.create_task(sockets.send_away(Flushed()))
    await asyncio.sleep(0)
    leaving.cancel()
    return [queue.code for queue in queues]


@pytest.mark.parametrize(("alone", "sent"), [(False, 2), (True, 3)])
async def test_a_worker_that_is_alone_sends_everybody_away_at_once(alone: bool, sent: int) -> None:
    sockets, queues = OpenSockets(AT_ONCE, alone=alone), [SendQueue() for _ in range(3)]
    with ExitStack() as stack:
        for queue in queues:
            stack.enter_context(sockets.opened(queue))
        assert await sent_away(sockets, *queues) == ([Close.MOVING] * sent + [None] * 3)[:3]
        assert len(sockets) == 3
    assert len(sockets) == 0


async def test_it_waits_until_the_last_has_gone_and_then_flushes() -> None:
    sockets, flush = OpenSockets(AT_ONCE, alone=False), Flushed()
    with sockets.opened(SendQueue()):
        leaving = asyncio.create_task(sockets.send_away(flush))
        await asyncio.sleep(0)
        assert not leaving.done()
    await leaving
    assert flush.times == 1


async def test_where_nobody_is_nothing_is_done() -> None:
    flush = Flushed()
    await OpenSockets(Farewell(linger=3600), alone=False).send_away(flush)
    assert not flush.times
