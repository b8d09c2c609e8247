"""Which days a calendar shows: a month in whole weeks, a week, or a list from a day on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, cast, get_args

View = Literal["month", "week", "list"]

#: Days outside are not shown. Further away, zones cannot compute.
EARLIEST: Final = date(1971, 1, 1)
LATEST: Final = date(2199, 12, 31)
LISTED: Final = timedelta(days=400)
_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True)
class Period:
    """The days from ``first`` to ``last``, both included. ``day`` is the one that was asked for.

    ``earlier`` and ``later`` are days that lie in the period before and in the one behind.
    """

    view: View
    day: date
    first: date
    last: date
    earlier: date
    later: date

    @property
    def week(self) -> list[date]:
        """The first seven days."""
        return [self.first + _DAY * number for number in range(7)]

    def __iter__(self) -> Iterator[date]:
        return (self.first + _DAY * number for number in range((self.last - self.first).days + 1))


def read_view(text: str) -> View | None:
    """The view of this name, None if there is none."""
    return cast(View, text) if text in get_args(View) else None


def read_day(text: str, today: date) -> date:
    """The day that is written so (ISO 8601); today if it is none, or one that is not shown."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if EARLIEST <= day <= LATEST else today


def period(view: View, day: date, week_begins: int) -> Period:
    """What the view of this day shows. ``week_begins`` is 0 for Sunday, as in Django's formats."""
    match view:
        case "month":
            first = day.replace(day=1)
            later = (first + timedelta(days=31)).replace(day=1)
            begin, end = _week(first, week_begins), _week(later - _DAY, week_begins) + _WEEK - _DAY
            return Period(view, day, begin, end, (first - _DAY).replace(day=1), later)
        case "week":
            begin = _week(day, week_begins)
            return Period(view, day, begin, begin + _WEEK - _DAY, day - _WEEK, day + _WEEK)
        case "list":
            return Period(view, day, day, day + LISTED, day - 4 * _WEEK, day + 4 * _WEEK)


def _week(day: date, begins: int) -> date:
    """The first day of its week."""
    return day - _DAY * ((day.isoweekday() - begins) % 7)
