from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from redis import Redis

from conference import counters
from conference.counters import Counters, SharedCounters
from tests.redis_server import redis_url as redis_url


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


@pytest.fixture(params=["memory", "redis"])
def either(request: pytest.FixtureRequest, redis_url: str) -> Iterator[Any]:
    store: Any = Counters("tests", {}) if request.param == "memory" else SharedCounters(redis_url, {"KEY_PREFIX": "counters"})
    yield store
    store.delete("visits")


def test_it_counts_from_nothing_and_by_several(either: Any) -> None:
    assert [either.count("visits", 1, 60), either.count("visits", 5, 60), either.get("visits")] == [1, 6, 6]


def test_a_counter_ends_by_its_first_count(clock: Clock, store: Any) -> None:
    assert [store.count("visits", 1, 60), store.count("visits", 1, 600)] == [1, 2]
    clock.now += 61
    assert store.count("visits", 1, 60) == 1


def test_a_shared_counter_ends_by_its_first_count(redis_url: str) -> None:
    store = SharedCounters(redis_url, {"KEY_PREFIX": "ends"})
    store.count("visits", 1, 60)
    store.count("visits", 1, 600)
    with Redis.from_url(redis_url) as redis:
        assert 0 < int(redis.ttl(store.make_key("visits"))) <= 60
    store.delete("visits")
