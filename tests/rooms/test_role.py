"""Sharing the host role, from the call: people with an account become hosts or members."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from rooms.models import AuditEntry, Room
from signaling import live
from tests.cast import person
from tests.rooms.conftest import Enter
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(alice: User, bob: User, carol: User) -> Room:
    """Alice owns it, Carol hosts it, Bob is a member."""
    return make_room(alice, host=carol, member=bob)


def give(client: Client, room: Room, id: str, role: str) -> int:
    return client.post(f"/{room.slug}/role", {"id": id, "role": role}).status_code


def roles(room: Room) -> dict[str, str]:
    return {str(one.user): one.role for one in room.memberships.select_related("user")}


def audit() -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("actor_name", "action", "target"))


def in_the_meeting(room: Room) -> dict[str, str]:
    return {one.name: one.role for one in live.people(str(room.pk)) or []}


def test_a_host_shares_the_role_with_a_member(carols: Client, room: Room, enter: Enter, bob: User) -> None:
    there = enter(room, "Bob", f"user:{bob.pk}", "member")
    assert give(carols, room, there, "host") == 204
    assert (roles(room)["Bob"], in_the_meeting(room)) == ("host", {"Bob": "host"})
    assert give(carols, room, there, "host") == 204
    assert audit() == [("Carol", "role", "Bob: Host")]


def test_somebody_with_an_account_who_came_by_the_link_becomes_a_member_or_a_host(
    alices: Client, room: Room, enter: Enter
) -> None:
    erin, frank = person("Erin"), person("Frank")
    assert give(alices, room, enter(room, "Erin", f"user:{erin.pk}"), "member") == 204
    assert give(alices, room, enter(room, "Frank", f"user:{frank.pk}"), "host") == 204
    assert in_the_meeting(room) == {"Erin": "member", "Frank": "host"}
    assert audit() == [("Alice", "role", "Erin: Member"), ("Alice", "role", "Frank: Host")]


def test_a_host_hands_over_and_steps_down(carols: Client, carol: User, bob: User, room: Room, enter: Enter) -> None:
    bobs, own = enter(room, "Bob", f"user:{bob.pk}", "member"), enter(room, "Carol", f"user:{carol.pk}", "host")
    assert [give(carols, room, bobs, "host"), give(carols, room, own, "member")] == [204, 204]
    assert roles(room) == {"Alice": "owner", "Bob": "host", "Carol": "member"}
    assert give(carols, room, own, "host") == 404


def test_people_without_an_account_stay_guests(alices: Client, room: Room, enter: Enter) -> None:
    there = enter(room, "Dave", "guest:d")
    assert [give(alices, room, there, "host"), give(alices, room, there, "member")] == [409, 409]
    assert (in_the_meeting(room), audit()) == ({"Dave": "guest"}, [])


def test_a_host_takes_the_role_from_no_other_host_and_nobody_takes_the_owners(
    alices: Client, carols: Client, alice: User, room: Room, enter: Enter
) -> None:
    erin = person("Erin")
    room.memberships.create(user=erin, role="host")
    erins, alices_own = enter(room, "Erin", f"user:{erin.pk}", "host"), enter(room, "Alice", f"user:{alice.pk}", "owner")
    assert give(carols, room, erins, "member") == 403
    for client in (alices, carols):
        assert [give(client, room, alices_own, role) for role in ("member", "host")] == [403, 403]
    assert audit() == []
    assert give(alices, room, erins, "member") == 204
    assert in_the_meeting(room) == {"Erin": "member", "Alice": "owner"}


def test_who_is_not_in_the_meeting_gets_no_role(alices: Client, room: Room, enter: Enter) -> None:
    enter(room, "Dave", "guest:d")
    assert [give(alices, room, one, "host") for one in ("", "nobody", "p-carol", "x" * 1000)] == [404] * 4


@pytest.mark.parametrize("role", ["", "owner", "guest", "Host"])
def test_no_other_role_is_given(alices: Client, room: Room, enter: Enter, bob: User, role: str) -> None:
    assert give(alices, room, enter(room, "Bob", f"user:{bob.pk}", "member"), role) == 400
    assert audit() == []


def test_members_and_strangers_give_no_role(
    bobs: Client, bob: User, mallorys: Client, client: Client, room: Room, enter: Enter
) -> None:
    there = enter(room, "Bob", f"user:{bob.pk}", "member")
    assert [give(visitor, room, there, "host") for visitor in (bobs, mallorys, client)] == [404, 404, 404]
    assert (roles(room)["Bob"], audit()) == ("member", [])


def test_a_forged_form_gives_no_role(alice: User, bob: User, room: Room, enter: Enter) -> None:
    there = enter(room, "Bob", f"user:{bob.pk}", "member")
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(alice)
    assert give(forged, room, there, "host") == 403
    assert roles(room)["Bob"] == "member"
