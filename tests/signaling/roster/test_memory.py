"""What only the memory roster has: it forgets by itself."""

from __future__ import annotations

import pytest

from signaling.roster.base import Lease, Refusal
from tests.signaling.roster.stage import MemoryStage, person, rules

ALICE = person("Alice")


@pytest.fixture
def stage() -> MemoryStage:
    return MemoryStage(linger_seconds=120)


async def enter(stage: MemoryStage) -> str:
    entered = await stage.roster.enter("1", ALICE, token="t", settings=rules())
    return entered.change.epoch


async def epoch(stage: MemoryStage) -> str | None:
    [renewal] = await stage.roster.renew([Lease(room="1", id="alice", generation=1)])
    return renewal.epoch


async def test_an_empty_room_is_forgotten(stage: MemoryStage) -> None:
    first = await enter(stage)
    await stage.roster.end("1")
    stage.advance(119)
    assert await epoch(stage) == first
    stage.advance(1)
    assert await epoch(stage) is None
    assert await enter(stage) != first


async def test_a_ban_is_forgotten_with_its_room(stage: MemoryStage) -> None:
    await enter(stage)
    await stage.roster.ban("1", ALICE.identity)
    stage.advance(119)
    with pytest.raises(Refusal, match="banned"):
        await enter(stage)
    stage.advance(1)
    await enter(stage)


async def test_a_ban_lasts_as_long_as_the_room_is_live(stage: MemoryStage) -> None:
    await stage.roster.ban("1", "guest:mallory")
    await enter(stage)
    stage.advance(1_000)
    with pytest.raises(Refusal, match="banned"):
        await stage.roster.enter("1", person("Mallory"), token="t", settings=rules())


async def test_only_live_rooms_are_listed(stage: MemoryStage) -> None:
    await enter(stage)
    assert await stage.roster.rooms() == ["1"]
    await stage.roster.end("1")
    assert await stage.roster.rooms() == []
