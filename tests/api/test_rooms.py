"""Another system keeps rooms: as Alice, who owns one, as Bob, who is a member, and for the whole deployment."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from accounts.models import User
from rooms.models import AuditEntry, Membership, Room
from tests.api.scenes import System, problem
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db


def test_a_list_has_the_rooms_of_its_person_in_pages(alice: User, bob: User) -> None:
    rooms = [make_room(alice, member=bob, name=f"Room {number}") for number in range(5)]
    make_room(bob, name="Bob’s")
    system = System(alice)
    page = system.get("rooms?limit=2").json()
    seen = [item["name"] for item in page["items"]]
    while page["next"]:
        page = system.get(page["next"].removeprefix("/api/v1/")).json()
        seen += [item["name"] for item in page["items"]]
    assert seen == [room.name for room in reversed(rooms)]
    assert [item["role"] for item in System(bob).get("rooms?name=3").json()["items"]] == ["member"]


def test_a_token_of_the_deployment_sees_every_room(alice: User, bob: User) -> None:
    make_room(alice), make_room(bob)
    assert [item["role"] for item in System(None).get("rooms").json()["items"]] == [None, None]


def test_a_room_is_made_as_on_the_page(alice: User) -> None:
    made = System(alice).post("rooms", {"name": "Tea", "passcode": "long enough", "hosts_only": ["screen", "camera"]})
    assert made.status_code == 201
    room = Room.objects.get()
    assert (room.check_passcode("long enough"), room.hosts_only) == (True, "camera screen")
    assert made.json()["has_passcode"] and "long enough" not in made.content.decode()
    assert made["Location"].endswith(f"/api/v1/rooms/{room.slug}")
    assert room.memberships.get().role == "owner"
    assert AuditEntry.objects.get().actor == alice


def test_the_deployment_makes_a_room_for_somebody(alice: User) -> None:
    system = System(None)
    assert system.post("rooms", {"name": "Tea", "owner": alice.pk}).status_code == 201
    assert Membership.objects.get().user == alice
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.actor_name) == (None, "Timetable")
    assert problem(system.post("rooms", {"name": "Tea", "owner": 10**6})) == "invalid"


def test_mallory_makes_no_room_for_alice_and_not_more_than_anybody(alice: User, mallory: User, settings: LazySettings) -> None:
    settings.ROOMS_PER_ACCOUNT = 1
    system = System(mallory)
    assert problem(system.post("rooms", {"name": "Tea", "owner": alice.pk})) == "forbidden"
    assert system.post("rooms", {"name": "Tea"}).status_code == 201
    assert problem(system.post("rooms", {"name": "Tea"})) == "conflict"


def test_a_change_says_only_what_is_different(alice: User) -> None:
    room = make_room(alice, passcode="long enough", capacity=6, hosts_only="camera")
    changed = System(alice).patch(f"rooms/{room.slug}", {"locked": True, "passcode": None})
    assert changed.status_code == 200
    room.refresh_from_db()
    assert (room.locked, room.passcode, room.capacity, room.hosts_only) == (True, "", 6, "camera")
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {"locked", "edited"}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"capacity": 1}, "#/capacity"),
        ({"capacity": "many"}, "#/capacity"),
        ({"name": "\u200b"}, "#/name"),
        ({"name": "a\u0000"}, "#/name"),
        ({"lobby_opens": "time"}, "#/lobby_opens_at"),
        ({"passcode": "short"}, "#/passcode"),
        ({"lobby_opens_at": "9999-12-31T23:59:00-14:00"}, "#/lobby_opens_at"),
        ({"lobby_opens_at": "0001-01-01T00:00:00+14:00"}, "#/lobby_opens_at"),
        ({"lobby_opens_at": "2026-12-01T10:00:00"}, "#/lobby_opens_at"),
        ({"hosts_only": ["everything"]}, "#/hosts_only/0"),
        ({"slug": "abc-defg-hij"}, "#/slug"),
        ([], "#"),
    ],
    ids=str,
)
def test_a_bad_value_is_named_and_nothing_is_changed(alice: User, body: object, pointer: str) -> None:
    room = make_room(alice)
    refused = System(alice).patch(f"rooms/{room.slug}", body)
    assert (problem(refused), refused.json()["errors"][0]["pointer"]) == ("invalid", pointer)
    assert Room.objects.get().settings_version == 0


def test_who_may_change_and_delete(alice: User, bob: User, mallory: User) -> None:
    room = make_room(alice, member=bob)
    for system, answer in ((System(bob), "forbidden"), (System(mallory), "not-found")):
        assert problem(system.patch(f"rooms/{room.slug}", {"capacity": 4})) == answer
        assert problem(system.delete(f"rooms/{room.slug}")) == answer
    assert System(None).delete(f"rooms/{room.slug}").status_code == 204
    assert not Room.objects.exists()
