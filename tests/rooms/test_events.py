"""What happens in rooms is told as events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from events.models import Event
from rooms import commands, history
from rooms.actors import actor
from rooms.models import Attendance, Meeting, Room
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db

NINE = datetime(2026, 5, 4, 9, tzinfo=UTC)


@pytest.fixture
def room(alice: User) -> Room:
    return make_room(alice)


def told() -> list[tuple[str, dict[str, Any]]]:
    return list(Event.objects.order_by("pk").values_list("kind", "details"))


def test_a_meeting_begins_and_ends_with_those_who_come_and_go(room: Room, alice: User) -> None:
    key = str(room.pk)
    for minutes in (0, 1):
        history.joined(key, "pa", f"user:{alice.pk}", "Alice", "owner", at=NINE + timedelta(minutes=minutes))
    history.joined(key, "pc", "guest:c1", "Carol", "guest", at=NINE)
    for participant in ("pa", "pa", "pc"):
        history.left(key, participant, "left", at=NINE + timedelta(minutes=5))
    meeting = Meeting.objects.get().pk
    a, c = ({"meeting": meeting, "attendance": stay.pk} for stay in Attendance.objects.order_by("participant"))
    begins, ends = ("meeting.started", {"meeting": meeting}), ("meeting.ended", {"meeting": meeting})
    assert told() == [begins, ("person.joined", a), ("person.joined", c), ("person.left", a), ("person.left", c), ends]
    assert {event.room for event in Event.objects.all()} == {room.pk}
    assert Event.objects.filter(kind="meeting.ended").get().at == NINE + timedelta(minutes=5)


def test_a_crash_ends_a_meeting_too(room: Room, alice: User) -> None:
    history.joined(str(room.pk), "pa", f"user:{alice.pk}", "Alice", "owner", at=NINE)
    history.reconcile({})
    assert [kind for kind, _details in told()][2:] == ["person.left", "meeting.ended"]


def test_somebody_knocks(room: Room) -> None:
    history.knocked(str(room.pk), "pc", at=NINE)
    history.knocked("404", "pc", at=NINE)
    assert told() == [("person.knocked", {"participant": "pc"})]


def test_a_room_is_made_changed_and_deleted(alice: User) -> None:
    room = commands.make(alice)
    by = actor(alice, "owner")
    room.name = "Daily"
    commands.save(by, room, ["name"])
    commands.lock(by, room, True)
    commands.lock(by, room, True)
    commands.delete(by, room)
    assert [details for _kind, details in told()] == [
        {"change": "created"},
        {"change": "settings", "fields": ["name"]},
        {"change": "settings", "fields": ["locked"]},
        {"change": "deleted"},
    ]


def test_a_room_that_is_deleted_with_its_owner_is_told_too(room: Room, alice: User) -> None:
    alice.delete()
    assert told() == [("room.changed", {"change": "deleted"})]
