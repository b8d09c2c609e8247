"""What a person's calendar shows: the dates they may see, by day.

A month can have thousands of dates. So only their times are read first, and the rows of those that fit into a day afterwards.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby, pairwise
from typing import Final
from zoneinfo import ZoneInfo

from accounts.models import User
from schedule.models import Occurrence
from schedule.spans import Span
from schedule.zones import local

#: How many dates of one day are shown. There is a link to the others.
PER_DAY: Final = {"month": 3, "week": 12}
PER_PAGE: Final = 20
PAGES: Final = 500


@dataclass(frozen=True)
class Entry:
    """A date as it is shown, with times of the reader's zone."""

    title: str
    room: str
    begins: datetime
    ends: datetime
    url: str
    join_url: str
    cancelled: bool
    is_over: bool

    @property
    def begins_at(self) -> str:
        return f"{self.begins:%H:%M}"

    @property
    def ends_at(self) -> str:
        return f"{self.ends:%H:%M}"


@dataclass(frozen=True)
class Day:
    """``count`` is how many dates it has, ``entries`` are the first of them."""

    date: date
    count: int
    entries: list[Entry] = field(default_factory=list)

    @property
    def more(self) -> int:
        return self.count - len(self.entries)


@dataclass(frozen=True)
class Listing:
    """One page of a list: days that have dates."""

    days: list[Day]
    page: int
    has_more: bool


def days(user: User, span: Span, zone: str, now: datetime) -> list[Day]:
    """Each day of the span. A date belongs to the day on which it begins; one that began before the first day, to the first."""
    shown = list(span)
    bounds = [_midnight(day, zone) for day in (*shown, span.last + timedelta(days=1))]
    visible = Occurrence.objects.visible_to(user)
    found = list(visible.between(bounds[0], bounds[-1]).values_list("starts_at", "pk"))
    starts = [start for start, _pk in found]
    edges = [0, *(bisect_left(starts, bound) for bound in bounds[1:])]
    chosen = [[pk for _start, pk in found[begin:end][: PER_DAY[span.view]]] for begin, end in pairwise(edges)]
    rows = _rows(pk for pks in chosen for pk in pks)
    clock = ZoneInfo(zone)
    return [
        Day(day, end - begin, [_entry(rows[pk], clock, now) for pk in pks if pk in rows])
        for day, pks, (begin, end) in zip(shown, chosen, pairwise(edges), strict=True)
    ]


def listing(user: User, span: Span, page: int, zone: str, now: datetime) -> Listing:
    """One page of the dates from the first day on, pages counted from 1."""
    begin, end = _midnight(span.first, zone), _midnight(span.last, zone)
    found = Occurrence.objects.visible_to(user).between(begin, end).select_related("scheduled__room")
    before = (page - 1) * PER_PAGE
    rows = list(found[before : before + PER_PAGE + 1])
    entries = [_entry(row, ZoneInfo(zone), now) for row in rows[:PER_PAGE]]
    grouped = ((day, list(of_day)) for day, of_day in groupby(entries, key=lambda entry: max(entry.begins.date(), span.first)))
    return Listing([Day(day, len(of_day), of_day) for day, of_day in grouped], page, len(rows) > PER_PAGE)


def _midnight(day: date, zone: str) -> datetime:
    """When the day begins. Where clocks are set forward at midnight, that is at one o'clock."""
    return local(day, time(), zone)


def _rows(pks: Iterable[int]) -> dict[int, Occurrence]:
    return Occurrence.objects.select_related("scheduled__room").in_bulk(list(pks))


def _entry(row: Occurrence, zone: ZoneInfo, now: datetime) -> Entry:
    scheduled = row.scheduled
    return Entry(
        title=row.title,
        room=scheduled.room.name,
        begins=row.starts_at.astimezone(zone),
        ends=row.ends_at.astimezone(zone),
        url=scheduled.room.get_absolute_url(),
        join_url=scheduled.room.get_absolute_url(),
        cancelled=row.cancelled,
        is_over=row.ends_at <= now,
    )
