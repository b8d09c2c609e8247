"""Another site sends Dave, who has no account here, straight into Alice's room."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from rooms import join_links
from rooms.models import AuditEntry, JoinLink, Room
from tests.api.scenes import System, problem
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob, access="members")


def test_the_deployment_sends_dave_into_the_room(room: Room, client: Client) -> None:
    system, path = System(None), f"rooms/{room.slug}/join-links"
    made = system.post(path, {"name": "Dave", "role": "host", "minutes": 10, "language": "en"})
    assert made.status_code == 201
    listed = system.get(path).json()["items"]
    assert listed == [{name: value for name, value in made.json().items() if name != "address"}]
    assert client.post(made.json()["address"].removeprefix("http://testserver"))["Location"] == f"/{room.slug}"
    assert b"You join as" in client.get(f"/{room.slug}").content
    assert system.get(path).json()["items"] == []
    link = JoinLink.objects.get()
    assert (link.by, link.by_staff, link.role, link.used, link.language) == (None, True, "host", True, "en")
    assert AuditEntry.objects.order_by("pk").values_list("actor_name", "action")[0] == ("Timetable", "vouched")


def test_a_link_of_the_deployment_holds_and_one_of_somebody_who_left_does_not(room: Room, alice: User) -> None:
    path = f"rooms/{room.slug}/join-links"
    System(None).post(path, {"name": "Dave"})
    System(alice).post(path, {"name": "Dora"})
    room.memberships.filter(user=alice).delete()
    assert {link.name: join_links.holds(link) for link in JoinLink.objects.all()} == {"Dave": True, "Dora": False}
    alice.delete()
    assert JoinLink.objects.get().name == "Dave"


def test_the_address_is_sent_once(room: Room, alice: User) -> None:
    system = System(alice)
    made = system.post(f"rooms/{room.slug}/join-links", {"name": "Dave"})
    assert "/join/" in made.json()["address"]
    again = system.get(made["Location"].partition("/api/v1/")[2])
    assert "address" not in again.json() and b"/join/" not in again.content
    left = JoinLink.objects.get().expires_at - timezone.now()
    assert timedelta(minutes=59) < left <= timedelta(minutes=60)


def test_what_hosts_and_members_may_give(room: Room, alice: User, bob: User, mallory: User) -> None:
    path = f"rooms/{room.slug}/join-links"
    for system, answer in ((System(bob), "forbidden"), (System(mallory), "not-found")):
        assert problem(system.get(path)) == problem(system.post(path, {"name": "Dave"})) == answer
    room.memberships.filter(user=bob).update(role="host")
    refused = System(bob).post(path, {"name": "Dave", "role": "host"})
    assert (problem(refused), refused.json()["errors"][0]["pointer"]) == ("invalid", "#/role")
    made = System(alice).post(path, {"name": "Dave", "role": "host"}).json()
    assert problem(System(bob).delete(f"{path}/{made['id']}")) == "not-found"
    assert System(bob).post(path, {"name": "Dora"}).status_code == 201


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "\u200b"}, "#/name"),
        ({"name": "Dave", "role": "owner"}, "#/role"),
        ({"name": "Dave", "minutes": 10**6}, "#/minutes"),
        ({"name": "Dave", "language": "xx"}, "#/language"),
    ],
    ids=str,
)
def test_a_bad_value_is_named(room: Room, alice: User, body: object, pointer: str) -> None:
    refused = System(alice).post(f"rooms/{room.slug}/join-links", body)
    assert (problem(refused), refused.json()["errors"][0]["pointer"]) == ("invalid", pointer)
    assert not JoinLink.objects.exists()


def test_a_link_that_was_used_cannot_be_withdrawn(room: Room, alice: User) -> None:
    system, path = System(alice), f"rooms/{room.slug}/join-links"
    kept, used = (system.post(path, {"name": name}).json() for name in ("Dave", "Dora"))
    JoinLink.objects.filter(name="Dora").update(guest="g")
    assert problem(system.delete(f"{path}/{used['id']}")) == "not-found"
    assert system.delete(f"{path}/{kept['id']}").status_code == 204
    assert JoinLink.objects.get().name == "Dora"


def test_there_is_a_limit(room: Room, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(join_links, "LIMIT", join_links.LIMIT.__class__("join-links", 1, 60))
    system, path = System(alice), f"rooms/{room.slug}/join-links"
    assert system.post(path, {"name": "Dave"}).status_code == 201
    assert problem(system.post(path, {"name": "Dora"})) == "too-many-requests"
