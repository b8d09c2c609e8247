"""Bob sees, downloads and deletes what is kept of him. An administrator does it for him."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from accounts import outbox, personal
from accounts.models import User
from api import tokens
from api.models import Token
from api.scopes import Scope
from rooms import history
from rooms.actors import actor
from rooms.audit import record
from rooms.models import Attendance, AuditEntry, Ban, Invitation, Room
from schedule.models import Answer, Invitee
from tests.rooms.scenes import make_room
from tests.schedule.lessons import make_date

pytestmark = pytest.mark.django_db

Action = AuditEntry.Action
SURE = {"sure": "on"}


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    """In which Bob has been, has locked, and was removed by Alice."""
    room = make_room(alice, host=bob)
    for participant, user in (("pa", alice), ("pb", bob)):
        history.joined(str(room.pk), participant, f"user:{user.pk}", str(user), "host")
    history.left(str(room.pk), "pb", "left")
    history.left(str(room.pk), "pa", "left")
    record(room, actor(bob, "host"), Action.LOCKED)
    record(room, actor(alice, "owner"), Action.REMOVED, "Bob")
    record(room, actor(alice, "owner"), Action.ROLE, "Bob: Host")
    record(room, actor(alice, "owner"), Action.INVITED, "bob@example.org")
    record(room, actor(alice, "owner"), Action.REMOVED, "Bobby")
    return room


def entries(room: Room) -> list[tuple[str, str, str]]:
    return [*room.audit_entries.order_by("pk").values_list("actor_name", "action", "target")]


def file(client: Client, path: str = "/profile/data.json") -> dict[str, Any]:
    answer = client.get(path)
    assert answer["Content-Disposition"] == 'attachment; filename="personal-data.json"'
    found: dict[str, Any] = json.loads(answer.content)
    return found


def test_bob_sees_and_downloads_what_is_kept(bobs: Client, bob: User, alice: User, room: Room) -> None:
    other = make_room(alice)
    Ban.objects.create(room=other, user=bob, name="Bob", by=alice, reason="noise")
    Ban.objects.create(room=room, guest="m", name="Mallory", by=bob)
    Invitation.objects.create(room=other, email="bob@example.org", by=alice)
    outbox.put("bob@example.org", "Subject", "Body")
    page = bobs.get("/profile/data").content.decode()
    for title in ("Attendance in meetings", "Actions in rooms", "E-mails to this person"):
        assert title in page
    kept = file(bobs)
    assert kept["account"][0]["email"] == "bob@example.org"
    assert [(stay["room_name"], stay["role"]) for stay in kept["attendance"]] == [("Weekly", "host")]
    assert [done["action"] for done in kept["activity"]] == ["locked"]
    assert (kept["bans"][0]["reason"], kept["bans_by_you"][0]["name"]) == ("noise", "Mallory")
    assert (len(kept["invitations"]), kept["mails"][0]["to"]) == (1, "bob@example.org")


def test_nothing_of_others_is_in_it(bobs: Client, alice: User, mallory: User, room: Room) -> None:
    outbox.put("alice@example.org", "Subject", "Body")
    Invitation.objects.create(room=room, email="mallory@example.org", by=alice)
    text = bobs.get("/profile/data.json").content.decode()
    assert "alice@example.org" not in text and "mallory@example.org" not in text and "Alice" not in text


def test_an_address_that_is_not_verified_is_nobodys(client: Client, room: Room, alice: User) -> None:
    """Mallory signs up with an address of Carol's, which she cannot verify."""
    Invitation.objects.create(room=room, email="carol@example.org", by=alice)
    client.force_login(User.objects.create_user("carol@example.org", "x", display_name="Mallory"))
    assert "invitations" not in file(client)


def test_bob_deletes_it(bobs: Client, bob: User, alice: User, room: Room) -> None:
    assert bobs.post("/profile/data", SURE).status_code == 302
    assert [*Attendance.objects.values_list("user", flat=True)] == [alice.pk]
    assert entries(room) == [
        ("", "locked", ""),
        ("Alice", "removed", ""),
        ("Alice", "role", ""),
        ("Alice", "invited", ""),
        ("Alice", "removed", "Bobby"),
        ("", "forgot", ""),
    ]
    assert not AuditEntry.objects.filter(actor=bob).exists()
    assert room.memberships.filter(user=bob).exists()
    assert {"attendance", "activity"}.isdisjoint(file(bobs))


def test_deleting_nothing_writes_nothing(bobs: Client, bob: User) -> None:
    room = make_room(member=bob)
    bobs.post("/profile/data", SURE)
    assert entries(room) == []


def test_it_must_be_meant(bobs: Client, room: Room) -> None:
    answer = bobs.post("/profile/data")
    assert answer.status_code == 422
    assert b"Tick this, if you want it deleted." in answer.content
    assert Attendance.objects.count() == 2


def test_a_meeting_that_goes_on_keeps_its_people(bobs: Client, bob: User, alice: User) -> None:
    """Also those who have left it: a stay says who was removed and may not come back."""
    room = make_room(alice, member=bob)
    history.joined(str(room.pk), "pa", f"user:{alice.pk}", "Alice", "owner")
    history.joined(str(room.pk), "pb", f"user:{bob.pk}", "Bob", "member")
    history.left(str(room.pk), "pb", "removed")
    bobs.post("/profile/data", SURE)
    assert history.recall(str(room.pk), "pb").verdict == "removed"


def test_nobody_takes_the_name_of_another_out(mallorys: Client, mallory: User, alice: User, bob: User, room: Room) -> None:
    """Mallory calls herself Bob and looks in."""
    User.objects.filter(pk=mallory.pk).update(display_name="Bob")
    history.joined(str(room.pk), "pm", f"user:{mallory.pk}", "Bob", "guest")
    history.left(str(room.pk), "pm", "left")
    before = entries(room)
    mallorys.post("/profile/data", SURE)
    assert entries(room) == before


def test_what_is_scheduled(bobs: Client, bob: User, room: Room) -> None:
    past, coming = (make_date(room, timezone.now() + timedelta(days=days)) for days in (-2, 2))
    for date in (past, coming):
        invitee = Invitee.objects.create(scheduled=date.scheduled, email="bob@example.org")
        Answer.objects.create(invitee=invitee, choice="yes", comment="gladly")
    kept = file(bobs)
    assert ([one["title"] for one in kept["invited"]], kept["answers"][0]["comment"]) == (["Lesson"] * 2, "gladly")
    bobs.post("/profile/data", SURE)
    assert [one.scheduled for one in Invitee.objects.all()] == [coming.scheduled]
    assert Answer.objects.count() == 1


def test_access_tokens_without_what_they_are_recognised_by(bobs: Client, bob: User) -> None:
    for name, life in (("Timetable", 1), ("Former", 0)):
        tokens.issue_to(bob, name, [Scope.ROOMS_READ], timedelta(days=life))
    text = bobs.get("/profile/data.json").content.decode()
    assert [one["name"] for one in json.loads(text)["tokens"]] == ["Timetable", "Former"]
    assert not any(token.digest in text for token in Token.objects.all())
    bobs.post("/profile/data", SURE)
    assert Token.objects.get().name == "Timetable"


def test_an_administrator_does_it(alices: Client, alice: User, bob: User, room: Room) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    assert f"/admin/accounts/user/{bob.pk}/data/" in alices.get(f"/admin/accounts/user/{bob.pk}/change/").content.decode()
    assert "bob@example.org" in alices.get(f"/admin/accounts/user/{bob.pk}/data/").content.decode()
    assert file(alices, f"/admin/accounts/user/{bob.pk}/data.json")["account"][0]["display_name"] == "Bob"
    assert alices.post(f"/admin/accounts/user/{bob.pk}/data/").status_code == 422
    assert alices.post(f"/admin/accounts/user/{bob.pk}/data/", SURE).status_code == 302
    assert entries(room)[-1] == ("Alice", "forgot", "")
    assert not Attendance.objects.filter(user=bob).exists()
    assert LogEntry.objects.get().object_id == str(bob.pk)


def test_an_administrator_who_may_not_delete_does_not(alices: Client, alice: User, bob: User, room: Room) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    assert alices.get(f"/admin/accounts/user/{bob.pk}/data/").status_code == 403
    assert alices.get(f"/admin/accounts/user/{bob.pk}/data.json").status_code == 403
    assert alices.post(f"/admin/accounts/user/{bob.pk}/data/", SURE).status_code == 403
    assert Attendance.objects.filter(user=bob).exists()


#: Tables with a person in a column, beside those whose rows are shown: what they are for, and why not.
NOT_SHOWN = {
    "admin.LogEntry": "what administrators did with objects",
    "webhooks.Endpoint": "which administrator made it",
    "mfa.Authenticator": "secrets, on the page Security",
    "socialaccount.SocialAccount": "on the page Connections",
    "auth.User_groups": "rights in the admin",
    "auth.User_user_permissions": "rights in the admin",
}
SHOWN = {
    *("account.EmailAddress", "accounts.Login", "rooms.Membership", "rooms.Attendance", "rooms.AuditEntry", "rooms.Ban"),
    *(
        "rooms.NetworkBan",
        "rooms.Invitation",
        "rooms.JoinLink",
        "schedule.ScheduledMeeting",
        "schedule.Invitee",
        "schedule.NotificationChoices",
        "schedule.Feed",
        "api.Token",
    ),
}


def test_every_table_that_has_people_is_shown_or_said_here() -> None:
    having = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.concrete and field.related_model is User
    }
    assert having - set(NOT_SHOWN) == SHOWN


def test_all_parts_have_names_of_their_own(bob: User, room: Room) -> None:
    names = [part.name for part in personal.recall(bob)]
    assert len(names) == len(set(names))
