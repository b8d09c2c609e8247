from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from rooms import history
from rooms.models import Attendance, AuditEntry, Membership, Room
from tests.rooms.conftest import Enter, names
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db


def test_alice_is_asked_first(alices: Client, alice: User) -> None:
    room = make_room(alice)
    page = alices.get(f"/{room.slug}/delete")
    assert b"This cannot be undone" in page.content
    assert Room.objects.exists()


def test_alice_deletes_her_room(alices: Client, alice: User) -> None:
    room = make_room(alice)
    history.joined(str(room.pk), "p1", "guest:c", "Carol", "guest")
    answer = alices.post(f"/{room.slug}/delete")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert not Room.objects.exists()
    assert not Attendance.objects.exists()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.room, entry.room_name, entry.actor) == ("deleted", None, "Weekly", alice)


def test_the_meeting_in_it_ends(alices: Client, alice: User, enter: Enter) -> None:
    room = make_room(alice)
    enter(room, "Bob", "guest:b")
    enter(room, "Carol", "guest:c")
    room_id = room.pk
    assert b"2 people are in it now" in alices.get(f"/{room.slug}/delete").content
    alices.post(f"/{room.slug}/delete")
    assert names(room_id) == []


def test_only_the_owner_may(bob: User, bobs: Client, mallorys: Client, client: Client) -> None:
    room = make_room(host=bob)
    for visitor in (bobs, mallorys):
        assert visitor.get(f"/{room.slug}/delete").status_code == 404
        assert visitor.post(f"/{room.slug}/delete").status_code == 404
    assert client.post(f"/{room.slug}/delete").status_code == 302
    assert Membership.objects.filter(user=bob).exists()
