"""What only hosts may use: the switches in the call post here."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from rooms.models import AuditEntry, Room
from signaling.process import ask
from signaling.worker import Worker
from tests.rooms.conftest import Enter
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(alice: User, bob: User, carol: User) -> Room:
    return make_room(alice, host=carol, member=bob)


def leave_to_hosts(client: Client, room: Room, use: str, wanted: str = "yes") -> int:
    return client.post(f"/{room.slug}/uses", {"use": use, "hosts_only": wanted}).status_code


def audit() -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("actor_name", "action", "use"))


def in_the_meeting(room: Room) -> str:
    """What is left to hosts in the live meeting."""

    async def read(worker: Worker) -> str:
        snapshot = await worker.roster.snapshot(str(room.pk))
        return snapshot.settings.hosts_only if snapshot is not None else "nobody is there"

    return ask(read)


def test_hosts_leave_uses_to_themselves_and_open_them(alices: Client, carols: Client, room: Room, enter: Enter) -> None:
    enter(room, "Bob", "guest:b")
    assert leave_to_hosts(alices, room, "screen") == 204
    assert leave_to_hosts(carols, room, "microphone") == 204
    assert in_the_meeting(room) == "microphone screen"
    assert leave_to_hosts(alices, room, "screen", "no") == 204
    assert in_the_meeting(room) == "microphone"
    assert audit() == [("Alice", "reserved", "screen"), ("Carol", "reserved", "microphone"), ("Alice", "opened", "screen")]


def test_what_is_so_already_is_not_recorded(alices: Client, room: Room) -> None:
    assert leave_to_hosts(alices, room, "files", "no") == 204
    for _ in range(2):
        assert leave_to_hosts(alices, room, "files") == 204
    assert audit() == [("Alice", "reserved", "files")]


def test_the_chat_is_a_setting_of_its_own(alices: Client, room: Room) -> None:
    assert leave_to_hosts(alices, room, "chat") == 204
    room.refresh_from_db()
    assert (room.chat, room.hosts_only) == ("hosts", "")
    assert leave_to_hosts(alices, room, "chat", "no") == 204
    room.refresh_from_db()
    assert room.chat == "everyone"
    assert audit() == [("Alice", "reserved", "chat"), ("Alice", "opened", "chat")]


@pytest.mark.parametrize(
    "form", [{}, {"use": "screen"}, {"use": "screen", "hosts_only": "on"}, {"use": "dance", "hosts_only": "yes"}]
)
def test_nothing_else_is_understood(alices: Client, room: Room, form: dict[str, str]) -> None:
    assert alices.post(f"/{room.slug}/uses", form).status_code == 400
    assert audit() == []


def test_members_and_strangers_change_nothing(bobs: Client, mallorys: Client, client: Client, room: Room) -> None:
    assert [leave_to_hosts(visitor, room, "screen") for visitor in (bobs, mallorys, client)] == [404, 404, 404]
    room.refresh_from_db()
    assert (room.hosts_only, audit()) == ("", [])


def test_a_forged_form_changes_nothing(alice: User, room: Room) -> None:
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(alice)
    assert leave_to_hosts(forged, room, "screen") == 403
