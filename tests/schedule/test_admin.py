"""What those who run the server see of scheduled meetings, and do with them."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from jobs.models import Job
from rooms.models import AuditEntry, Room
from schedule import farewells, notifications
from schedule.models import Answer, Invitee, NotificationChoices, ScheduledMeeting
from tests.cast import person
from tests.rooms.scenes import make_room
from tests.schedule.scenes import enter, fields, starts, weekly
from tests.schedule.test_commands import cancel, nth
from tests.schedule.test_commands import told as told

pytestmark = pytest.mark.django_db

MEETINGS = "/admin/schedule/scheduledmeeting/"


@pytest.fixture
def room(alice: User) -> Room:
    return make_room(alice)


@pytest.fixture
def olga(db: None) -> Client:
    """Olga runs the server."""
    olga = person("Olga")
    olga.is_staff = olga.is_superuser = True
    olga.save()
    client = Client()
    client.force_login(olga)
    return client


def act(client: Client, action: str, *meetings: ScheduledMeeting) -> str:
    keys = [one.pk for one in meetings]
    sent = {"action": action, "_selected_action": keys, "post": "yes"}
    return client.post(MEETINGS, sent, follow=True).content.decode()


def test_olga_sees_meetings_their_dates_and_who_is_invited(room: Room, alice: User, olga: Client) -> None:
    lesson = enter(room, alice, weekly(count=3))
    carol = Invitee.objects.create(scheduled=lesson, email="carol@example.org")
    Answer.objects.create(invitee=carol, choice="maybe", comment="If the train comes.", occurrence=nth(lesson, 1))
    assert "3 times" in olga.get(MEETINGS).content.decode()
    page = olga.get(f"{MEETINGS}{lesson.pk}/change/").content.decode()
    assert (
        "Fractions" in page
        and all(f"{one}" in page for one in lesson.occurrences.all())
        and 'type="submit" value="Save"' not in page
    )
    assert "If the train comes." in olga.get(f"/admin/schedule/invitee/{carol.pk}/change/").content.decode()
    assert "If the train comes." in olga.get("/admin/schedule/answer/?q=carol").content.decode()
    assert olga.get(f"{MEETINGS}add/").status_code == 403


def test_olga_cancels_meetings(room: Room, alice: User, olga: Client, told: list[object]) -> None:
    lesson, gone = enter(room, alice, weekly(count=3)), enter(room, alice, fields())
    cancel(gone, "all")
    assert "1 meeting is cancelled." in act(olga, "cancel", lesson, gone)
    assert len(starts(lesson, cancelled=True)) == 3
    assert told[-1] == ("called_off", lesson.pk, None)
    assert AuditEntry.objects.filter(action="called_off", actor=person("Olga")).count() == 1
    assert "0 meetings are cancelled." in act(olga, "cancel", lesson)


def test_olga_deletes_meetings_and_the_invited_are_told_once(room: Room, alice: User, olga: Client, told: list[object]) -> None:
    lesson, other = enter(room, alice, weekly(count=3)), enter(room, alice, weekly(count=3))
    act(olga, "delete_selected", lesson)
    olga.post(f"{MEETINGS}{other.pk}/delete/", {"post": "yes"})
    assert not ScheduledMeeting.objects.exists()
    assert told[-2:] == [("called_off", lesson.pk, None), ("called_off", other.pk, None)] and len(told) == 4
    assert AuditEntry.objects.filter(action="called_off").count() == 2


def test_olga_deletes_a_room_with_meetings(room: Room, alice: User, olga: Client, told: list[object]) -> None:
    lesson = enter(room, alice, weekly(count=3))
    Invitee.objects.create(scheduled=lesson, email="carol@example.org")
    olga.post(f"/admin/rooms/room/{room.pk}/delete/", {"post": "yes"})
    assert not Room.objects.exists() and told[-1] == ("called_off", lesson.pk, None)


def test_olga_withdraws_invitations_and_the_invited_are_told(room: Room, alice: User, olga: Client, settings: Settings) -> None:
    settings.EMAIL_URL = "smtp://mail.example.org"
    lesson = enter(room, alice, weekly(count=3))
    carol, dora = (Invitee.objects.create(scheduled=lesson, email=f"{name}@example.org") for name in ("carol", "dora"))
    olga.post(f"/admin/schedule/invitee/{carol.pk}/delete/", {"post": "yes"})
    olga.post("/admin/schedule/invitee/", {"action": "delete_selected", "_selected_action": [dora.pk], "post": "yes"})
    assert not Invitee.objects.exists()
    assert AuditEntry.objects.filter(action="withdrew", actor=person("Olga")).count() == 2
    assert Job.objects.filter(kind=farewells.BID.name).count() == 2


def test_olga_sees_what_people_chose_to_hear_of_and_deletes_it(bob: User, olga: Client) -> None:
    bobs = NotificationChoices.objects.create(user=bob, mail="nothing", summaries="none")
    url = "/admin/schedule/notificationchoices/"
    assert "Bob" in olga.get(f"{url}?q=bob@example.org").content.decode()
    assert "No meetings" in olga.get(f"{url}{bobs.pk}/change/").content.decode()
    assert olga.get(f"{url}add/").status_code == olga.post(f"{url}{bobs.pk}/change/", {"mail": "all"}).status_code == 403
    olga.post(f"{url}{bobs.pk}/delete/", {"post": "yes"})
    assert notifications.of(bob).mail == "invited"
