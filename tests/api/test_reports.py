"""Another system reads who attended Alice's meetings, and who changed what in her room."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from rooms import commands, history
from rooms.actors import actor
from rooms.models import Meeting, Room
from tests.api.scenes import System, problem
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


def test_a_meeting_that_took_place_and_who_attended(room: Room, alice: User, bob: User) -> None:
    began = timezone.now() - timedelta(hours=1)
    for number, identity, name, role in (
        ("p1", f"user:{bob.pk}", "Bob", "member"),
        ("p2", "guest:cookie", "Gus", "guest"),
    ):
        history.joined(str(room.pk), number, identity, name, role, at=began)  # type: ignore[arg-type]
        history.left(str(room.pk), number, "left", at=began + timedelta(minutes=30))
    system = System(alice)
    last, _first = system.get(f"rooms/{room.slug}/sittings").json()["items"]
    assert (last["attendances"], last["ended_at"] is None) == (1, False)
    (stay,) = system.get(f"rooms/{room.slug}/sittings/{last['id']}/attendances").json()["items"]
    assert (stay["name"], stay["user"], stay["role"], stay["reason"], stay["person"]) == ("Gus", None, "guest", "left", 1)
    assert "cookie" not in str(stay)


def test_a_meeting_that_goes_on_has_no_end(room: Room, alice: User) -> None:
    history.joined(str(room.pk), "p1", f"user:{alice.pk}", "Alice", "owner")
    (item,) = System(None).get(f"rooms/{room.slug}/sittings").json()["items"]
    assert item["ended_at"] is None
    (stay,) = System(None).get(f"rooms/{room.slug}/sittings/{item['id']}/attendances").json()["items"]
    assert (stay["user"], stay["left_at"]) == (alice.pk, None)


def test_the_activity_by_action_and_person(room: Room, alice: User) -> None:
    commands.lock(actor(alice, "owner"), room, True)
    commands.invite(actor(alice, "owner"), room, "carol@example.org")
    system, path = System(None), f"rooms/{room.slug}/audit"
    assert [(one["action"], one["actor"], one["target"]) for one in system.get(path).json()["items"]] == [
        ("invited", alice.pk, "carol@example.org"),
        ("locked", alice.pk, ""),
    ]
    assert [one["action"] for one in system.get(f"{path}?action=locked").json()["items"]] == ["locked"]
    assert [one["action"] for one in system.get(f"{path}?person=carol").json()["items"]] == ["invited"]
    assert problem(system.get(f"{path}?action=sang")) == problem(system.get(f"{path}?actor__password=x")) == "invalid"


def test_who_may(room: Room, bob: User, mallory: User) -> None:
    meeting = Meeting.objects.create(room=make_room(mallory))
    for system, answer in ((System(bob), "forbidden"), (System(mallory), "not-found")):
        for path in ("sittings", "audit", f"sittings/{meeting.pk}/attendances"):
            assert problem(system.get(f"rooms/{room.slug}/{path}")) == answer
    assert problem(System(None).get(f"rooms/{room.slug}/sittings/{meeting.pk}/attendances")) == "not-found"
