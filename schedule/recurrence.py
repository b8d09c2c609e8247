"""Rules of recurrence (RRULE of RFC 5545, section 3.3.10): those of our form, and the dates that they give.

A rule gives no date where a month has no such day, as the 31st or 29 February (section 3.3.10).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, Protocol, cast
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Event, vRecur

from schedule import zones

COUNT_MAX: Final = 1_000
EVERY_MAX: Final = 99
#: How far ahead the dates of a meeting are made.
AHEAD: Final = dt.timedelta(days=400)

#: By the index of ``date.weekday``.
DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

Repeats = Literal["", "daily", "weekly", "month_day", "month_weekday", "month_last"]
_MIDNIGHT: Final = dt.time()
_SECOND: Final = dt.timedelta(seconds=1)


class Pattern(Protocol):
    """What a scheduled meeting says about its dates."""

    @property
    def date(self) -> dt.date: ...
    @property
    def begins(self) -> dt.time: ...
    @property
    def minutes(self) -> int: ...
    @property
    def zone(self) -> str: ...
    @property
    def rule(self) -> str: ...


class Slot(NamedTuple):
    """One date, in UTC."""

    original_at: dt.datetime
    starts_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True)
class Recurrence:
    """A rule as the form has it. ``month_day`` is the day of the month of the first date, ``month_weekday`` its second Tuesday
    (or whichever it is), ``month_last`` the last Tuesday. At most one of ``until`` and ``count`` is set.
    """

    repeats: Repeats = ""
    every: int = 1
    #: Of ``DAYS``, for ``weekly``.
    days: tuple[str, ...] = ()
    #: The last day on which there may be a date.
    until: dt.date | None = None
    count: int | None = None


def fits(recurrence: Recurrence, date: dt.date) -> bool:
    """Whether the rule gives ``date``, if that is the first date."""
    if recurrence.repeats == "weekly":
        return DAYS[date.weekday()] in recurrence.days
    if recurrence.repeats == "month_last":
        return (date + dt.timedelta(days=7)).month != date.month
    return True


def write(recurrence: Recurrence, date: dt.date, zone: str) -> str:
    """The rule, if ``date`` is the first date; "" for a meeting that does not recur."""
    day = DAYS[date.weekday()]
    match recurrence.repeats:
        case "":
            return ""
        case "daily":
            parts: dict[str, object] = {"FREQ": "DAILY"}
        case "weekly":
            parts = {"FREQ": "WEEKLY", "BYDAY": sorted(recurrence.days, key=DAYS.index)}
        case "month_day":
            parts = {"FREQ": "MONTHLY", "BYMONTHDAY": date.day}
        case "month_weekday":
            parts = {"FREQ": "MONTHLY", "BYDAY": f"{(date.day + 6) // 7}{day}"}
        case "month_last":
            parts = {"FREQ": "MONTHLY", "BYDAY": f"-1{day}"}
    if recurrence.every > 1:
        parts["INTERVAL"] = recurrence.every
    if recurrence.count is not None:
        parts["COUNT"] = recurrence.count
    if recurrence.until is not None:
        parts["UNTIL"] = zones.local(recurrence.until + dt.timedelta(days=1), _MIDNIGHT, zone) - _SECOND
    return _text(vRecur(parts))


def read(rule: str, zone: str) -> Recurrence:
    """The opposite of :func:`write`."""
    if not rule:
        return Recurrence()
    parts = vRecur.from_ical(rule)
    days = tuple(str(day) for day in parts.get("BYDAY", ()))
    until = parts.get("UNTIL", [None])[0]
    return Recurrence(
        repeats=_repeats(parts["FREQ"][0], days),
        every=int(parts.get("INTERVAL", [1])[0]),
        days=days if parts["FREQ"][0] == "WEEKLY" else (),
        until=zones.wall(until, zone)[0] if until is not None else None,
        count=int(parts["COUNT"][0]) if "COUNT" in parts else None,
    )


def _repeats(frequency: str, days: tuple[str, ...]) -> Repeats:
    if frequency == "MONTHLY":
        return "month_day" if not days else "month_last" if days[0].startswith("-") else "month_weekday"
    return cast(Repeats, frequency.lower())


def cut(rule: str, before: dt.datetime) -> str:
    """The rule without the dates from ``before`` on."""
    parts = vRecur.from_ical(rule)
    parts.pop("COUNT", None)
    parts["UNTIL"] = [before.astimezone(dt.UTC) - _SECOND]
    return _text(parts)


def dates(scheduled: Pattern, until: dt.datetime, since: dt.datetime | None = None) -> list[Slot]:
    """The dates that begin before ``until``, and not before ``since``, in order."""
    if not scheduled.rule:
        first = _slot(scheduled, _first(scheduled))
        return [first] if first.starts_at < until and (since is None or first.starts_at >= since) else []
    events = _events(scheduled).between(since if since is not None else _first(scheduled), until)
    slots = sorted(_slot(scheduled, event.start.astimezone(dt.UTC)) for event in events)
    return [slot for slot in slots if slot.starts_at < until and (since is None or slot.starts_at >= since)]


def goes_on(scheduled: Pattern, after: dt.datetime) -> bool:
    """Whether there are dates at ``after`` or later."""
    if not scheduled.rule:
        return _first(scheduled) >= after
    return next(cast("Iterator[Event]", _events(scheduled).after(after)), None) is not None


def _first(scheduled: Pattern) -> dt.datetime:
    return zones.local(scheduled.date, scheduled.begins, scheduled.zone)


def _slot(scheduled: Pattern, start: dt.datetime) -> Slot:
    return Slot(start, start, start + dt.timedelta(minutes=scheduled.minutes))


def _events(scheduled: Pattern) -> recurring_ical_events.CalendarQuery:
    """Events without a length: only when they begin counts."""
    event = Event()
    event.add("UID", "1")
    event.add("DTSTART", dt.datetime.combine(scheduled.date, scheduled.begins, ZoneInfo(scheduled.zone)))
    event.add("RRULE", vRecur.from_ical(scheduled.rule))
    calendar = Calendar()
    calendar.add_component(event)
    return recurring_ical_events.of(calendar)


def _text(parts: vRecur) -> str:
    text: bytes = parts.to_ical()  # type: ignore[no-untyped-call]
    return text.decode()
