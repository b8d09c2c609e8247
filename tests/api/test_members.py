"""Another system keeps who belongs to Alice's room, in which Bob is a member."""

from __future__ import annotations

import pytest

from accounts.models import User
from rooms.models import AuditEntry, Membership, Room
from tests.api.scenes import System, problem
from tests.cast import person
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


def roles(room: Room) -> dict[str, str]:
    return dict(room.memberships.values_list("user__display_name", "role"))


def test_a_host_sees_addresses_and_a_member_does_not(room: Room, alice: User, bob: User) -> None:
    path = f"rooms/{room.slug}/members"
    assert System(alice).get(path).json()["items"][0] == {
        **{"user": bob.pk, "name": "Bob", "role": "member"},
        **{"email": "bob@example.org", "email_verified": True},
    }
    assert [item["email"] for item in System(bob).get(path).json()["items"]] == [None, None]
    assert System(bob).get(f"{path}/{alice.pk}").json()["role"] == "owner"


def test_the_deployment_adds_people(room: Room, alice: User) -> None:
    carol, dave = person("Carol"), person("Dave")
    system = System(None)
    made = system.post(f"rooms/{room.slug}/members", {"user": carol.pk, "role": "host"})
    assert (made.status_code, made.json()["role"]) == (201, "host")
    assert system.get(made["Location"].partition("/api/v1/")[2]).json() == made.json()
    assert system.post(f"rooms/{room.slug}/members", {"email": " Dave@Example.org"}).json()["user"] == dave.pk
    assert roles(room) == {"Alice": "owner", "Bob": "member", "Carol": "host", "Dave": "member"}
    entries = AuditEntry.objects.order_by("pk").values_list("actor_name", "action", "target")
    assert [*entries] == [("Timetable", "added", "Carol: Host"), ("Timetable", "added", "Dave: Member")]


def test_whom_nobody_can_add(room: Room, bob: User, mallory: User) -> None:
    unverified = User.objects.create_user("eve@example.org", "x", display_name="Eve")
    path = f"rooms/{room.slug}/members"
    system = System(None)
    for body, pointer in (
        ({"user": bob.pk}, "#"),
        ({"user": mallory.pk, "role": "owner"}, "#"),
        ({"user": unverified.pk}, "#/user"),
        ({"user": 10**12}, "#/user"),
        ({"user": 10**30}, "#/user"),
        ({"email": "eve@example.org"}, "#/email"),
        ({"email": "a\0"}, "#/email"),
        ({}, "#"),
        ({"user": mallory.pk, "email": "mallory@example.org"}, "#"),
    ):
        refused = system.post(path, body)
        assert (problem(refused), refused.json()["errors"][0]["pointer"]) == ("invalid", pointer), body
    assert room.memberships.count() == 2


def test_only_the_deployment_adds_people(room: Room, alice: User, bob: User, mallory: User) -> None:
    for system, answer in ((System(alice), "forbidden"), (System(bob), "forbidden"), (System(mallory), "not-found")):
        assert problem(system.post(f"rooms/{room.slug}/members", {"user": mallory.pk})) == answer


def test_alice_makes_bob_a_host(room: Room, alice: User, bob: User) -> None:
    path = f"rooms/{room.slug}/members/{bob.pk}"
    assert problem(System(bob).patch(path, {"role": "host"})) == "forbidden"
    assert problem(System(alice).patch(path, {"role": "owner"})) == "forbidden"
    system = System(alice)
    seen = system.get(path)["ETag"]
    assert system.patch(path, {"role": "host"}, if_match=seen).json()["role"] == "host"
    assert problem(system.patch(path, {"role": "member"}, if_match=seen)) == "changed"
    assert roles(room)["Bob"] == "host"


def test_a_room_has_one_owner(room: Room, alice: User, bob: User) -> None:
    system, path = System(None), f"rooms/{room.slug}/members"
    assert problem(system.patch(f"{path}/{bob.pk}", {"role": "owner"})) == "invalid"
    assert system.patch(f"{path}/{alice.pk}", {"role": "host"}).status_code == 200
    assert system.patch(f"{path}/{bob.pk}", {"role": "owner"}).status_code == 200
    assert roles(room) == {"Alice": "host", "Bob": "owner"}


def test_a_room_that_loses_its_owner_goes_to_a_host(room: Room, alice: User, bob: User) -> None:
    Membership.objects.filter(user=bob).update(role="host")
    path = f"rooms/{room.slug}/members/{alice.pk}"
    assert problem(System(bob).delete(path)) == "forbidden"
    assert System(None).delete(path).status_code == 204
    assert roles(room) == {"Bob": "owner"}
    assert [*AuditEntry.objects.order_by("pk").values_list("action", flat=True)] == ["dropped", "role"]


def test_bob_leaves_and_mallory_learns_nothing(room: Room, bob: User, mallory: User) -> None:
    path = f"rooms/{room.slug}/members/{bob.pk}"
    assert problem(System(mallory).delete(path)) == "not-found"
    assert problem(System(None).delete(f"rooms/{room.slug}/members/{mallory.pk}")) == "not-found"
    assert System(bob).delete(path).status_code == 204
    assert roles(room) == {"Alice": "owner"}
