"""What a person's calendar shows: the dates they may see, by day.

A month can have thousands of dates. So only their times are read first, and the rows of those that fit into a day afterwards.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, DateTimeField, Func, QuerySet
from django.urls import reverse
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import ngettext

from accounts.models import User
from accounts.prepared import Each, Keys, Prepared
from schedule.models import Occurrence
from schedule.periods import Period
from schedule.zones import local

#: How many dates of one day are shown. There is a link to the others.
PER_DAY: Final = {"month": 3, "week": 12}
PER_PAGE: Final = 20
PAGES: Final = 500
NEAR: Final = timedelta(days=14)


class UnixTime(Func):
    """A moment in whole seconds, which is read in a third of the time that a date takes."""

    template = "CAST(EXTRACT(EPOCH FROM %(expressions)s) AS bigint)"
    output_field = BigIntegerField()
    #: Databases answer with an int.
    convert_value = staticmethod(Func._convert_value_noop)  # type: ignore[attr-defined]

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="CAST(strftime('%%%%s', %(expressions)s) AS integer)", **context)


#: What is read of a date that is shown. Columns alone: a row with its meeting and its room takes ten times as long to make.
COLUMNS: Final = (
    *("pk", UnixTime("starts_at"), UnixTime("ends_at"), "cancelled", "own_title"),
    *("scheduled", "scheduled__title", "scheduled__room__name", "scheduled__room__slug"),
)


class Entry(NamedTuple):
    """A date as it is shown, with times of the reader's zone."""

    title: str
    room: str
    day: date
    begins_at: str
    ends_at: str
    scheduled: int
    slug: str
    cancelled: bool
    is_over: bool

    @property
    def url(self) -> str:
        return reverse("scheduled", args=[self.slug, self.scheduled])

    @property
    def join_url(self) -> str:
        return reverse("room", args=[self.slug])


class Day(NamedTuple):
    """``total`` is how many dates it has, ``entries`` are the first of them."""

    date: date
    total: int
    entries: tuple[Entry, ...] = ()

    # Words for the template, which is slower at making them.

    @property
    def iso(self) -> str:
        return self.date.isoformat()

    @property
    def weekday(self) -> str:
        return str(WEEKDAYS[self.date.weekday()])

    @property
    def month(self) -> str:
        return str(MONTHS[self.date.month])

    @property
    def how_many(self) -> str:
        return ngettext("%(count)s meeting", "%(count)s meetings", self.total) % {"count": self.total}

    @property
    def others(self) -> str:
        """How many are not shown; "" if all are."""
        count = self.total - len(self.entries)
        return ngettext("%(count)s more", "%(count)s more", count) % {"count": count} if count else ""


@dataclass(frozen=True)
class Listing:
    """One page of a list: days that have dates."""

    days: list[Day]
    page: int
    has_more: bool


def days(user: User, period: Period, zone: str, now: datetime) -> list[Day]:
    """Each day of the period. A date belongs to the day on which it begins; one that began before the first day, to the first."""
    bounds = _bounds(period, zone)
    found = _TIMES(user=user.pk, start=bounds[0], end=bounds[-1])
    starts = [start for start, _pk in found]
    edges = [0, *(bisect_left(starts, bound.timestamp()) for bound in bounds[1:])]
    chosen = [[pk for _start, pk in found[begin:end][: PER_DAY[period.view]]] for begin, end in pairwise(edges)]
    entries = _entries(_CHOSEN(keys=[pk for pks in chosen for pk in pks]) if found else [], zone, now)
    return [
        Day(day, end - begin, tuple(entries[pk] for pk in pks if pk in entries))
        for day, pks, (begin, end) in zip(period, chosen, pairwise(edges), strict=True)
    ]


def _times(user: Any, start: Any, end: Any) -> QuerySet[Any, Any]:
    return Occurrence.objects.of(user).between(start, end).values_list(UnixTime("starts_at"), "pk")


_TIMES: Final = Prepared(_times, user=BigIntegerField(), start=DateTimeField(), end=DateTimeField())
_CHOSEN: Final = Prepared(lambda keys: Occurrence.objects.filter(pk__in=Each(keys)).values_list(*COLUMNS), keys=Keys())


def listing(user: User, period: Period, page: int, zone: str, now: datetime) -> Listing:
    """One page of the dates from the first day on, pages counted from 1."""
    begin = _midnight(period.first, zone)
    # Mostly there are enough dates in the next weeks. Ordering those of more than a year takes long.
    for last in (min(period.first + NEAR, period.last), period.last):
        entries = [*_entries(_page(page, user=user.pk, start=begin, end=_midnight(last, zone)), zone, now).values()]
        if len(entries) > PER_PAGE:
            break
    days = groupby(entries[:PER_PAGE], key=lambda entry: max(entry.day, period.first))
    grouped = ((day, tuple(of_day)) for day, of_day in days)
    return Listing([Day(day, len(of_day), of_day) for day, of_day in grouped], page, len(entries) > PER_PAGE)


def _page(number: int, **values: Any) -> Iterable[tuple[Any, ...]]:
    """The rows of a page, and of the date behind it."""
    before = (number - 1) * PER_PAGE
    return _dates(**values)[before : before + PER_PAGE + 1] if before else _FIRST_PAGE(**values)


def _dates(user: Any, start: Any, end: Any) -> QuerySet[Any, Any]:
    return Occurrence.objects.of(user).between(start, end).values_list(*COLUMNS)


_FIRST_PAGE: Final = Prepared(
    lambda **values: _dates(**values)[: PER_PAGE + 1], user=BigIntegerField(), start=DateTimeField(), end=DateTimeField()
)


@lru_cache
def _bounds(period: Period, zone: str) -> tuple[datetime, ...]:
    """When each day of the period begins, and the day after it."""
    return tuple(_midnight(day, zone) for day in (*period, period.last + timedelta(days=1)))


def _midnight(day: date, zone: str) -> datetime:
    """When the day begins. Where clocks are set forward at midnight, that is at one o'clock."""
    return local(day, time(), zone)


def _entries(rows: Iterable[tuple[Any, ...]], zone: str, now: datetime) -> dict[int, Entry]:
    """These dates by their key, in order."""
    clock, seconds = ZoneInfo(zone), now.timestamp()
    return {row[0]: _entry(row, clock, seconds) for row in rows}


def _entry(row: tuple[Any, ...], zone: ZoneInfo, now: float) -> Entry:
    _pk, starts_at, ends_at, cancelled, own_title, scheduled, title, room, slug = row
    begins, ends = datetime.fromtimestamp(starts_at, zone), datetime.fromtimestamp(ends_at, zone)
    return Entry(
        title=own_title or title,
        room=room,
        day=begins.date(),
        begins_at=_clock(begins),
        ends_at=_clock(ends),
        scheduled=scheduled,
        slug=slug,
        cancelled=cancelled,
        is_over=ends_at <= now,
    )


def _clock(moment: datetime) -> str:
    return f"{moment.hour:02}:{moment.minute:02}"  # in a third of the time of ``strftime``
