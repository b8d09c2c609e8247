from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from conference import counters
from conference.counters import Counters


class Clock:
    now = 1_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("time.time", clock.time)
    return clock


@pytest.fixture
def store(clock: Clock) -> Iterator[Any]:
    store = Counters("tests", {"OPTIONS": {"MAX_ENTRIES": 100}})
    yield store
    store.clear()


def test_it_has_room_for_more_than_djangos_own() -> None:
    assert Counters("large", {})._max_entries == counters.MOST


def test_what_has_expired_makes_room_and_nothing_else(store: Any, clock: Clock) -> None:
    store.set("guesses", 9, 600)
    for number in range(99):
        store.set(f"visit-{number}", 1, 60)
    clock.now += 61
    for number in range(90):
        store.set(f"later-{number}", 1, 60)
    assert store.get("guesses") == 9
    assert len(store._cache) == 91


def test_when_all_of_them_count_those_go_that_end_soonest(store: Any) -> None:
    store.set("guesses", 9, 600)
    for number in range(300):
        store.set(f"visit-{number}", 1, 60 + number / 1000)
    assert store.get("guesses") == 9
    assert store.get("visit-0") is None
    assert len(store._cache) <= 100
