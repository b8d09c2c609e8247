"""Rules and their dates: across changes of clocks on both hemispheres, and where a month has no such day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from schedule import recurrence
from schedule.recurrence import COUNT_MAX, Recurrence

FAR = datetime(2100, 1, 1, tzinfo=UTC)
BERLIN = "Europe/Berlin"


@dataclass(frozen=True)
class Meeting:
    date: date
    begins: time
    zone: str
    rule: str = ""
    minutes: int = 60


def meeting(first: str, zone: str, rule: Recurrence) -> Meeting:
    moment = datetime.fromisoformat(first)
    return Meeting(moment.date(), moment.time(), zone, recurrence.write(rule, moment.date(), zone))


def starts(one: Meeting, count: int = 4) -> list[str]:
    """The first dates, in UTC."""
    return [f"{slot.starts_at:%Y-%m-%d %H:%M}" for slot in recurrence.dates(one, FAR)[:count]]


RULES = [
    (Recurrence(), ""),
    (Recurrence("daily"), "FREQ=DAILY"),
    (Recurrence("daily", every=3, count=10), "FREQ=DAILY;COUNT=10;INTERVAL=3"),
    (Recurrence("weekly", days=("MO", "WE", "FR")), "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
    (
        Recurrence("weekly", every=2, days=("WE",), until=date(2027, 2, 1)),
        "FREQ=WEEKLY;UNTIL=20270201T225959Z;INTERVAL=2;BYDAY=WE",
    ),
    (Recurrence("month_day"), "FREQ=MONTHLY;BYMONTHDAY=16"),
    (Recurrence("month_weekday"), "FREQ=MONTHLY;BYDAY=3WE"),
    (Recurrence("month_last", count=5), "FREQ=MONTHLY;COUNT=5;BYDAY=-1WE"),
]


@pytest.mark.parametrize(("rule", "text"), RULES)
def test_a_rule_is_written_and_read(rule: Recurrence, text: str) -> None:
    assert recurrence.write(rule, date(2026, 12, 16), BERLIN) == text
    assert recurrence.read(text, BERLIN) == rule


@pytest.mark.parametrize("zone", ["America/New_York", BERLIN, "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_last_day_is_that_of_the_zone(zone: str) -> None:
    late = meeting("2026-12-14 23:30", zone, Recurrence("daily", until=date(2026, 12, 16)))
    assert len(recurrence.dates(late, FAR)) == 3
    assert recurrence.read(late.rule, zone).until == date(2026, 12, 16)


def test_a_meeting_that_does_not_recur_has_one_date() -> None:
    one = meeting("2026-12-16 10:00", BERLIN, Recurrence())
    assert recurrence.dates(one, FAR) == [(at("2026-12-16 09:00"), at("2026-12-16 09:00"), at("2026-12-16 10:00"))]
    assert recurrence.goes_on(one, at("2026-12-16 09:00")) and not recurrence.goes_on(one, at("2026-12-16 09:01"))


def test_a_lesson_at_ten_stays_at_ten_when_the_clocks_change() -> None:
    north = meeting("2026-10-19 10:00", BERLIN, Recurrence("weekly", days=("MO",)))
    south = meeting("2026-09-28 10:00", "Australia/Sydney", Recurrence("weekly", days=("MO",)))
    assert starts(north, 3) == ["2026-10-19 08:00", "2026-10-26 09:00", "2026-11-02 09:00"]
    assert starts(south, 3) == ["2026-09-28 00:00", "2026-10-04 23:00", "2026-10-11 23:00"]


def test_a_date_in_the_hour_that_is_left_out_begins_later_and_the_others_as_usual() -> None:
    daily = meeting("2026-03-28 02:30", BERLIN, Recurrence("daily"))
    assert starts(daily, 3) == ["2026-03-28 01:30", "2026-03-29 01:30", "2026-03-30 00:30"]


def test_a_date_in_the_hour_that_comes_twice_is_held_once() -> None:
    daily = meeting("2026-10-24 02:30", BERLIN, Recurrence("daily"))
    assert starts(daily, 3) == ["2026-10-24 00:30", "2026-10-25 00:30", "2026-10-26 01:30"]


def test_a_length_is_of_time_and_not_of_clocks() -> None:
    """Four hours, in the night in which the clocks go back."""
    night = replace(meeting("2026-10-24 23:30", BERLIN, Recurrence("daily")), minutes=240)
    assert {slot.ends_at - slot.starts_at for slot in recurrence.dates(night, at("2026-11-01 00:00"))} == {timedelta(hours=4)}


def test_a_month_without_a_31st_has_no_date() -> None:
    assert starts(meeting("2026-12-31 10:00", "UTC", Recurrence("month_day"))) == [
        *("2026-12-31 10:00", "2027-01-31 10:00", "2027-03-31 10:00", "2027-05-31 10:00")
    ]


def test_29_february_each_twelve_months_is_every_fourth_year() -> None:
    leap = meeting("2028-02-29 10:00", "UTC", Recurrence("month_day", every=12))
    assert starts(leap, 3) == ["2028-02-29 10:00", "2032-02-29 10:00", "2036-02-29 10:00"]


def test_a_fifth_monday_is_not_in_each_month_and_a_last_one_is() -> None:
    assert starts(meeting("2026-11-30 10:00", "UTC", Recurrence("month_weekday")), 2) == ["2026-11-30 10:00", "2027-03-29 10:00"]
    assert starts(meeting("2026-11-30 10:00", "UTC", Recurrence("month_last")), 2) == ["2026-11-30 10:00", "2026-12-28 10:00"]


def test_without_an_end_there_are_as_many_dates_as_are_asked_for() -> None:
    endless = meeting("2026-12-16 10:00", BERLIN, Recurrence("daily"))
    assert len(recurrence.dates(endless, at("2026-12-16 00:00") + recurrence.AHEAD)) == 400
    assert recurrence.goes_on(endless, at("2050-01-01 00:00"))


def test_a_count_has_that_many_dates_and_no_more() -> None:
    counted = meeting("2026-12-16 10:00", BERLIN, Recurrence("daily", count=COUNT_MAX))
    assert len(recurrence.dates(counted, FAR)) == COUNT_MAX
    assert not recurrence.goes_on(counted, at("2030-01-01 00:00"))


def test_dates_from_a_moment_on() -> None:
    daily = meeting("2026-12-16 10:00", "UTC", Recurrence("daily", count=5))
    assert len(recurrence.dates(daily, FAR, at("2026-12-18 10:00"))) == 3
    assert len(recurrence.dates(daily, FAR, at("2026-12-18 10:01"))) == 2
    assert len(recurrence.dates(daily, at("2026-12-18 10:00"))) == 2


@pytest.mark.parametrize("ending", [{}, {"count": 8}, {"until": date(2027, 6, 1)}])
def test_a_rule_that_is_cut_has_the_dates_before(ending: dict[str, object]) -> None:
    daily = meeting("2026-12-16 10:00", BERLIN, Recurrence("daily", **ending))  # type: ignore[arg-type]
    before = recurrence.dates(daily, FAR if ending else at("2027-01-01 00:00"))
    cut = replace(daily, rule=recurrence.cut(daily.rule, before[3].original_at))
    assert recurrence.dates(cut, FAR) == before[:3]


def test_whether_the_first_date_is_one_of_the_rule() -> None:
    monday = date(2026, 11, 30)
    assert recurrence.fits(Recurrence("weekly", days=("MO", "WE")), monday)
    assert not recurrence.fits(Recurrence("weekly", days=("TU",)), monday)
    assert recurrence.fits(Recurrence("month_last"), monday)
    assert not recurrence.fits(Recurrence("month_last"), monday - timedelta(days=7))
    assert recurrence.fits(Recurrence("month_weekday"), monday)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
