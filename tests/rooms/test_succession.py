"""Alice, who owns rooms, is deleted."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from accounts.models import User
from rooms.models import AuditEntry, Membership, Room
from tests.cast import person
from tests.conftest import browser
from tests.rooms.conftest import Enter, names
from tests.rooms.scenes import make_room, room_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def olgas(db: None) -> Client:
    """Olga runs the server."""
    olga = person("Olga")
    olga.is_staff = olga.is_superuser = True
    olga.save()
    return browser(olga)


def roles(room: Room) -> dict[str, str]:
    return {membership.user.display_name: membership.role for membership in room.memberships.select_related("user")}


def delete(olgas: Client, *users: User) -> None:
    selected = [user.pk for user in users]
    olgas.post("/admin/accounts/user/", {"action": "delete_selected", "_selected_action": selected, "post": "yes"})
    assert not User.objects.filter(pk__in=selected).exists()


def test_her_room_passes_to_the_first_host(olgas: Client, alice: User, bob: User, carol: User, mallory: User) -> None:
    room = make_room(alice, host=bob, member=mallory)
    Membership.objects.create(room=room, user=carol, role="host")
    assert b"pass to the host" in olgas.get(f"/admin/accounts/user/{alice.pk}/delete/").content
    assert olgas.post(f"/admin/accounts/user/{alice.pk}/delete/", {"post": "yes"}).status_code == 302
    assert roles(room) == {"Bob": "owner", "Carol": "host", "Mallory": "member"}
    room.refresh_from_db()
    assert room.access == "link"
    assert AuditEntry.objects.filter(action="role", actor_name="Alice", target="Bob: Owner").exists()


def test_without_a_host_only_members_enter(olgas: Client, alice: User, bob: User, bobs: Client, mallorys: Client) -> None:
    room = make_room(alice, member=bob)
    assert mallorys.get(f"/{room.slug}").status_code == 200
    delete(olgas, alice)
    assert mallorys.get(f"/{room.slug}").status_code == 404
    assert bobs.get(f"/{room.slug}").status_code == 200


def test_a_room_of_hers_alone_goes_with_her(olgas: Client, alice: User, enter: Enter) -> None:
    room = make_room(alice)
    room_id = room.pk
    enter(room, "Carol", "guest:c")
    delete(olgas, alice)
    assert not Room.objects.exists()
    assert names(room_id) == []
    assert AuditEntry.objects.filter(action="deleted", actor_name="Alice", room_name="Weekly").exists()


def test_whoever_is_deleted_with_her_inherits_nothing(olgas: Client, alice: User, bob: User, carol: User) -> None:
    room = make_room(alice, host=bob, member=carol)
    delete(olgas, alice, bob)
    assert roles(room) == {"Carol": "member"}
    room.refresh_from_db()
    assert room.access == "members"


def test_an_owner_whom_olga_takes_out_leaves_the_room_to_a_host(olgas: Client, alice: User, bob: User) -> None:
    room = make_room(alice, host=bob)
    own = Membership.objects.get(user=alice)
    olgas.post(f"/admin/rooms/membership/{own.pk}/delete/", {"post": "yes"})
    assert roles(room) == {"Bob": "owner"}


def test_whoever_is_taken_out_with_the_owner_inherits_nothing(olgas: Client, alice: User, bob: User, carol: User) -> None:
    room = make_room(alice, host=bob)
    Membership.objects.create(room=room, user=carol, role="host")
    taken = list(room.memberships.exclude(user=carol).values_list("pk", flat=True))
    post = {"action": "delete_selected", "_selected_action": taken, "post": "yes"}
    olgas.post("/admin/rooms/membership/", post)
    assert roles(room) == {"Carol": "owner"}


@pytest.mark.parametrize("host", [True, False])
def test_a_room_without_an_owner_stays_as_it_is_when_a_member_goes(olgas: Client, bob: User, carol: User, host: bool) -> None:
    room = make_room(host=bob if host else None, member=carol)
    Membership.objects.filter(role="owner").delete()
    own = Membership.objects.get(user=carol)
    assert olgas.post(f"/admin/rooms/membership/{own.pk}/delete/", {"post": "yes"}).status_code == 302
    assert roles(room) == ({"Bob": "host"} if host else {})
    room.refresh_from_db()
    assert room.access == "link"


def test_a_room_that_olga_edits_is_settled_after_all_changes(olgas: Client, alice: User, bob: User) -> None:
    room = make_room(alice, host=bob)
    fields = room_form(room)
    fields |= {"memberships-TOTAL_FORMS": 2, "memberships-INITIAL_FORMS": 2, "bans-TOTAL_FORMS": 0, "bans-INITIAL_FORMS": 0}
    fields |= {"network_bans-TOTAL_FORMS": 0, "network_bans-INITIAL_FORMS": 0}
    for number, membership in enumerate(room.memberships.order_by("pk")):
        row = {"id": membership.pk, "room": room.pk, "user": membership.user_id, "role": membership.role}
        fields |= {f"memberships-{number}-{name}": value for name, value in row.items()}
    assert olgas.post(f"/admin/rooms/room/{room.pk}/change/", fields | {"memberships-0-DELETE": "on"}).status_code == 302
    assert roles(room) == {"Bob": "owner"}


def test_rooms_left_behind_earlier_are_settled_by_the_upgrade(alice: User, bob: User, carol: User) -> None:
    passed, _closed, made_in_admin = make_room(alice, host=bob), make_room(alice, member=carol), make_room(alice)
    AuditEntry.objects.create(room=made_in_admin, room_name="x", action="created", actor=carol)
    Membership.objects.filter(user=alice).delete()
    import_module("rooms.migrations.0004_rooms_without_an_owner").settle(apps, connection.schema_editor())
    assert roles(passed) == {"Bob": "owner"}
    assert list(Room.objects.order_by("pk").values_list("access", flat=True)) == ["link", "members", "link"]
