from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.test import Client, override_settings
from redis import Redis

from accounts import throttle
from accounts.throttle import Limit, Throttled
from tests.redis_server import redis_url as redis_url
from tests.rooms.scenes import make_room

LIMIT = Limit("tests", 3, 60)


def test_it_counts_down_and_stops() -> None:
    assert [throttle.take(LIMIT, "a") for _ in range(3)] == [2, 1, 0]
    with pytest.raises(Throttled) as stopped:
        throttle.take(LIMIT, "a")
    assert stopped.value.seconds == 60


def test_keys_are_counted_apart() -> None:
    throttle.take(LIMIT, "a")
    assert throttle.take(LIMIT, "b") == 2


def test_what_is_given_back_can_be_taken_again() -> None:
    throttle.take(LIMIT, "a")
    throttle.give_back(LIMIT, "a")
    assert throttle.take(LIMIT, "a") == 2


def test_giving_back_nothing_gives_nothing() -> None:
    throttle.give_back(LIMIT, "a")
    assert throttle.take(LIMIT, "a") == 2


def test_a_count_that_has_no_end_gets_one(redis_url: str) -> None:
    """Its window ended during ``give_back``: Redis made a new counter without an expiry, which would shut somebody out
    permanently.
    """
    store = {"BACKEND": "conference.counters.SharedCounters", "LOCATION": [redis_url]}
    with override_settings(CACHES={"default": store}), Redis.from_url(redis_url) as redis:
        key = cache.make_key("throttle:tests:a")
        redis.set(key, -1)
        throttle.take(LIMIT, "a")
        assert 0 < int(redis.ttl(key)) <= LIMIT.seconds


def test_checking_counts_nothing() -> None:
    for _ in range(5):
        throttle.check(LIMIT, "a")
    for _ in range(3):
        throttle.take(LIMIT, "a")
    with pytest.raises(Throttled):
        throttle.check(LIMIT, "a")


def test_a_thousand_at_once_are_three() -> None:
    def taken(_: int) -> bool:
        try:
            throttle.take(LIMIT, "a")
        except Throttled:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(taken, range(1000))) == 3


def test_visits_do_not_reset_a_limit(client: Client, db: None) -> None:
    """Mallory guesses, and asks for 320 pages without a cookie in between."""
    for _ in range(3):
        throttle.take(LIMIT, "mallory")
    slug = make_room().slug
    for _ in range(320):
        client.cookies.clear()
        client.get(f"/{slug}")
    for number in range(320):
        throttle.take(LIMIT, str(number))
    with pytest.raises(Throttled):
        throttle.check(LIMIT, "mallory")
