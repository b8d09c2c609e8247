"""Locking a meeting from within: the switch in the call posts here."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from rooms.models import AuditEntry, Room
from tests.rooms.conftest import Enter, locked
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(alice: User, bob: User, carol: User) -> Room:
    return make_room(alice, host=carol, member=bob)


def test_alice_locks_and_unlocks_the_meeting(alices: Client, room: Room, enter: Enter) -> None:
    enter(room, "Bob", "guest:b")
    for wanted, so in (("yes", True), ("no", False)):
        answer = alices.post(f"/{room.slug}/lock", {"locked": wanted})
        assert (answer.status_code, answer.content) == (204, b"")
        room.refresh_from_db()
        assert (room.locked, locked(room)) == (so, so)
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == ["locked", "unlocked"]


def test_what_is_locked_already_is_not_recorded(alices: Client, carols: Client, room: Room) -> None:
    for client in (alices, carols):
        assert client.post(f"/{room.slug}/lock", {"locked": "yes"}).status_code == 204
    assert list(AuditEntry.objects.values_list("actor_name", "action")) == [("Alice", "locked")]


def test_a_host_may(carols: Client, room: Room) -> None:
    assert carols.post(f"/{room.slug}/lock", {"locked": "yes"}).status_code == 204


@pytest.mark.parametrize("wanted", [{}, {"locked": ""}, {"locked": "maybe"}])
def test_nothing_else_is_understood(alices: Client, room: Room, wanted: dict[str, str]) -> None:
    assert alices.post(f"/{room.slug}/lock", wanted).status_code == 400
    assert not AuditEntry.objects.exists()


def test_members_and_strangers_lock_nothing(bobs: Client, mallorys: Client, client: Client, room: Room) -> None:
    answers = [visitor.post(f"/{room.slug}/lock", {"locked": "yes"}).status_code for visitor in (bobs, mallorys, client)]
    assert answers == [404, 404, 404]
    room.refresh_from_db()
    assert not room.locked


def test_a_forged_form_locks_nothing(alice: User, room: Room) -> None:
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(alice)
    assert forged.post(f"/{room.slug}/lock", {"locked": "yes"}).status_code == 403


def test_the_page_of_a_guest_has_no_switch(client: Client, bobs: Client, room: Room) -> None:
    where = f'action="/{room.slug}/lock"'.encode()
    assert where not in client.get(f"/{room.slug}").content
    assert where in bobs.get(f"/{room.slug}").content
