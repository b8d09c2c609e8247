"""An upgrade while history is there, and workers of the release before still write it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from accounts.models import User
from rooms.models import Attendance, Meeting, Room
from tests.cast import person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def before() -> Iterator[Any]:
    """The database and the models of the release in which meetings were called sessions."""
    call_command("migrate", "rooms", "0008", verbosity=0)
    yield MigrationLoader(connection).project_state(("rooms", "0008_guests_wait")).apps
    call_command("migrate", verbosity=0)


def attend(before: Any, name: str, **fields: Any) -> Any:
    room, _ = before.get_model("rooms", "Room").objects.get_or_create(name="Weekly")
    sitting, _ = before.get_model("rooms", "Session").objects.get_or_create(room=room, ended_at=None)
    stays = before.get_model("rooms", "Attendance").objects
    return stays.create(session=sitting, participant=name.lower(), name=name, role="guest", **fields)


def test_history_survives(before: Any) -> None:
    stay = attend(before, "Carol", left_at=timezone.now(), reason="left")
    call_command("migrate", verbosity=0)
    meeting = Meeting.objects.get()
    assert (meeting.pk, meeting.room.name, meeting.started_at) == (stay.session_id, "Weekly", stay.session.started_at)
    assert [(one.pk, one.name, one.reason) for one in meeting.attendances.all()] == [(stay.pk, "Carol", "left")]
    call_command("migrate", "rooms", "0008", verbosity=0)
    assert before.get_model("rooms", "Attendance").objects.get().session.room.name == "Weekly"


def test_a_worker_of_the_release_before_writes_on(before: Any) -> None:
    attend(before, "Alice")
    call_command("migrate", verbosity=0)
    attend(before, "Bob")
    assert list(Attendance.objects.values_list("name", "meeting__room__name")) == [("Alice", "Weekly"), ("Bob", "Weekly")]


def test_people_without_an_account_still_wait_where_they_did() -> None:
    call_command("migrate", "rooms", "0012", verbosity=0)
    rooms = MigrationLoader(connection).project_state(("rooms", "0012_chat")).apps.get_model("rooms", "Room").objects
    rooms.create(name="Held", slug="held", guests_wait=True)
    rooms.create(name="Open", slug="open")
    call_command("migrate", verbosity=0)
    assert dict(Room.objects.values_list("name", "waits")) == {"Held": "guests", "Open": "nobody"}
    rooms.create(name="Older", slug="older")
    assert Room.objects.get(name="Older").live_settings.waits == "nobody"


def test_a_room_has_one_open_meeting_and_everybody_is_in_it_once(before: Any) -> None:
    stay = attend(before, "Alice")
    call_command("migrate", verbosity=0)
    with pytest.raises(IntegrityError):
        Meeting.objects.create(room_id=stay.session.room_id)
    with pytest.raises(IntegrityError):
        Attendance.objects.create(meeting_id=stay.session_id, participant="alice", name="Alice", role="guest")


@pytest.fixture
def olga() -> User:
    return person("Olga")


def test_who_may_look_at_history_may_do_so_afterwards(olga: User, before: Any) -> None:
    olga.user_permissions.add(Permission.objects.get(codename="view_session", content_type__app_label="rooms"))
    call_command("migrate", verbosity=0)
    assert User.objects.get(pk=olga.pk).has_perm("rooms.view_meeting")
    assert Permission.objects.get(codename="view_meeting").name == "Can view meeting"
    assert not Permission.objects.filter(codename="view_session", content_type__app_label="rooms").exists()
