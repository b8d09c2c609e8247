"""What a clock shows, and when: RFC 5545, section 3.3.5, on both hemispheres."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from schedule import zones

BERLIN, SYDNEY, LORD_HOWE, KOLKATA, SANTIAGO = (
    "Europe/Berlin",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "America/Santiago",
)


@pytest.mark.parametrize(
    ("day", "clock", "zone", "expected"),
    [
        ("2026-01-15", "10:00", BERLIN, "2026-01-15T09:00"),
        ("2026-07-15", "10:00", BERLIN, "2026-07-15T08:00"),
        ("2026-01-15", "10:00", SYDNEY, "2026-01-14T23:00"),
        ("2026-07-15", "10:00", SYDNEY, "2026-07-15T00:00"),
        ("2026-07-15", "10:00", KOLKATA, "2026-07-15T04:30"),
    ],
)
def test_the_same_clock_time_is_another_moment_in_summer(day: str, clock: str, zone: str, expected: str) -> None:
    assert zones.local(date.fromisoformat(day), time.fromisoformat(clock), zone) == moment(expected)


@pytest.mark.parametrize(
    ("day", "clock", "zone", "expected"),
    [
        ("2026-03-29", "02:30", BERLIN, "2026-03-29T01:30"),
        ("2026-10-04", "02:30", SYDNEY, "2026-10-03T16:30"),
        ("2026-10-04", "02:15", LORD_HOWE, "2026-10-03T15:45"),
        ("2026-09-06", "00:30", SANTIAGO, "2026-09-06T04:30"),
    ],
)
def test_an_hour_that_does_not_exist_is_taken_with_the_offset_before(day: str, clock: str, zone: str, expected: str) -> None:
    assert zones.local(date.fromisoformat(day), time.fromisoformat(clock), zone) == moment(expected)


@pytest.mark.parametrize(
    ("day", "clock", "zone", "expected"),
    [
        ("2026-10-25", "02:30", BERLIN, "2026-10-25T00:30"),
        ("2026-04-05", "02:30", SYDNEY, "2026-04-04T15:30"),
        ("2026-04-05", "01:45", LORD_HOWE, "2026-04-04T14:45"),
    ],
)
def test_an_hour_that_exists_twice_is_the_first_of_the_two(day: str, clock: str, zone: str, expected: str) -> None:
    twice = time.fromisoformat(clock)
    assert zones.local(date.fromisoformat(day), twice, zone) == moment(expected)
    assert zones.local(date.fromisoformat(day), twice.replace(fold=1), zone) == moment(expected)


def test_a_gap_of_half_an_hour_is_seen_on_the_clock_behind_it() -> None:
    """02:15 does not exist on Lord Howe Island that day: the clocks show 02:45."""
    shown = zones.wall(zones.local(date(2026, 10, 4), time(2, 15), LORD_HOWE), LORD_HOWE)
    assert shown == (date(2026, 10, 4), time(2, 45))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
