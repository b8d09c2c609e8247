from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signaling.limits import Buckets, TokenBucket


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def taken(bucket: TokenBucket, attempts: int) -> int:
    return sum(bucket.take() for _ in range(attempts))


def test_it_starts_full(clock: Callable[[], float]) -> None:
    assert taken(TokenBucket(50, 300, clock), 1_000) == 300


def test_it_fills_at_its_rate(clock: Clock) -> None:
    bucket = TokenBucket(50, 300, clock)
    taken(bucket, 300)
    clock.now += 1
    assert taken(bucket, 1_000) == 50


def test_it_never_holds_more_than_its_burst(clock: Clock) -> None:
    bucket = TokenBucket(50, 300, clock)
    clock.now += 1_000
    assert taken(bucket, 1_000) == 300


def test_it_takes_all_or_none(clock: Clock) -> None:
    bucket = TokenBucket(1, 10, clock)
    assert not bucket.take(11)
    assert bucket.take(10)
    assert not bucket.take()


def test_a_slow_rate_counts_fractions(clock: Clock) -> None:
    bucket = TokenBucket(0.1, 3, clock)
    taken(bucket, 3)
    clock.now += 9
    assert not bucket.take()
    clock.now += 1
    assert bucket.take()


def test_a_clock_that_steps_back_takes_nothing_away(clock: Clock) -> None:
    bucket = TokenBucket(1, 3, clock)
    clock.now -= 1_000
    assert taken(bucket, 10) == 3
    clock.now += 1
    assert taken(bucket, 10) == 1


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 10), st.integers(0, 50)), max_size=30))
def test_no_more_passes_than_rate_and_burst_allow(script: list[tuple[float, int]]) -> None:
    clock = Clock()
    bucket = TokenBucket(5, 20, clock)
    started_at = clock.now
    passed = 0
    for seconds, attempts in script:
        clock.now += seconds
        passed += taken(bucket, attempts)
        assert passed <= 20 + 5 * (clock.now - started_at) + 1e-6


def test_a_key_has_a_bucket_of_its_own(clock: Clock) -> None:
    buckets = Buckets(1, 3, clock)
    assert [buckets.take("mallory") for _ in range(4)] == [True, True, True, False]
    assert buckets.take("alice")
    clock.now += 1
    assert buckets.take("mallory")
    assert not buckets.take("mallory")


def test_full_buckets_are_forgotten(clock: Clock) -> None:
    buckets = Buckets(1, 3, clock)
    for number in range(100):
        buckets.take(str(number))
    clock.now += 3
    for number in range(100):
        buckets.take(f"later-{number}")
    assert len(buckets) < 110


def test_there_are_only_so_many_buckets(clock: Clock) -> None:
    buckets = Buckets(0.001, 3, clock, keys=10)
    for number in range(1_000):
        buckets.take(str(number))
    assert len(buckets) == 10
    assert [buckets.take("999") for _ in range(3)] == [True, True, False]
