"""What begins soon: on the home page, for pages that stay open, and for whoever comes to a room early."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from rooms.models import Room
from schedule.models import Invitee, Occurrence, ScheduledMeeting
from schedule.soon import Soon
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


def enter(room: Room, title: str, ahead: timedelta, **fields: Any) -> ScheduledMeeting:
    """A meeting of 45 minutes that begins so far ahead."""
    starts_at = datetime.now(UTC) + ahead
    scheduled = ScheduledMeeting.objects.create(
        room=room, title=title, date=starts_at.date(), begins=time(9), minutes=45, zone="UTC"
    )
    ends_at = starts_at + 45 * MINUTE
    Occurrence.objects.create(scheduled=scheduled, original_at=starts_at, starts_at=starts_at, ends_at=ends_at, **fields)
    return scheduled


def told(client: Client) -> list[str]:
    return [one["title"] for one in client.get("/soon").json()["meetings"]]


def test_a_meeting_that_begins_soon_has_a_way_in(alices: Client, bobs: Client, mallorys: Client, room: Room) -> None:
    enter(room, "Algebra", 5 * MINUTE)
    shown = alices.get("/").content.decode()
    assert "Starts in 5 minutes" in shown
    assert f'<a class="button button-primary" href="/{room.slug}">Join<' in shown
    assert (told(alices), told(bobs), told(mallorys)) == (["Algebra"], ["Algebra"], [])
    [one] = alices.get("/soon").json()["meetings"]
    assert 200 < one["begins_in"] <= 300 and one["ends_in"] - one["begins_in"] == 45 * 60


def test_what_is_far_away_over_or_cancelled_is_not_told(alices: Client, room: Room) -> None:
    enter(room, "Far", 20 * MINUTE)
    enter(room, "Over", -46 * MINUTE)
    enter(room, "Cancelled", 5 * MINUTE, cancelled=True)
    enter(room, "On", -10 * MINUTE)
    assert told(alices) == ["On"]
    assert b"Began 10 minutes ago" in alices.get("/").content


def test_a_date_that_was_moved_is_told_when_it_is_now(alices: Client, room: Room) -> None:
    date = enter(room, "Algebra", 5 * MINUTE).occurrences.get()
    Occurrence.objects.filter(pk=date.pk).update(
        starts_at=date.starts_at + timedelta(days=1), ends_at=date.ends_at + timedelta(days=1)
    )
    assert told(alices) == []


@pytest.mark.usefixtures("wrong_clock")
def test_the_clock_of_a_worker_does_not_matter(alices: Client, room: Room) -> None:
    enter(room, "Algebra", 5 * MINUTE)
    assert told(alices) == ["Algebra"]


def test_a_visitor_is_told_nothing(client: Client, room: Room) -> None:
    enter(room, "Algebra", 5 * MINUTE)
    assert client.get("/soon").status_code == 403


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (301, "Starts in 6 minutes"),
        (300, "Starts in 5 minutes"),
        (60, "Starts in 1 minute"),
        (1, "Starts in 1 minute"),
        (0, "Starts now"),
        (-59, "Starts now"),
        (-60, "Began 1 minute ago"),
        (-179, "Began 2 minutes ago"),
    ],
)
def test_how_long_it_is_said_to_be(seconds: int, text: str) -> None:
    assert Soon(1, "Algebra", "Weekly", "/", seconds, 3600).when == text


def green_room(client: Client, room: Room) -> str:
    return client.get(f"/{room.slug}").content.decode()


def test_a_member_who_comes_early_is_told_when_it_begins(bobs: Client, room: Room) -> None:
    enter(room, "Algebra", timedelta(hours=3))
    enter(room, "Later", timedelta(hours=30))
    shown = green_room(bobs, room)
    assert "<strong>Algebra</strong> has not begun yet." in shown and "Later" not in shown
    assert "You can go in already." in shown


def test_a_stranger_learns_the_time_and_not_what_it_is_about(
    mallorys: Client, client: Client, carols: Client, carol: User, room: Room
) -> None:
    scheduled = enter(room, "Dismissals", timedelta(hours=3))
    for stranger in (mallorys, client):
        shown = green_room(stranger, room)
        assert "The next meeting has not begun yet." in shown and "Dismissals" not in shown
    Invitee.objects.create(scheduled=scheduled, email=carol.email, user=carol)
    assert "<strong>Dismissals</strong>" in green_room(carols, room)


def test_who_comes_in_time_is_told_nothing(bobs: Client, room: Room) -> None:
    enter(room, "Algebra", -MINUTE)
    enter(room, "Later", timedelta(hours=30))
    assert "It begins:" not in green_room(bobs, room)


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"locked": True}, "The room is locked: a host lets you in."),
        ({"waits": "guests"}, "The lobby is closed: a host lets you in."),
        ({"waits": "guests", "lobby_opens": "host"}, "It opens when the first host comes."),
        (
            {"waits": "guests", "lobby_opens": "time", "lobby_opens_at": datetime(2199, 1, 4, 9, tzinfo=UTC)},
            "2199-01-04T14:30:00+05:30",
        ),
        ({"waits": "guests", "lobby_opens": "time", "lobby_opens_at": datetime(2020, 1, 4, 9, tzinfo=UTC)}, "The room is open."),
    ],
)
def test_it_says_whether_the_lobby_is_open(client: Client, room: Room, settings: dict[str, Any], text: str) -> None:
    enter(room, "Algebra", timedelta(hours=3))
    Room.objects.update(**settings)
    client.cookies["zone"] = "Asia/Kolkata"
    assert text in green_room(client, room)
