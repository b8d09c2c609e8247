from __future__ import annotations

from typing import Any, get_args

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from rooms.models import Attendance, AuditEntry, Ban, Invitation, Meeting, Membership, Room
from signaling.protocol.values import Role
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


def test_rooms_are_fetched_for_somebody(room: Room, alice: User, bob: User, mallory: User) -> None:
    rooms = Room.objects
    assert [list(rooms.owned_by(user.pk)) for user in (alice, bob, mallory)] == [[room], [], []]
    assert [list(rooms.permitting(user.pk, "edit")) for user in (alice, bob, mallory)] == [[room], [], []]
    assert [list(rooms.shared_with(user.pk)) for user in (alice, bob, mallory)] == [[], [room], []]
    assert [list(rooms.permitting(user.pk, "view")) for user in (alice, bob, mallory)] == [[room], [room], []]
    assert list(rooms.permitting(None, "view")) == []


def test_the_database_has_the_roles_of_the_wire() -> None:
    assert Attendance.Role.values == list(get_args(Role))
    assert [*Membership.Role.values, "guest"] == list(get_args(Role))


def test_what_is_fetched_knows_the_role(room: Room, alice: User, bob: User, mallory: User) -> None:
    Ban.objects.create(room=room, user=mallory, name="Mallory")
    seen = [Room.objects.seen_by(user.pk).get() for user in (alice, bob, mallory)]
    assert [(found.role, found.banned) for found in seen] == [("owner", False), ("member", False), ("guest", True)]


def test_a_guest_without_an_id_is_not_every_guest(room: Room) -> None:
    Ban.objects.create(room=room, guest="m", name="Mallory")
    assert [Room.objects.seen_by(None, guest).get().banned for guest in ("m", "c", "")] == [True, False, False]


def test_the_room_that_was_used_last_comes_first(room: Room, alice: User) -> None:
    newer = make_room(alice)
    assert list(Room.objects.latest_first()) == [newer, room]
    meeting = Meeting.objects.create(room=room, started_at=timezone.now())
    assert list(Room.objects.latest_first()) == [room, newer]
    assert Room.objects.latest_first()[0].used_at == meeting.started_at


def test_a_worker_of_the_version_before_makes_rooms_too(room: Room) -> None:
    known = "name, access, passcode, capacity, locked, created_at"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO rooms_room (slug, {known}) SELECT 'older', {known} FROM rooms_room")
    older = Room.objects.get(slug="older")
    assert (older.ice_policy, older.waits, older.lobby_opens) == ("all", "nobody", "never")
    assert (older.chat, older.hosts_only) == ("everyone", "")


def test_a_passcode_is_kept_as_a_hash(room: Room) -> None:
    room.set_passcode("open sesame")
    assert "open" not in room.passcode
    assert room.check_passcode("open sesame")
    assert not room.check_passcode("close sesame")
    room.set_passcode("")
    assert not room.check_passcode("")


@pytest.mark.parametrize("passcode", ["open sesame", "close sesame"])
def test_a_mark_is_good_for_one_setting_of_the_passcode(room: Room, passcode: str) -> None:
    room.set_passcode("open sesame")
    before = room.passcode_mark
    room.set_passcode(passcode)
    assert room.passcode_mark != before


@pytest.mark.parametrize("fields", [{"capacity": 1}, {"capacity": 51}])
def test_a_room_has_bounds(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        make_room(**fields)


def test_the_database_refuses_what_cannot_be(room: Room, alice: User, bob: User) -> None:
    Meeting.objects.create(room=room)
    Attendance.objects.create(meeting=room.meetings.get(), participant="p", name="P", role="guest")
    Invitation.objects.create(room=room, email="c@example.org")
    impossible: list[tuple[Any, dict[str, Any]]] = [
        (Membership, {"user": bob, "role": "owner"}),
        (Membership, {"user": bob, "role": "host"}),
        (Ban, {"name": "nobody"}),
        (Ban, {"name": "both", "user": bob, "guest": "g"}),
        (Invitation, {"email": "c@example.org"}),
        (Meeting, {}),
    ]
    for model, fields in impossible:
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.create(room=room, **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.create(meeting=room.meetings.get(), participant="p", name="Q", role="guest")


def test_the_audit_outlives_room_and_actor(room: Room, bob: User) -> None:
    AuditEntry.objects.create(room=room, room_name=room.name, actor=bob, actor_name="Bob", action="edited")
    room.delete()
    bob.delete()
    entry = AuditEntry.objects.get()
    assert (entry.room, entry.actor) == (None, None)
    assert str(entry) == "Bob changed the settings"


def test_attendance_outlives_the_account(room: Room, bob: User) -> None:
    meeting = Meeting.objects.create(room=room)
    Attendance.objects.create(meeting=meeting, participant="p", user=bob, name="Bob", role="member")
    bob.delete()
    stay = Attendance.objects.get()
    assert (stay.user, stay.name) == (None, "Bob")
