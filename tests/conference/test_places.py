from __future__ import annotations

import asyncio

import pytest

from conference.places import Places


async def begin(places: Places, *keys: str) -> list[asyncio.Task[None]]:
    tasks = [asyncio.create_task(places.acquire(key)) for key in keys]
    await asyncio.sleep(0)
    return tasks


async def ended(task: asyncio.Task[None]) -> None:
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_keys_take_turns_and_within_one_the_first_is_first() -> None:
    places = Places(1)
    await places.acquire("mallory")
    first, second, third, alice = await begin(places, "mallory", "mallory", "mallory", "alice")
    for next_one in (first, alice, second, third):
        assert not next_one.done()
        places.release()
        await asyncio.wait_for(next_one, 60)


async def test_who_gives_up_waiting_is_passed_over() -> None:
    places = Places(1)
    await places.acquire("alice")
    gone, waiting = await begin(places, "bob", "carol")
    gone.cancel()
    await ended(gone)
    places.release()
    await asyncio.wait_for(waiting, 60)


async def test_a_place_given_to_somebody_who_has_just_gone_is_given_on() -> None:
    places = Places(1)
    await places.acquire("alice")
    gone, waiting = await begin(places, "bob", "carol")
    places.release()
    gone.cancel()
    await ended(gone)
    await asyncio.wait_for(waiting, 60)


async def test_what_is_released_is_there_for_the_next_and_no_more() -> None:
    places = Places(2)
    for _ in range(2):
        await places.acquire("alice")
    for _ in range(2):
        places.release()
    *inside, waiting = await begin(places, "alice", "bob", "carol")
    assert all(task.done() for task in inside)
    assert not waiting.done()
    places.release()
    await asyncio.wait_for(waiting, 60)
