"""Calendars are read again by the library that writes them, expanded by recurring-ical-events, and looked at as bytes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import recurring_ical_events
from icalendar import Calendar

from schedule import ics
from schedule.ics import Date, Entry, Person
from tests.hostile import STRINGS

NOW = datetime(2026, 3, 1, tzinfo=UTC)
BOB = Person("bob@example.org", "Bob", "yes")
#: Each Monday at ten in Berlin, also after the clocks are advanced on 29 March.
LESSON = Entry(
    uid="u1",
    sequence=3,
    title="Lesson",
    agenda="Fractions; decimals, and more",
    starts=datetime(2026, 3, 16, 10),
    minutes=60,
    zone="Europe/Berlin",
    rule="FREQ=WEEKLY;BYDAY=MO;COUNT=4",
    link="https://meet.example.org/abc-defg-hij",
    organiser=Person("alice@example.org", "Alice"),
)
MOVED = Date(
    datetime(2026, 3, 23, 9, tzinfo=UTC), datetime(2026, 3, 24, 9, tzinfo=UTC), datetime(2026, 3, 24, 11, tzinfo=UTC), "Visit", ""
)
DROPPED = replace(MOVED, original_at=datetime(2026, 3, 30, 8, tzinfo=UTC), cancelled=True)


def read(text: str) -> Any:
    """Also the form of each line (RFC 5545, section 3.1)."""
    assert text.endswith("\r\n") and not re.search(r"(?<!\r)\n|\r(?!\n)", text)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    return Calendar.from_ical(text)


def starts(calendar: Calendar) -> list[str]:
    events = recurring_ical_events.of(calendar).between(datetime(2026, 1, 1), datetime(2027, 1, 1))
    return sorted(f"{event.start.astimezone(UTC):%m-%d %H} {event['SUMMARY']}" for event in events)


def test_a_request_has_what_programs_need() -> None:
    calendar = read(ics.request(LESSON, BOB, NOW))
    (event,) = calendar.events
    assert (calendar["METHOD"], calendar["VERSION"]) == ("REQUEST", "2.0")
    assert [zone["TZID"] for zone in calendar.timezones] == ["Europe/Berlin"]
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("u1", 3, "CONFIRMED")
    assert (event["ORGANIZER"], event["ORGANIZER"].params["CN"]) == ("mailto:alice@example.org", "Alice")
    assert event["ATTENDEE"] == "mailto:bob@example.org"
    assert dict(event["ATTENDEE"].params) == {"CN": "Bob", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
    assert event["LOCATION"] == event["URL"] == LESSON.link
    assert event["DESCRIPTION"] == f"{LESSON.agenda}\n\n{LESSON.link}"
    assert event["DTSTAMP"].dt == NOW


def test_a_lesson_stays_at_ten_when_the_clocks_are_advanced() -> None:
    assert starts(read(ics.request(LESSON, BOB, NOW))) == [
        *("03-16 09 Lesson", "03-23 09 Lesson", "03-30 08 Lesson", "04-06 08 Lesson")
    ]


def test_dates_that_were_moved_or_cancelled_are_so_in_the_whole() -> None:
    text = ics.request(replace(LESSON, dates=(MOVED, DROPPED)), BOB, NOW)
    assert starts(read(text)) == ["03-16 09 Lesson", "03-24 09 Visit", "04-06 08 Lesson"]
    assert "RECURRENCE-ID;TZID=Europe/Berlin:20260323T100000" in text
    assert "EXDATE;TZID=Europe/Berlin:20260330T100000" in text


def test_a_change_of_one_date_has_only_that_date() -> None:
    (event,) = read(ics.request(LESSON, BOB, NOW, MOVED)).events
    assert (event["UID"], event["SEQUENCE"], "RRULE" in event) == ("u1", 3, False)
    assert event["RECURRENCE-ID"].dt == MOVED.original_at
    assert (event.start, event.end) == (MOVED.starts_at, MOVED.ends_at)


def test_a_cancellation_of_all_and_of_one_date() -> None:
    calendar = read(ics.cancel(replace(LESSON, dates=(MOVED, DROPPED)), BOB, NOW))
    (event,) = calendar.events
    assert (calendar["METHOD"], event["STATUS"], "RECURRENCE-ID" in event) == ("CANCEL", "CANCELLED", False)
    (event,) = read(ics.cancel(LESSON, BOB, NOW, MOVED)).events
    assert (event["STATUS"], event["RECURRENCE-ID"].dt) == ("CANCELLED", MOVED.original_at)


def test_a_meeting_in_utc_needs_no_zone() -> None:
    calendar = read(ics.request(replace(LESSON, zone="UTC", rule=""), BOB, NOW))
    assert calendar.timezones == []
    assert calendar.events[0].start == datetime(2026, 3, 16, 10, tzinfo=UTC)


def test_an_hour_that_the_clocks_leave_out() -> None:
    """02:30 on 29 March does not exist in Berlin: the meeting is at 03:30, and as long as it was to be."""
    (event,) = read(ics.request(replace(LESSON, starts=datetime(2026, 3, 29, 2, 30), rule=""), BOB, NOW)).events
    assert event.start.astimezone(UTC) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert event.end.astimezone(UTC) == datetime(2026, 3, 29, 2, 30, tzinfo=UTC)


def test_a_feed_has_all_meetings_and_asks_nothing_of_anybody() -> None:
    calendar = read(ics.publish([LESSON, replace(LESSON, uid="u2", zone="America/New_York")], NOW, "Meetings"))
    assert (calendar["METHOD"], calendar["X-WR-CALNAME"]) == ("PUBLISH", "Meetings")
    assert [event["UID"] for event in calendar.events] == ["u1", "u2"]
    assert {str(zone["TZID"]) for zone in calendar.timezones} == {"Europe/Berlin", "America/New_York"}
    assert all("ATTENDEE" not in event for event in calendar.events)


def names(calendar: Calendar) -> list[list[str]]:
    """The properties of each component."""
    return [sorted(component) for component in calendar.walk()]


@pytest.mark.parametrize("start", range(8))
def test_what_somebody_typed_is_text_and_no_line(start: int) -> None:
    harmless = names(read(ics.request(LESSON, BOB, NOW, MOVED)))
    injections = ["x\r\nATTENDEE:mailto:eve@example.org", "x\nEND:VEVENT", "x\rMETHOD:CANCEL", "x\x0bURL:y", "\u2028z", '";:,^n']
    for text in [*injections, *STRINGS][start::8]:
        entry = replace(LESSON, title=text, agenda=text, organiser=Person("alice@example.org", text))
        written = ics.request(entry, Person("bob@example.org", text), NOW, replace(MOVED, title=text, agenda=text))
        calendar = read(written)
        assert names(calendar) == harmless, text[:80]
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", written), text[:80]
        assert "\n" not in str(calendar.events[0]["SUMMARY"])
