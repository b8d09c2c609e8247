"""Files for calendars: one meeting, and the private feed of a person."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from rooms.actors import actor
from rooms.models import Ban, Membership, Room
from schedule import commands, downloads, links
from schedule.models import Feed, Invitee, Occurrence, ScheduledMeeting
from schedule.views.downloads import FEEDS
from tests.rooms.scenes import make_room
from tests.schedule.scenes import enter, fields, weekly

pytestmark = pytest.mark.django_db


def feed(client: Client) -> str:
    """The path of a new feed, as the page shows it."""
    content = client.post("/feed", follow=True).content.decode()
    found = re.search(r'value="http://[^/]+(/feed/[^"]+\.ics)"', content)
    assert found is not None
    return found[1]


def read(client: Client, path: str) -> Any:
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return Calendar.from_ical(answer.content)


def test_bobs_calendar_has_the_meetings_of_his_rooms(bobs: Client, client: Client, lesson: ScheduledMeeting, alice: User) -> None:
    path = feed(bobs)
    calendar = read(client, path)
    assert (calendar["METHOD"], [event["UID"] for event in calendar.events]) == ("PUBLISH", [lesson.uid])
    second = lesson.occurrences.order_by("starts_at")[1]
    commands.cancel(lesson, actor(alice, "owner"), scope="one", occurrence=second)
    assert read(client, path).events[0]["EXDATE"].dts[0].dt == second.original_at
    commands.cancel(lesson, actor(alice, "owner"), scope="all")
    assert read(client, path).events == []


def test_carols_calendar_has_what_she_is_invited_to_and_mallorys_has_nothing(
    carols: Client, mallorys: Client, client: Client, carol: User, lesson: ScheduledMeeting, room: Room, alice: User
) -> None:
    enter(room, alice, fields(title="Staff only"))
    Invitee.objects.create(scheduled=lesson, email="carol@example.org", user=carol)
    assert [event["SUMMARY"] for event in read(client, feed(carols)).events] == ["Lesson"]
    assert read(client, feed(mallorys)).events == []


def test_an_address_is_private_and_ends(bobs: Client, client: Client, bob: User, lesson: ScheduledMeeting) -> None:
    first = feed(bobs)
    second = feed(bobs)
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert client.get(second).status_code == 404
    User.objects.filter(pk=bob.pk).update(is_active=True)
    bobs.post("/feed", {"withdraw": "yes"})
    assert (client.get(second).status_code, Feed.objects.count()) == (404, 0)
    assert b"Make an address" in bobs.get("/feed").content


@pytest.mark.parametrize("token", ["x", "a:b:c", "MQ:1abc:forged"])
def test_a_forged_address_leads_nowhere(client: Client, token: str) -> None:
    assert client.get(f"/feed/{token}.ics").status_code == 404


def test_the_key_of_the_database_is_not_the_address(bobs: Client, client: Client, bob: User) -> None:
    feed(bobs)
    assert client.get(f"/feed/{Feed.objects.get().key}.ics").status_code == 404


def test_who_was_dropped_or_banned_reads_no_more(bobs: Client, client: Client, bob: User, lesson: ScheduledMeeting) -> None:
    path = feed(bobs)
    Membership.objects.filter(user=bob).delete()
    assert read(client, path).events == []
    Membership.objects.create(user=bob, room=lesson.room)
    Ban.objects.create(user=bob, room=lesson.room, name="Bob")
    assert read(client, path).events == []


def test_what_is_long_over_is_not_in_a_feed(bobs: Client, client: Client, lesson: ScheduledMeeting) -> None:
    past = timezone.now() - downloads.REMEMBERED - timedelta(days=1)
    lesson.occurrences.all().delete()
    Occurrence.objects.create(scheduled=lesson, original_at=past, starts_at=past, ends_at=past + timedelta(hours=1))
    assert read(client, feed(bobs)).events == []


def test_a_calendar_that_asks_without_end_is_told_to_wait(bobs: Client, client: Client) -> None:
    path = feed(bobs)
    for _ in range(FEEDS.count):
        client.get(path)
    assert client.get(path).status_code == 429


def test_many_meetings_cost_few_queries(
    alice: User, bob: User, client: Client, bobs: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(30):
        enter(make_room(alice, member=bob), alice, weekly(count=2))
    path = feed(bobs)
    with django_assert_max_num_queries(6):
        assert len(read(client, path).events) == 30


def test_a_meeting_is_added_to_a_calendar(bobs: Client, mallorys: Client, client: Client, lesson: ScheduledMeeting) -> None:
    path = f"/{lesson.room.slug}/schedule/{lesson.pk}/meeting.ics"
    calendar = read(bobs, path)
    assert (calendar["METHOD"], calendar.events[0]["UID"], "ATTENDEE" in calendar.events[0]) == ("PUBLISH", lesson.uid, False)
    assert (mallorys.get(path).status_code, client.get(path).status_code) == (404, 302)
    carol = Invitee.objects.create(scheduled=lesson, email="carol@example.org")
    assert read(client, f"/invited/{links.token(carol.pk)}/meeting.ics").events[0]["UID"] == lesson.uid
