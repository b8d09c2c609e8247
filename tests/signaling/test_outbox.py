from __future__ import annotations

import asyncio
from typing import Any

from signaling.outbox import UNSENT_CHARACTERS, UNSENT_SIGNALS, Outbox
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


async def test_while_it_is_held_nothing_is_written() -> None:
    outbox, frames = Outbox(), asyncio.Queue[Any]()
    writer = asyncio.create_task(outbox.drain(frames.put))
    outbox.hold()
    outbox.push("1")
    for _ in range(10):
        await asyncio.sleep(0)
    assert frames.empty()
    outbox.release()
    assert (await frames.get())["text"] == "[1]"
    outbox.hold()
    outbox.push("2")
    outbox.close(4003)
    await writer
    assert [frames.get_nowait()["type"] for _ in range(2)] == ["websocket.send", "websocket.close"]


async def test_a_held_one_that_is_full_is_closed_without_a_word() -> None:
    outbox, frames = Outbox(), asyncio.Queue[Any]()
    outbox.hold()
    writer = asyncio.create_task(outbox.drain(frames.put))
    for _ in range(UNSENT_CHARACTERS // 40_000 + 1):
        outbox.push('"' + "x" * 40_000 + '"')
        await asyncio.sleep(0)
    await writer
    assert frames.get_nowait() == {"type": "websocket.close", "code": Close.INTERNAL}


def test_who_sends_too_much_is_dropped_and_the_others_are_not() -> None:
    outbox = Outbox(lambda: 0.0)
    signal = "x" * 40_000
    assert [outbox.push_signal(signal, "mallory") for _ in range(6)] == [True] * 4 + [False] * 2
    assert outbox.push_signal(signal, "alice")
    assert outbox.code is None


def test_thirty_senders_throw_nobody_off() -> None:
    outbox = Outbox(lambda: 0.0)
    passed = sum(outbox.push_signal("x" * 40_000, f"sender-{number}") for number in range(30) for _ in range(300))
    assert passed == UNSENT_SIGNALS // 40_000
    outbox.push("a fact")
    assert outbox.code is None
