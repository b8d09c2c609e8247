from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from rooms import commands, invitations
from rooms.actors import actor
from rooms.models import AuditEntry, Ban, Membership, Room
from signaling import live
from signaling.roster.base import Refusal
from tests.rooms.conftest import Enter, names
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


def role(room: Room, user: User) -> str | None:
    return Membership.objects.filter(room=room, user=user).values_list("role", flat=True).first()


def membership(room: Room, user: User) -> Membership:
    return Membership.objects.get(room=room, user=user)


def roles(room: Room) -> dict[str, str]:
    """Of those who are in the meeting now."""
    return {person.name: person.role for person in live.people(str(room.pk)) or []}


def audit() -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.values_list("actor_name", "action", "target").order_by("pk"))


def test_alice_sees_who_belongs(alices: Client, room: Room) -> None:
    page = alices.get(f"/{room.slug}/people").content.decode()
    assert "Bob" in page
    assert "bob@example.org" in page
    assert "Owner" in page


def test_it_says_whose_address_nobody_verified(alices: Client, room: Room) -> None:
    Membership.objects.create(room=room, user=User.objects.create_user("boss@company.example", display_name="The boss"))
    rows = alices.get(f"/{room.slug}/people").content.decode().split("person-row-name")[1:]
    assert ["not verified" in row for row in rows] == ["The boss" in row for row in rows]
    assert sum("not verified" in row for row in rows) == 1


def test_alice_makes_bob_a_host_and_a_member_again(alices: Client, room: Room, bob: User) -> None:
    where = f"/{room.slug}/people/{membership(room, bob).pk}/role"
    assert alices.post(where, {"role": "host"}).status_code == 302
    assert role(room, bob) == "host"
    alices.post(where, {"role": "member"})
    assert role(room, bob) == "member"
    assert audit() == [("Alice", "role", "Bob: Host"), ("Alice", "role", "Bob: Member")]


@pytest.mark.parametrize("wanted", ["owner", "guest", "", "admin"])
def test_no_other_role_is_given(alices: Client, room: Room, bob: User, wanted: str) -> None:
    assert alices.post(f"/{room.slug}/people/{membership(room, bob).pk}/role", {"role": wanted}).status_code == 400
    assert role(room, bob) == "member"


def test_the_owner_stays_the_owner(alices: Client, room: Room, alice: User) -> None:
    own = membership(room, alice).pk
    assert alices.post(f"/{room.slug}/people/{own}/role", {"role": "member"}).status_code == 403
    assert alices.post(f"/{room.slug}/people/{own}/remove").status_code == 403
    assert role(room, alice) == "owner"


def test_alice_removes_bob(alices: Client, room: Room, bob: User) -> None:
    assert alices.post(f"/{room.slug}/people/{membership(room, bob).pk}/remove").status_code == 302
    assert role(room, bob) is None
    assert audit() == [("Alice", "dropped", "Bob")]


def test_bob_is_out_of_the_meeting_as_well(alices: Client, room: Room, bob: User, enter: Enter) -> None:
    enter(room, "Bob", f"user:{bob.pk}")
    enter(room, "Carol", "guest:c")
    alices.post(f"/{room.slug}/people/{membership(room, bob).pk}/remove")
    assert names(room.pk) == ["Carol"]


def test_a_host_adds_and_removes_members_but_not_hosts(bobs: Client, room: Room, bob: User, carol: User, mallory: User) -> None:
    Membership.objects.filter(room=room, user=bob).update(role="host")
    Membership.objects.create(room=room, user=mallory, role="host")
    Membership.objects.create(room=room, user=carol)
    assert bobs.post(f"/{room.slug}/people/{membership(room, carol).pk}/role", {"role": "host"}).status_code == 404
    assert bobs.post(f"/{room.slug}/people/{membership(room, carol).pk}/remove").status_code == 302
    assert bobs.post(f"/{room.slug}/people/{membership(room, mallory).pk}/remove").status_code == 403


def test_bob_leaves_by_himself(bobs: Client, room: Room, bob: User) -> None:
    answer = bobs.post(f"/{room.slug}/people/{membership(room, bob).pk}/remove")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert audit() == [("Bob", "dropped", "Bob")]


def test_a_member_sees_names_and_changes_nothing(bobs: Client, room: Room, alice: User) -> None:
    page = bobs.get(f"/{room.slug}/people").content.decode()
    assert "Alice" in page
    assert "alice@example.org" not in page
    assert bobs.post(f"/{room.slug}/people/{membership(room, alice).pk}/remove").status_code == 403


def test_mallory_finds_nothing(mallorys: Client, room: Room, bob: User) -> None:
    bobs_membership = membership(room, bob).pk
    assert mallorys.get(f"/{room.slug}/people").status_code == 404
    assert mallorys.post(f"/{room.slug}/people/{bobs_membership}/role", {"role": "host"}).status_code == 404
    assert mallorys.post(f"/{room.slug}/people/{bobs_membership}/remove").status_code == 404
    assert role(room, bob) == "member"


def test_the_people_of_one_room_are_not_those_of_another(mallory: User, mallorys: Client, room: Room, bob: User) -> None:
    own = make_room(mallory)
    assert mallorys.post(f"/{own.slug}/people/{membership(room, bob).pk}/remove").status_code == 404
    assert role(room, bob) == "member"


def test_alice_lets_carol_back_in(alices: Client, alice: User, room: Room, carol: User) -> None:
    ban = Ban.objects.create(room=room, user=carol, name="Carol", by=alice)
    assert b"Kept out" in alices.get(f"/{room.slug}/people").content
    assert alices.post(f"/{room.slug}/bans/{ban.pk}/lift").status_code == 302
    assert not Ban.objects.exists()
    assert audit() == [("Alice", "unbanned", "Carol")]


@pytest.mark.parametrize("identity", ["user", "guest"])
def test_who_is_let_back_enters_the_meeting_that_goes_on(
    alice: User, alices: Client, room: Room, carol: User, enter: Enter, identity: str
) -> None:
    whom = {"user": f"user:{carol.pk}", "guest": "guest:c"}[identity]
    enter(room, "Bob", "guest:b")
    live.remove(actor(alice, "owner"), str(room.pk), enter(room, "Carol", whom), ban=True)
    ban = Ban.objects.get()
    with pytest.raises(Refusal, match="banned"):
        enter(room, "Carol", whom)
    answer = alices.post(f"/{room.slug}/bans/{ban.pk}/lift", follow=True)
    assert b"Carol may enter again." in answer.content
    enter(room, "Carol", whom)
    assert names(room.pk) == ["Bob", "Carol"]


def test_a_role_counts_in_the_meeting_that_goes_on(
    alice: User, alices: Client, room: Room, bob: User, carol: User, carols: Client, enter: Enter
) -> None:
    for name, user in (("Bob", bob), ("Carol", carol)):
        enter(room, name, f"user:{user.pk}")
    alices.post(f"/{room.slug}/people/{membership(room, bob).pk}/role", {"role": "host"})
    invited = commands.invite(actor(alice, "owner"), room, carol.email)
    assert carols.post(reverse("invitation", args=[invitations.token(invited)])).status_code == 302
    assert roles(room) == {"Bob": "host", "Carol": "member"}
    alices.post(f"/{room.slug}/people/{membership(room, bob).pk}/role", {"role": "member"})
    assert roles(room) == {"Bob": "member", "Carol": "member"}


@pytest.mark.parametrize("path", ["people/{}/role", "people/{}/remove", "bans/{}/lift", "invitations/{}/withdraw"])
def test_a_number_beyond_any_row_is_nobody(alices: Client, room: Room, path: str) -> None:
    assert alices.post(f"/{room.slug}/{path.format(10**30)}", {"role": "host"}).status_code == 404


def test_bob_lets_nobody_in(bobs: Client, room: Room, carol: User) -> None:
    ban = Ban.objects.create(room=room, user=carol, name="Carol")
    assert bobs.post(f"/{room.slug}/bans/{ban.pk}/lift").status_code == 404
    assert b"Carol" not in bobs.get(f"/{room.slug}/people").content
