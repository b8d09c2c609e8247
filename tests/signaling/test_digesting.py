"""A worker tells what its members reported, in time and no more often than needed."""

from __future__ import annotations

from typing import Any

import pytest

from rooms.models import Room
from signaling.digest import Sums, Tally
from tests.rooms.scenes import make_room
from tests.signaling.stage import Stage, Tab, told

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(alice: Any, bob: Any) -> Room:
    return make_room(alice, member=bob)


def report(connected: int, relayed: int = 0, *, unreached: list[str] | None = None, silent: list[str] | None = None) -> Any:
    return {"type": "report", "connected": connected, "relayed": relayed, "unreached": unreached or [], "silent": silent or []}


async def test_administrators_see_what_browsers_report(stage: Stage, room: Room, tabs: list[Tab]) -> None:
    alice, bob, dave = tabs
    alice.send(report(2, 1, silent=[bob.id]))
    assert await alice.refusals() == []
    bob.send(report(1, unreached=[dave.id]))
    assert await bob.refusals() == []
    await told(stage)
    digests = stage[0].roster.digests
    overview = await digests.read()
    assert overview.rooms == {str(room.pk): Sums(3, 0, 3, 1, 1, 1)}
    assert len(overview.digests) == len(stage.workers)
    assert sum(overview.minutes, Tally()).joins == 3
    [reports] = await digests.reports([str(room.pk)])
    assert (reports[alice.id].silent, reports[bob.id].unreached) == ([bob.id], [dave.id])

    bob.send(report(2))
    assert await bob.refusals() == []
    await told(stage)
    [reports] = await digests.reports([str(room.pk)])
    assert reports[bob.id].unreached == []

    for tab in tabs:
        await tab.kill()
    await told(stage)
    assert await digests.reports([str(room.pk)]) == [{}]


async def test_whoever_is_refused_is_counted(stage: Stage) -> None:
    mallory = Tab(stage[0], "no-such-room")
    await mallory.join(name="Mallory")
    await told(stage)
    assert sum((await stage[0].roster.digests.read()).hours, Tally()).refusals == 1


async def test_the_worst_lag_is_told_for_a_minute(stage: Stage) -> None:
    async def lags() -> list[float]:
        return [digest.lag for digest in (await stage[0].roster.digests.read()).digests]

    await told(stage, lag=1.5)
    assert await lags() == [1.5] * len(stage.workers)
    for _ in range(30):
        await told(stage, lag=0.1)
    assert await lags() == [1.5] * len(stage.workers)
    await told(stage, lag=0.1)
    assert await lags() == [0.1] * len(stage.workers)
