"""Which days a month, a week and a list show."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from schedule.periods import EARLIEST, LATEST, period, read_day, read_view

TODAY = date(2026, 11, 30)


def test_a_month_is_whole_weeks() -> None:
    november = period("month", TODAY, 1)
    assert (november.first, november.last) == (date(2026, 10, 26), date(2026, 12, 6))
    assert (november.earlier, november.later) == (date(2026, 10, 1), date(2026, 12, 1))
    assert period("month", TODAY, 0).first == date(2026, 11, 1)
    assert len(list(period("month", date(2027, 2, 1), 1))) == 28


def test_a_week_begins_where_the_language_says() -> None:
    assert period("week", date(2026, 12, 6), 1).first == date(2026, 11, 30)
    assert period("week", date(2026, 12, 6), 0).first == date(2026, 12, 6)
    assert period("week", date(2026, 12, 6), 6).first == date(2026, 12, 5)


@pytest.mark.parametrize("view", ["month", "week", "list"])
@pytest.mark.parametrize("day", [EARLIEST, LATEST, date(2028, 2, 29), date(2026, 1, 31)])
def test_what_is_before_and_behind_joins_without_a_gap(view: str, day: date) -> None:
    name = read_view(view)
    assert name is not None
    here = period(name, day, 1)
    before, behind = period(name, here.earlier, 1), period(name, here.later, 1)
    assert here.first <= day <= here.last
    assert before.first < here.first < behind.first
    assert before.last >= here.first - timedelta(days=1)
    assert behind.first <= here.last + timedelta(days=1)


@pytest.mark.parametrize("text", ["", "soon", "2026-02-29", "0001-01-01", "9999-12-31", "2026-12-07T10:00", "\0", "1" * 9000])
def test_what_is_no_day_is_today(text: str) -> None:
    assert read_day(text, TODAY) == TODAY


@pytest.mark.parametrize("text", ["", "year", "MONTH", "list\0"])
def test_what_is_no_view_is_none(text: str) -> None:
    assert read_view(text) is None
