"""Another system lets Mallory, whom Alice keeps out, back in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from rooms.models import AuditEntry, Ban, NetworkBan, Room
from tests.api.scenes import System, problem
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(alice: User, bob: User, mallory: User) -> Room:
    room = make_room(alice, member=bob)
    Ban.objects.create(room=room, user=mallory, name="Mallory", by=alice, reason="Noise")
    Ban.objects.create(room=room, guest="cookie", name="Gus")
    for prefix, hours in (("192.0.2.7", 1), ("192.0.2.8", -1)):
        ends_at = timezone.now() + timedelta(hours=hours)
        NetworkBan.objects.create(room=room, prefix=prefix, name="Gus", by=alice, ends_at=ends_at)
    return room


def test_alice_sees_whom_she_keeps_out_and_no_address(room: Room, alice: User, mallory: User) -> None:
    system = System(alice)
    people, networks = system.get(f"rooms/{room.slug}/bans"), system.get(f"rooms/{room.slug}/network-bans")
    assert [(item["name"], item["user"], item["by"]) for item in people.json()["items"]] == [
        ("Gus", None, None),
        ("Mallory", mallory.pk, "Alice"),
    ]
    assert [item["because_of"] for item in networks.json()["items"]] == ["Gus"]
    assert b"192.0.2" not in networks.content and b"cookie" not in people.content


def test_the_deployment_lifts_bans(room: Room) -> None:
    system = System(None)
    for kind in ("bans", "network-bans"):
        for item in system.get(f"rooms/{room.slug}/{kind}").json()["items"]:
            path = f"rooms/{room.slug}/{kind}/{item['id']}"
            assert system.get(path).json() == item
            assert problem(system.delete(path, if_match='"other"')) == "changed"
            assert system.delete(path).status_code == 204
            assert problem(system.delete(path)) == "not-found"
    assert not Ban.objects.exists()
    assert NetworkBan.objects.get().prefix == "192.0.2.8"
    entries = AuditEntry.objects.order_by("pk").values_list("actor_name", "action", "target")
    assert [*entries] == [
        ("Timetable", "unbanned", "Guest Gus"),
        ("Timetable", "unbanned", "Mallory"),
        ("Timetable", "unbarred", "Gus"),
    ]


def test_bob_and_mallory_see_and_lift_nothing(room: Room, bob: User, mallory: User) -> None:
    ban = Ban.objects.get(user=mallory)
    for system, answer in ((System(bob), "forbidden"), (System(mallory), "not-found")):
        for path in (f"rooms/{room.slug}/bans", f"rooms/{room.slug}/network-bans"):
            assert problem(system.get(path)) == answer
        assert problem(system.delete(f"rooms/{room.slug}/bans/{ban.pk}")) == answer
    elsewhere = make_room(bob)
    assert problem(System(bob).delete(f"rooms/{elsewhere.slug}/bans/{ban.pk}")) == "not-found"
