"""Olga and Oscar look at the meetings of two rooms."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from signaling.roster.base import Snapshot, Unreachable
from signaling.roster.memory import MemoryRoster
from signaling.watching import FRESH_SECONDS, WATCHED_SECONDS, Watch
from tests.signaling.roster.stage import person, rules
from tests.signaling.stage import Clock


class Roster(MemoryRoster):
    """Notes what is read of it. While it is ``away`` it does not answer."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.reads: list[list[str]] = []
        self.away = False

    async def snapshots(self, rooms: Sequence[str]) -> list[Snapshot | None]:
        self.reads.append(sorted(rooms))
        if self.away:
            raise Unreachable
        return await super().snapshots(rooms)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def roster(clock: Clock) -> Roster:
    return Roster(clock)


async def test_rooms_are_read_together_for_all_who_look(roster: Roster, clock: Clock) -> None:
    watch = Watch(roster, clock)
    await roster.enter("7", person("Alice"), token="t", settings=rules())
    seven, eight = await watch.look("7"), await watch.look("8")
    assert seven is not None and seven.meeting is not None and [one.id for one in seven.meeting.people] == ["alice"]
    assert eight == (None, {})
    assert roster.reads == [["7"], ["7", "8"]]
    await asyncio.gather(*(watch.look(room) for room in ("7", "8", "7", "8")))
    assert len(roster.reads) == 2
    clock.advance(FRESH_SECONDS)
    await asyncio.gather(*(watch.look(room) for room in ("7", "8", "7", "8")))
    assert roster.reads[2:] == [["7", "8"]]


async def test_a_room_at_which_nobody_looks_any_more_is_not_read(roster: Roster, clock: Clock) -> None:
    watch = Watch(roster, clock)
    await watch.look("7")
    clock.advance(WATCHED_SECONDS)
    await watch.look("8")
    assert roster.reads == [["7"], ["8"]]
    assert await watch.look("7") == (None, {})


async def test_that_the_roster_is_away_is_something_else_than_an_empty_room(roster: Roster, clock: Clock) -> None:
    watch = Watch(roster, clock)
    roster.away = True
    assert list(await asyncio.gather(watch.look("7"), watch.look("7"))) == [None, None]
    assert len(roster.reads) == 1
    roster.away = False
    clock.advance(FRESH_SECONDS)
    assert await watch.look("7") == (None, {})
