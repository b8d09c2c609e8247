"""Meetings as iCalendar objects (RFC 5545): mails that calendars understand (iTIP, RFC 5546), downloads and feeds.

``UID`` never changes, and ``SEQUENCE`` rises with each change. Dates that differ from the rule have a ``RECURRENCE-ID``. A mail
names its recipient as the only ``ATTENDEE``, so that nobody learns who else is invited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vRecur, vUri

from schedule import vtimezone

Answer = Literal["", "yes", "maybe", "no"]

PRODUCT: Final = "-//Conference//Conference//EN"
_PARTICIPATION: Final[dict[Answer, str]] = {"": "NEEDS-ACTION", "yes": "ACCEPTED", "maybe": "TENTATIVE", "no": "DECLINED"}
#: What RFC 5545 does not permit in a text (section 3.1), and line ends that only some programs know.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True)
class Person:
    """An address, and a name that may be empty."""

    address: str
    name: str = ""
    answer: Answer = ""


@dataclass(frozen=True)
class Date:
    """One date of a meeting that recurs, which the rule has at ``original_at``."""

    original_at: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    agenda: str
    cancelled: bool = False


@dataclass(frozen=True)
class Entry:
    """A meeting at a time: what the calendar of a person has of it."""

    uid: str
    sequence: int
    title: str
    agenda: str
    #: The first date, by a clock in ``zone``, without a zone.
    starts: datetime
    minutes: int
    zone: str
    #: RRULE, "" if it does not recur.
    rule: str
    #: Where the meeting is.
    link: str
    organiser: Person
    cancelled: bool = False
    #: Those that were moved, changed or cancelled.
    dates: tuple[Date, ...] = ()


def request(entry: Entry, attendee: Person, now: datetime, only: Date | None = None) -> str:
    """Invite somebody to a meeting, or tell what has become of it, or of ``only`` one date (RFC 5546, section 3.2.2)."""
    events = _events(entry, now) if only is None else [_date(entry, only, now)]
    return _calendar("REQUEST", [entry], [_asking(event, attendee) for event in events])


def cancel(entry: Entry, attendee: Person, now: datetime, only: Date | None = None) -> str:
    """Take a meeting, or ``only`` one date, from somebody's calendar (RFC 5546, section 3.2.5)."""
    event = _date(entry, replace(only, cancelled=True), now) if only else _event(replace(entry, cancelled=True, dates=()), now)
    return _calendar("CANCEL", [entry], [_asking(event, attendee)])


def publish(entries: Iterable[Entry], now: datetime, name: str = "") -> str:
    """Meetings for a calendar that asks nothing of anybody (RFC 5546, section 3.2.1), called ``name``."""
    entries = list(entries)
    return _calendar("PUBLISH", entries, [event for entry in entries for event in _events(entry, now)], name)


def _calendar(method: str, entries: Iterable[Entry], events: Iterable[Event], name: str = "") -> str:
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", method)
    if name:
        # RFC 7986, section 5.1, and what came before it.
        calendar.add("NAME", _text(name))
        calendar.add("X-WR-CALNAME", _text(name))
    first: dict[str, int] = {}
    for entry in entries:
        first[entry.zone] = min(entry.starts.year, first.get(entry.zone, entry.starts.year))
    for zone, year in sorted(first.items()):
        if zone != "UTC":
            calendar.add_component(vtimezone.component(zone, year))
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical()).decode()


def _events(entry: Entry, now: datetime) -> list[Event]:
    """The meeting, and each date of it that differs."""
    dates = entry.dates if entry.rule else ()
    return [_event(entry, now), *(_date(entry, date, now) for date in dates if not date.cancelled)]


def _event(entry: Entry, now: datetime) -> Event:
    zone = ZoneInfo(entry.zone)
    starts = entry.starts.replace(tzinfo=zone)
    ends = (starts.astimezone(UTC) + timedelta(minutes=entry.minutes)).astimezone(zone)
    event = _described(entry, entry.title, entry.agenda, starts, ends, now)
    if entry.rule:
        event.add("RRULE", vRecur.from_ical(entry.rule))
        cancelled = [date.original_at.astimezone(zone) for date in entry.dates if date.cancelled]
        if cancelled:
            event.add("EXDATE", cancelled)
    event.add("STATUS", "CANCELLED" if entry.cancelled else "CONFIRMED")
    return event


def _date(entry: Entry, date: Date, now: datetime) -> Event:
    zone = ZoneInfo(entry.zone)
    starts, ends = date.starts_at.astimezone(zone), date.ends_at.astimezone(zone)
    event = _described(entry, date.title, date.agenda, starts, ends, now)
    event.add("RECURRENCE-ID", date.original_at.astimezone(zone))
    event.add("STATUS", "CANCELLED" if date.cancelled else "CONFIRMED")
    return event


def _described(entry: Entry, title: str, agenda: str, starts: datetime, ends: datetime, now: datetime) -> Event:
    event = Event()
    event.add("UID", entry.uid)
    event.add("SEQUENCE", entry.sequence)
    event.add("DTSTAMP", now.astimezone(UTC).replace(microsecond=0))
    event.add("DTSTART", starts)
    event.add("DTEND", ends)
    event.add("SUMMARY", _line(title))
    event.add("DESCRIPTION", "\n\n".join(filter(None, (_text(agenda), entry.link))))
    event.add("LOCATION", entry.link)
    event.add("URL", vUri(entry.link))
    event.add("ORGANIZER", _address(entry.organiser))
    return event


def _asking(event: Event, attendee: Person) -> Event:
    address = _address(attendee)
    address.params["PARTSTAT"] = _PARTICIPATION[attendee.answer]
    # Answers are given by the links of the mail. A calendar's own would reach the organiser's mailbox, not the page.
    address.params["RSVP"] = "FALSE"
    event.add("ATTENDEE", address)
    return event


def _address(person: Person) -> Any:
    address = vCalAddress(f"mailto:{person.address}")
    if name := _line(person.name):
        address.params["CN"] = name
    return address


def _text(value: str) -> str:
    """Without control characters. Line ends stay."""
    return _FORBIDDEN.sub(" ", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _line(value: str) -> str:
    """On one line."""
    return " ".join(_text(value).split())
