from __future__ import annotations

import asyncio

from signaling.turns import Turns


async def waits(turns: Turns, key: str, order: list[str]) -> None:
    await turns.wait(key)
    order.append(key)


async def test_each_key_has_its_turn_however_much_one_of_them_wants() -> None:
    turns, order = Turns(), list[str]()
    await asyncio.gather(*(waits(turns, key, order) for key in ["mallory"] * 5 + ["alice", "bob", "alice"]))
    assert order == ["mallory", "alice", "bob", "mallory", "alice", "mallory", "mallory", "mallory"]


async def test_there_is_one_turn_in_each_pass_of_the_loop() -> None:
    turns, order = Turns(), list[str]()
    waiting = [asyncio.create_task(waits(turns, str(number), order)) for number in range(10)]
    while len(order) < 10:
        before = len(order)
        await asyncio.sleep(0)
        assert len(order) <= before + 1
    await asyncio.gather(*waiting)


async def test_whoever_no_longer_waits_keeps_nobody_up() -> None:
    turns, order = Turns(), list[str]()
    gone = asyncio.create_task(waits(turns, "gone", order))
    alice = asyncio.create_task(waits(turns, "alice", order))
    await asyncio.sleep(0)
    gone.cancel()
    await alice
    assert order == ["alice"]


async def test_work_that_fails_does_not_stop_the_queue() -> None:
    turns, done = Turns(), asyncio.Event()
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    turns.enqueue("broken", lambda: 1 / 0)  # type: ignore[arg-type]
    turns.enqueue("alice", done.set)
    async with asyncio.timeout(60):
        await done.wait()
