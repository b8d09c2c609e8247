"""The calendar of the home page: whose dates it shows, on which day, and how many queries it takes."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from rooms.models import Room
from schedule import calendar
from schedule.models import Invitee, Occurrence, ScheduledMeeting
from schedule.periods import period
from tests.cast import person
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 12, 7, 9, tzinfo=UTC)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
QUERIES = 12


def enter(room: Room, title: str, *moments: datetime) -> ScheduledMeeting:
    """A meeting of an hour at these moments."""
    scheduled = ScheduledMeeting.objects.create(
        room=room, title=title, date=moments[0].date(), begins=time(9), minutes=60, zone="UTC"
    )
    Occurrence.objects.bulk_create(
        [Occurrence(scheduled=scheduled, original_at=one, starts_at=one, ends_at=one + HOUR) for one in moments]
    )
    return scheduled


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


def page(client: Client, query: str = "view=month&date=2026-12-07") -> str:
    answer = client.get(f"/?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_members_see_the_dates_of_their_rooms_and_nobody_else_does(
    alices: Client, bobs: Client, mallorys: Client, room: Room
) -> None:
    enter(room, "Algebra", MONDAY)
    for view in ("month", "week", "list"):
        query = f"view={view}&date=2026-12-07"
        assert "Algebra" in page(alices, query) and "Algebra" in page(bobs, query)
        assert "Algebra" not in page(mallorys, query)


def test_carol_sees_what_she_is_invited_to_and_nothing_else_of_the_room(carols: Client, carol: User, room: Room) -> None:
    algebra = enter(room, "Algebra", MONDAY)
    enter(room, "Dismissals", MONDAY)
    Invitee.objects.create(scheduled=algebra, email=carol.email, user=carol)
    shown = page(carols)
    assert "Algebra" in shown and "Dismissals" not in shown


def shown_days(user: User, zone: str) -> dict[date, list[str]]:
    found = calendar.days(user, period("month", MONDAY.date(), 1), zone, MONDAY)
    return {day.date: [f"{entry.begins_at} {entry.title}" for entry in day.entries] for day in found if day.total}


def test_a_date_is_on_the_day_that_the_reader_has_then(alice: User, room: Room) -> None:
    enter(room, "Late", datetime(2026, 12, 7, 23, 30, tzinfo=UTC))
    assert shown_days(alice, "UTC") == {date(2026, 12, 7): ["23:30 Late"]}
    assert shown_days(alice, "Asia/Kolkata") == {date(2026, 12, 8): ["05:00 Late"]}
    assert shown_days(alice, "America/Los_Angeles") == {date(2026, 12, 7): ["15:30 Late"]}


@pytest.mark.parametrize(
    ("zone", "day", "first", "last"),
    [
        ("Europe/Berlin", date(2026, 3, 29), "2026-03-28T23:00", "2026-03-29T21:59"),
        ("Europe/Berlin", date(2026, 10, 25), "2026-10-24T22:00", "2026-10-25T22:59"),
        ("America/Santiago", date(2026, 9, 6), "2026-09-06T04:00", "2026-09-07T02:59"),
        ("Australia/Lord_Howe", date(2026, 4, 5), "2026-04-04T13:00", "2026-04-05T13:29"),
    ],
)
def test_a_day_on_which_clocks_change(alice: User, room: Room, zone: str, day: date, first: str, last: str) -> None:
    """It has 23, 25 or 24.5 hours. In Santiago they are set forward at midnight, which does not exist."""
    edges = [datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (first, last)]
    enter(room, "Outside", edges[0] - timedelta(minutes=1), edges[1] + timedelta(minutes=1))
    enter(room, "Inside", *edges)
    found = {one.date: one for one in calendar.days(alice, period("month", day, 1), zone, MONDAY)}
    assert [entry.title for entry in found[day].entries] == ["Inside", "Inside"]


def test_what_goes_on_when_the_month_begins_is_on_its_first_day(alice: User, room: Room) -> None:
    enter(room, "Night", datetime(2026, 11, 29, 23, 30, tzinfo=UTC))
    assert shown_days(alice, "UTC") == {date(2026, 11, 30): ["23:30 Night"]}


def test_a_full_day_shows_the_first_and_says_how_many_follow(alices: Client, room: Room) -> None:
    for hour in range(5):
        enter(room, f"Lesson {hour}", MONDAY + HOUR * hour)
    shown = page(alices)
    assert "Lesson 2" in shown and "Lesson 3" not in shown
    assert re.search(r'href="\?view=list&amp;date=2026-12-07#calendar">2 more', shown)
    assert "Lesson 4" in page(alices, "view=week&date=2026-12-07")


def test_a_cancelled_date_is_shown_as_such(alices: Client, room: Room) -> None:
    enter(room, "Algebra", MONDAY).occurrences.update(cancelled=True)
    assert "cancelled" in page(alices)
    listed = page(alices, "view=list&date=2026-12-07")
    assert "<s>Algebra</s>" in listed and 'Enter<span class="visually-hidden">: Algebra' not in listed


def test_a_date_with_a_title_of_its_own_has_that(alices: Client, room: Room) -> None:
    enter(room, "Algebra", MONDAY).occurrences.update(own_title="Exam")
    assert "Exam" in page(alices) and "Algebra" not in page(alices)


@pytest.mark.parametrize("view", ["month", "week", "list"])
def test_a_day_that_was_shown_before_follows_every_change(alices: Client, room: Room, view: str) -> None:
    query = f"view={view}&date=2026-12-07"
    scheduled = enter(room, "Algebra", MONDAY)
    assert all("Algebra" in page(alices, query) for _ in range(2))
    ScheduledMeeting.objects.update(title="Geometry")
    assert "Geometry" in page(alices, query) and "Algebra" not in page(alices, query)
    scheduled.occurrences.update(starts_at=MONDAY + HOUR, ends_at=MONDAY + 2 * HOUR)
    assert "10:00" in page(alices, query) and "09:00" not in page(alices, query)
    scheduled.occurrences.update(cancelled=True)
    assert "ancelled" in page(alices, query)
    scheduled.delete()
    assert "Geometry" not in page(alices, query)


def test_a_long_list_has_pages(alices: Client, room: Room) -> None:
    enter(room, "Daily", *(MONDAY + DAY * number for number in range(25)))
    first, second = (page(alices, f"view=list&date=2026-12-07&page={number}") for number in (1, 2))
    assert (first.count("<bdi>Daily</bdi></a>"), second.count("<bdi>Daily</bdi></a>")) == (20, 5)
    assert "page=2" in first and "page=1" in second


@pytest.mark.parametrize(
    "query",
    ["view=year", "date=soon", "date=9999-12-31", "date=0001-01-01&view=week", "view=list&page=0", "view=list&page=-1"]
    + [
        "view=list&page=²",
        f"view=list&page={'9' * 5000}",
        "view=list&page=100000",
        "view=%00&date=%00",
        "date=2199-12-31",
        "date=1971-01-01",
    ],
)
def test_a_query_that_says_nothing_is_none(alices: Client, room: Room, query: str) -> None:
    assert 'id="calendar"' in page(alices, query)


def test_a_title_is_only_text(alices: Client, room: Room) -> None:
    enter(room, "<script>alert(1)</script>\r\nX: y", MONDAY)
    for view in ("month", "week", "list"):
        assert "<script>alert" not in page(alices, f"view={view}&date=2026-12-07")


def test_who_has_nothing_scheduled_gets_no_empty_grid(alices: Client, room: Room) -> None:
    assert "Nothing is scheduled this month." in page(alices, "")
    assert 'class="day"' not in page(alices, "") and 'class="day"' in page(alices)


@pytest.mark.parametrize("view", ["month", "week", "list"])
def test_many_meetings_take_as_many_queries_as_few(alices: Client, alice: User, room: Room, view: str) -> None:
    """With rooms of one's own, shared ones, an invitation to another and dates, at most twelve."""
    make_room(person("Carol"), host=alice).invitations.create(email="dave@example.org", by=alice)
    make_room(person("Carol")).invitations.create(email=alice.email, by=person("Carol"))
    enter(room, "Algebra", datetime.now(UTC) - HOUR / 2)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page(alices, f"view={view}&date=2026-12-07")
        return len(captured)

    few = queries()
    for number in range(40):
        enter(
            make_room(person("Carol"), member=alice, name=f"Room {number}"),
            "Weekly",
            *(MONDAY + WEEK * week for week in range(4)),
        )
    assert queries() <= max(few, 1) + 2
    assert queries() <= QUERIES
