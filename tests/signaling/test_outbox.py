from __future__ import annotations

import asyncio
from typing import Any

from signaling.outbox import UNSENT_CHARACTERS, Outbox
from signaling.protocol import Close


async def test_texts_of_one_tick_share_a_frame() -> None:
    outbox, frames = Outbox(), asyncio.Queue[Any]()
    writer = asyncio.create_task(outbox.drain(frames.put))
    for tick in (["1", "2"], ["3"]):
        for text in tick:
            outbox.push(text)
        assert (await frames.get())["text"] == f"[{','.join(tick)}]"
    outbox.push("4")
    outbox.close(4000)
    outbox.push("5")
    outbox.close(4001)
    await writer
    assert [frames.get_nowait() for _ in range(2)] == [
        {"type": "websocket.send", "text": "[4]"},
        {"type": "websocket.close", "code": 4000},
    ]


async def test_a_socket_that_does_not_read_is_closed() -> None:
    outbox = Outbox()
    for _ in range(UNSENT_CHARACTERS // 40_000 + 1):
        outbox.push('"' + "x" * 40_000 + '"')
    assert outbox.code == Close.INTERNAL
