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


#: The release in which meetings were called sessions, and the one in which guests waited, or nobody did.
SESSIONS, GUESTS_WAIT = "0008_guests_wait", "0012_chat"


def models_of(migration: str) -> Any:
    """Those that a release knows."""
    return MigrationLoader(connection).project_state(("rooms", migration)).apps


@pytest.fixture(autouse=True)
def _up_to_date() -> Iterator[None]:
    yield
    call_command("migrate", verbosity=0)


def attend(before: Any, name: str, **fields: Any) -> Any:
    room, _ = before.get_model("rooms", "Room").objects.get_or_create(name="Weekly")
    sitting, _ = before.get_model("rooms", "Session").objects.get_or_create(room=room, ended_at=None)
    stays = before.get_model("rooms", "Attendance").objects
    return stays.create(session=sitting, participant=name.lower(), name=name, role="guest", **fields)


def test_an_upgrade_and_the_way_back() -> None:
    """All in one, because the way to another release takes seconds."""
    olga = person("Olga")
    call_command("migrate", "rooms", SESSIONS, verbosity=0)
    before = models_of(SESSIONS)
    olga.user_permissions.add(Permission.objects.get(codename="view_session", content_type__app_label="rooms"))
    stay, open_stay = attend(before, "Carol", left_at=timezone.now(), reason="left"), attend(before, "Alice")
    rooms = before.get_model("rooms", "Room").objects
    rooms.create(name="Held", slug="held", guests_wait=True)
    rooms.create(name="Open", slug="open")
    call_command("migrate", verbosity=0)

    history_survives(stay, open_stay)
    a_room_has_one_open_meeting_and_everybody_is_in_it_once(open_stay)
    who_may_look_at_history_may_do_so_afterwards(olga)
    people_without_an_account_still_wait_where_they_did()
    a_worker_of_the_release_before_writes_on(before)

    call_command("migrate", "rooms", SESSIONS, verbosity=0)
    assert before.get_model("rooms", "Attendance").objects.get(name="Carol").session.room.name == "Weekly"


def history_survives(stay: Any, open_stay: Any) -> None:
    meeting = Meeting.objects.get()
    assert (meeting.pk, meeting.room.name, meeting.started_at) == (stay.session_id, "Weekly", stay.session.started_at)
    assert [(one.pk, one.name, one.reason) for one in meeting.attendances.all()] == [
        (stay.pk, "Carol", "left"),
        (open_stay.pk, "Alice", ""),
    ]


def a_room_has_one_open_meeting_and_everybody_is_in_it_once(stay: Any) -> None:
    with pytest.raises(IntegrityError):
        Meeting.objects.create(room_id=stay.session.room_id)
    with pytest.raises(IntegrityError):
        Attendance.objects.create(meeting_id=stay.session_id, participant="alice", name="Alice", role="guest")


def who_may_look_at_history_may_do_so_afterwards(olga: User) -> None:
    assert User.objects.get(pk=olga.pk).has_perm("rooms.view_meeting")
    assert Permission.objects.get(codename="view_meeting").name == "Can view meeting"
    assert not Permission.objects.filter(codename="view_session", content_type__app_label="rooms").exists()


def people_without_an_account_still_wait_where_they_did() -> None:
    found = Room.objects.filter(slug__in=("held", "open"))
    assert dict(found.values_list("name", "waits")) == {"Held": "guests", "Open": "nobody"}
    models_of(GUESTS_WAIT).get_model("rooms", "Room").objects.create(name="Older", slug="older")
    assert Room.objects.get(name="Older").live_settings.waits == "nobody"


def a_worker_of_the_release_before_writes_on(before: Any) -> None:
    attend(before, "Bob")
    assert list(Attendance.objects.values_list("name", "meeting__room__name")) == [
        ("Carol", "Weekly"),
        ("Alice", "Weekly"),
        ("Bob", "Weekly"),
    ]
