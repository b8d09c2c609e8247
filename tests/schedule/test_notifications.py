"""What people hear of: their choices, the links that end mails, and what browsers notify of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from rooms import history
from rooms.actors import actor
from rooms.models import Room
from schedule import commands, notifications, upcoming
from schedule.models import Answer, Invitee, NotificationChoices, Occurrence, ScheduledMeeting
from tests.rooms.scenes import make_room
from tests.schedule.scenes import enter, soon

pytestmark = pytest.mark.django_db

CHOSEN = {"mail": "all", "mail_minutes": 10, "browser": "invited", "browser_minutes": 15, "summaries": "none"}


@pytest.fixture
def room(alice: User, bob: User, settings: Settings) -> Room:
    settings.EMAIL_URL = "smtp://mail.example.org"
    return make_room(alice, member=bob)


def chosen(user: User) -> dict[str, Any]:
    return {name: getattr(notifications.of(user), name) for name in CHOSEN}


# Choices


def test_a_person_chooses(room: Room, bob: User, bobs: Client) -> None:
    page = bobs.get("/notifications").content.decode()
    assert 'value="invited" selected' in page and 'value="60" selected' in page
    assert bobs.post("/notifications", CHOSEN).status_code == 302
    assert chosen(bob) == CHOSEN
    assert bobs.post("/notifications", {**CHOSEN, "mail_minutes": 5}).status_code == 302
    assert NotificationChoices.objects.get().mail_minutes == 5


@pytest.mark.parametrize("field, value", [("mail", "some"), ("mail_minutes", "7"), ("mail_minutes", "-1"), ("summaries", "")])
def test_what_is_no_choice_is_refused_and_the_others_stay(bob: User, bobs: Client, room: Room, field: str, value: str) -> None:
    response = bobs.post("/notifications", {**CHOSEN, field: value})
    assert response.status_code == 422 and 'value="invited" selected' in response.content.decode()
    assert not NotificationChoices.objects.exists()


def test_without_a_mail_server_nothing_of_mail_is_offered(bob: User, bobs: Client, settings: Settings) -> None:
    settings.EMAIL_URL = ""
    page = bobs.get("/notifications").content.decode()
    assert 'name="browser"' in page and 'name="mail"' not in page
    bobs.post("/notifications", CHOSEN)
    assert chosen(bob) == {**CHOSEN, "mail": "invited", "mail_minutes": 60, "summaries": "scheduled"}


# Links in mails


@pytest.mark.parametrize("what, field", [("mail", "mail"), ("summaries", "summaries")])
def test_a_link_of_a_mail_ends_such_mails_of_an_account(bob: User, what: Any, field: str) -> None:
    """Mail programs post without cookies. Whoever only looks, as a scanner of mail does, changes nothing."""
    stranger = Client(enforce_csrf_checks=True)
    path = f"/notifications/silence/{notifications.token(what, bob)}"
    assert b"Send me no more" in stranger.get(path).content
    assert not NotificationChoices.objects.exists()
    assert stranger.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert chosen(bob)[field] in {"nothing", "none"}


@pytest.mark.parametrize("token", ["x", "WyJtYWlsIiwxXQ:x:y", "%00", "\ud83d\ude00"])
def test_a_forged_link_ends_nothing(client: Client, token: str) -> None:
    assert client.post(f"/notifications/silence/{token.encode('utf-16', 'surrogatepass').decode('utf-16')}").status_code == 404


# What browsers notify of


def due(user: User) -> list[str]:
    return [meeting["title"] for meeting in upcoming.due(user)["meetings"]]


def test_a_browser_notifies_of_a_meeting_that_begins_soon(room: Room, alice: User, bobs: Client) -> None:
    date = enter(room, alice, soon(4)).occurrences.get()
    answer = bobs.get("/notifications/due").json()
    (meeting,) = answer["meetings"]
    assert meeting["link"] == f"/{room.slug}" and meeting["title"] == "Lesson"
    assert meeting["starts"] == date.starts_at.isoformat()
    assert answer["again"] == 60


def test_a_page_asks_again_when_a_meeting_is_due(room: Room, alice: User) -> None:
    enter(room, alice, soon(5.5))
    answer = upcoming.due(alice)
    assert answer["meetings"] == [] and 1 <= answer["again"] <= 31


def test_a_meeting_that_has_begun_a_moment_ago_is_told_of_and_no_older_one(room: Room, alice: User) -> None:
    for minutes, title in ((-4, "just now"), (-6, "before"), (20, "later")):
        enter(room, alice, soon(minutes, title=title))
    assert due(alice) == ["just now"]


def test_it_is_as_people_chose(room: Room, alice: User, bob: User) -> None:
    enter(room, alice, soon(12))
    NotificationChoices.objects.create(user=bob, browser="all", browser_minutes=15)
    assert (due(alice), due(bob)) == ([], ["Lesson"])
    NotificationChoices.objects.update(browser="invited")
    assert due(bob) == []
    Invitee.objects.create(scheduled=ScheduledMeeting.objects.get(), email="bob@example.org", user=bob)
    assert due(bob) == ["Lesson"]
    NotificationChoices.objects.update(browser="nothing")
    assert due(bob) == []


def test_nobody_is_told_who_is_there_or_does_not_come(room: Room, alice: User, bob: User) -> None:
    scheduled = enter(room, alice, soon(4))
    bobs = Invitee.objects.create(scheduled=scheduled, email="bob@example.org", user=bob)
    Answer.objects.create(invitee=bobs, choice="no")
    assert due(bob) == []
    Answer.objects.create(invitee=bobs, occurrence=scheduled.occurrences.get(), choice="yes")
    assert due(bob) == ["Lesson"]
    history.joined(str(room.pk), "pb", f"user:{bob.pk}", "Bob", "member")
    assert due(bob) == []


def test_a_meeting_that_is_cancelled_or_moved_is_told_of_no_more(room: Room, alice: User) -> None:
    scheduled = enter(room, alice, soon(4))
    before = upcoming.due(alice)["meetings"]
    commands.change(scheduled, actor(alice, "owner"), soon(3), scope="all")
    after = upcoming.due(alice)["meetings"]
    assert before[0]["key"] != after[0]["key"]
    commands.cancel(scheduled, actor(alice, "owner"), scope="all")
    assert due(alice) == []


def test_others_are_not_told(room: Room, alice: User, mallory: User, client: Client) -> None:
    enter(room, alice, soon(4))
    assert due(mallory) == []
    assert client.get("/notifications/due").status_code == 403


def test_asking_costs_two_queries(room: Room, alice: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(3):
        enter(room, alice, soon(4))
    with django_assert_num_queries(2):
        assert len(due(alice)) == 3


def test_the_clock_of_a_worker_does_not_matter(room: Room, alice: User, wrong_clock: None) -> None:
    enter(room, alice, soon(4 - 30 * 24 * 60))
    assert due(alice) == ["Lesson"]


def test_what_is_kept_of_a_person_goes_with_them(room: Room, bob: User) -> None:
    NotificationChoices.objects.create(user=bob)
    bob.delete()
    assert not NotificationChoices.objects.exists()
    assert Occurrence.objects.filter(starts_at__gt=timezone.now() + timedelta(days=1)).count() == 0
