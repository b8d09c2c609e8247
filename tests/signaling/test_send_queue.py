from __future__ import annotations

import asyncio
from typing import Any

from signaling.protocol.refusals import Close
from signaling.send_queue import UNSENT_CHARACTERS, UNSENT_SIGNALS, SendQueue


async def test_texts_of_one_tick_share_a_frame() -> None:
    send_queue, frames = SendQueue(), asyncio.Queue[Any]()
    writer = asyncio.create_task(send_queue.drain(frames.put))
    for tick in (["1", "2"], ["3"]):
        for text in tick:
            send_queue.push(text)
        assert (await frames.get())["text"] == f"[{','.join(tick)}]"
    send_queue.push("4")
    send_queue.close(4000)
    send_queue.push("5")
    send_queue.close(4001)
    await writer
    assert [frames.get_nowait() for _ in range(2)] == [
        {"type": "websocket.send", "text": "[4]"},
        {"type": "websocket.close", "code": 4000},
    ]


async def test_a_socket_that_does_not_read_is_closed() -> None:
    send_queue = SendQueue()
    for _ in range(UNSENT_CHARACTERS // 40_000 + 1):
        send_queue.push('"' + "x" * 40_000 + '"')
    assert send_queue.code == Close.INTERNAL


async def test_while_it_is_held_nothing_is_written() -> None:
    send_queue, frames = SendQueue(), asyncio.Queue[Any]()
    writer = asyncio.create_task(send_queue.drain(frames.put))
    send_queue.hold()
    send_queue.push("1")
    for _ in range(10):
        await asyncio.sleep(0)
    assert frames.empty()
    send_queue.release()
    assert (await frames.get())["text"] == "[1]"
    send_queue.hold()
    send_queue.push("2")
    send_queue.close(4003)
    await writer
    assert [frames.get_nowait()["type"] for _ in range(2)] == ["websocket.send", "websocket.close"]


async def test_a_held_one_that_is_full_is_closed_without_a_word() -> None:
    send_queue, frames = SendQueue(), asyncio.Queue[Any]()
    send_queue.hold()
    writer = asyncio.create_task(send_queue.drain(frames.put))
    for _ in range(UNSENT_CHARACTERS // 40_000 + 1):
        send_queue.push('"' + "x" * 40_000 + '"')
        await asyncio.sleep(0)
    await writer
    assert frames.get_nowait() == {"type": "websocket.close", "code": Close.INTERNAL}


def test_who_sends_too_much_is_dropped_and_the_others_are_not() -> None:
    send_queue = SendQueue(lambda: 0.0)
    signal = "x" * 40_000
    assert [send_queue.push_signal(signal, "mallory") for _ in range(6)] == [True] * 4 + [False] * 2
    assert send_queue.push_signal(signal, "alice")
    assert send_queue.code is None


def test_thirty_senders_throw_nobody_off() -> None:
    send_queue = SendQueue(lambda: 0.0)
    passed = sum(send_queue.push_signal("x" * 40_000, f"sender-{number}") for number in range(30) for _ in range(300))
    assert passed == UNSENT_SIGNALS // 40_000
    send_queue.push("a fact")
    assert send_queue.code is None
