"""Alice's school sends Dave, who has no account here, straight into her room."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models.functions import Now
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from rooms import commands, entry, guests, join_links, standings
from rooms.actors import actor
from rooms.models import AuditEntry, Ban, JoinLink, Membership, Room
from rooms.policy import Admission, higher
from rooms.retention import outdated
from signaling.permissions import Standing
from signaling.ports import Presence
from signaling.ports import Standing as Seen
from tests.cast import person
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db

HOST, MEMBER, GUEST = JoinLink.Role.HOST, JoinLink.Role.MEMBER, JoinLink.Role.GUEST
HOUR = timedelta(hours=1)


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    """Nobody but members may enter, with a passcode, and it is locked."""
    return make_room(alice, member=bob, access="members", passcode="open sesame", locked=True)


def make(room: Room, role: JoinLink.Role = MEMBER, by: str = "Alice", standing: Standing = "owner") -> str:
    """Where a link for Dave leads."""
    link = commands.vouch(actor(person(by), standing), room, "Dave", role, life=HOUR)
    return f"/join/{join_links.token(link)}"


def expire() -> None:
    JoinLink.objects.update(expires_at=Now() - timedelta(seconds=1))


def guest_of(client: Client) -> str:
    return guests.find({name: cookie.value for name, cookie in client.cookies.items()}, SessionStore())


def said(client: Client, link: str) -> tuple[int, str]:
    answer = client.get(link)
    found = re.search(r"<h1>(.*?)</h1>", answer.content.decode())
    return answer.status_code, found[1] if found else ""


def test_dave_enters_as_whom_alice_says(room: Room, client: Client) -> None:
    assert client.get(f"/{room.slug}").status_code == 302
    link = make(room)
    assert b"<strong><bdi>Dave</bdi></strong>" in client.get(link).content
    answer = client.post(link)
    assert (answer.status_code, answer["Location"]) == (302, f"/{room.slug}")
    page = client.get(f"/{room.slug}").content.decode()
    assert "You join as <strong><bdi>Dave</bdi></strong>" in page
    found = entry.find(room.slug, AnonymousUser(), SessionStore(), guest_of(client), "192.0.2.7")
    assert (found.person, found.role, found.login) == ("Dave", "member", "")
    assert not Membership.objects.exclude(user__in=[person("Alice"), person("Bob")]).exists()
    assert list(AuditEntry.objects.order_by("pk").values_list("actor_name", "action", "target")) == [
        ("Alice", "vouched", "Dave: Member"),
        ("", "followed", "Dave: Member"),
    ]


def test_the_pages_of_the_room_stay_closed_to_dave(room: Room, client: Client) -> None:
    client.post(make(room, HOST))
    assert f"/{room.slug}/settings" not in client.get(f"/{room.slug}").content.decode()
    for page in ("settings", "people", "invite", "join-links", "audit", "history", "delete"):
        assert client.get(f"/{room.slug}/{page}").status_code == 302


def test_a_host_by_link_has_the_tools_of_the_call(room: Room, client: Client) -> None:
    client.post(make(room, HOST))
    assert client.post(f"/{room.slug}/lock", {"locked": "no"}).status_code == 204
    assert not Room.objects.get().locked
    assert AuditEntry.objects.filter(actor=None, actor_name="Dave", action="unlocked").exists()
    assert client.post(f"/{room.slug}/uses", {"use": "camera", "hosts_only": "yes"}).status_code == 204
    assert client.post(f"/{room.slug}/lobby", {"waits": "guests"}).status_code == 204
    Ban.objects.create(room=room, guest=guest_of(client), name="Dave")
    assert client.post(f"/{room.slug}/lock", {"locked": "yes"}).status_code == 404


def test_a_member_by_link_has_not(room: Room, client: Client) -> None:
    client.post(make(room))
    for page, data in (("lock", {"locked": "no"}), ("lobby", {"waits": "nobody"}), ("guests", {"wait": "yes"})):
        assert client.post(f"/{room.slug}/{page}", data).status_code == 404
    assert Room.objects.get().locked


def test_for_a_guest_by_link_the_rules_for_guests_hold(client: Client) -> None:
    room = make_room(locked=True)
    client.post(make(room, GUEST))
    seen = entry.visit(room.slug, AnonymousUser(), SessionStore(), guest_of(client), "192.0.2.7")
    assert (seen.name, seen.role, seen.admission) == ("Dave", "guest", Admission.KNOCK)


def test_a_link_works_once(room: Room, client: Client) -> None:
    link = make(room)
    client.post(link)
    assert said(Client(), link) == (410, "This link has been used")
    assert Client().post(link).status_code == 410
    assert client.get(link)["Location"] == f"/{room.slug}"
    assert AuditEntry.objects.filter(action="followed").count() == 1


def test_of_two_who_follow_at_once_one_does(room: Room) -> None:
    make(room)
    link = JoinLink.objects.select_related("room", "by").get()
    assert [commands.follow(link, None, guest) for guest in ("one", "two")] == [True, False]


def test_of_two_requests_of_one_person_at_once_both_succeed(room: Room) -> None:
    make(room)
    make(room)
    as_guest, as_user = JoinLink.objects.select_related("room", "by").order_by("pk")
    dave = person("Dave")
    assert [commands.follow(as_guest, None, "dave") for _ in range(2)] == [True, True]
    assert [commands.follow(as_user, dave, "") for _ in range(2)] == [True, True]
    assert not commands.follow(as_user, None, "")
    assert AuditEntry.objects.filter(action="followed").count() == 2


def test_a_link_expires_by_the_clock_of_the_database(room: Room, client: Client, wrong_clock: None) -> None:
    link = make(room)
    assert client.get(link).status_code == 200
    expire()
    assert said(client, link) == (410, "This link has expired")
    assert client.post(link).status_code == 410
    for rows in outdated(Now() + timedelta(days=2)):
        rows.delete()
    assert said(client, link) == (410, "This link has expired")


def test_a_link_lasts_for_a_day_at_most(room: Room, alice: User) -> None:
    commands.vouch(actor(alice, "owner"), room, "Dave", MEMBER, life=timedelta(days=400))
    assert not JoinLink.objects.filter(expires_at__gt=Now() + join_links.LIFE_MAX).exists()


FOREIGN = {
    "short": "x",
    "forged": "MQ:1abc:forged",
    "cat": "%F0%9F%90%88",
    "long": "a" * 3000,
    "invitation": signing.dumps(1, salt="rooms.invitation"),
}


@pytest.mark.parametrize("token", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_link_says_so(room: Room, client: Client, token: str) -> None:
    make(room)
    assert said(client, f"/join/{token}") == (404, "This link is not one of ours")
    assert client.post(f"/join/{token}").status_code == 404


def test_the_role_ends(room: Room, client: Client) -> None:
    client.post(make(room))
    expire()
    assert client.get(f"/{room.slug}").status_code == 302


@pytest.mark.parametrize(("standing", "role"), [("member", MEMBER), ("guest", GUEST), ("host", HOST)])
def test_nobody_gives_a_role_that_they_may_not(room: Room, standing: Standing, role: JoinLink.Role) -> None:
    with pytest.raises(PermissionDenied):
        make(room, role, "Bob", standing)
    assert not JoinLink.objects.exists()


def test_a_link_ends_with_the_rights_of_its_maker(client: Client) -> None:
    room = make_room(host=person("Hank"), access="members")
    link = make(room, MEMBER, "Hank", "host")
    Membership.objects.filter(user=person("Hank")).update(role="member")
    answer = client.post(link)
    assert (answer.status_code, b"This link has expired" in answer.content) == (410, True)
    assert client.get(f"/{room.slug}").status_code == 302
    Membership.objects.filter(user=person("Hank")).update(role="host")
    User.objects.filter(pk=person("Hank").pk).update(is_active=False)
    assert client.post(link).status_code == 410


def test_the_staff_makes_links(room: Room, client: Client) -> None:
    link = make(room, HOST, "Olga", "staff")
    assert client.post(link).status_code == 410
    User.objects.filter(pk=person("Olga").pk).update(is_staff=True)
    assert client.post(link).status_code == 302


def test_a_ban_holds(room: Room, client: Client) -> None:
    client.post(make(room))
    Ban.objects.create(room=room, guest=guest_of(client), name="Dave")
    client.post(make(room, HOST))
    assert client.get(f"/{room.slug}").status_code == 302


def test_carol_keeps_her_name_and_the_higher_role(room: Room, carol: User, carols: Client, bobs: Client, bob: User) -> None:
    carols.post(make(room))
    seen = entry.visit(room.slug, carol, SessionStore(), "", "192.0.2.7")
    assert (seen.name, seen.role) == ("Carol", "member")
    bobs.post(make(room, GUEST))
    assert entry.visit(room.slug, bob, SessionStore(), "", "192.0.2.7").role == "member"
    assert higher("host", "guest") == higher("guest", "host") == "host"


def test_the_latest_link_counts(room: Room, client: Client) -> None:
    client.post(make(room, HOST))
    client.post(make(room, MEMBER))
    assert entry.visit(room.slug, AnonymousUser(), SessionStore(), guest_of(client), "192.0.2.7").role == "member"


def test_the_meeting_keeps_the_role(
    room: Room, client: Client, alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.post(make(room, HOST))
    dave = Presence(str(room.pk), f"guest:{guest_of(client)}", "")
    elsewhere = Presence(str(make_room(person("Mallory")).pk), dave.identity, "")
    with django_assert_num_queries(4):
        found = standings.standings([dave, elsewhere, Presence(str(room.pk), f"user:{alice.pk}", "")])
    assert found[dave] == Seen("host", "Dave", banned=False, signed_in=True)
    assert found[elsewhere] == Seen("guest", "", banned=False, signed_in=True)
    expire()
    assert standings.standings([dave])[dave].role == "guest"


def test_alice_makes_a_link_on_the_page(room: Room, alices: Client, client: Client) -> None:
    assert f"/{room.slug}/join-links" in alices.get(f"/{room.slug}/invite").content.decode()
    page = alices.post(f"/{room.slug}/join-links", {"name": " Dave ", "role": "host", "minutes": "10"}).content.decode()
    found = re.search(r'value="http://testserver(/join/[^"]+)"', page)
    assert found is not None
    assert client.post(found[1])["Location"] == f"/{room.slug}"
    assert JoinLink.objects.get().name == "Dave"


def test_alice_withdraws_a_link(room: Room, alices: Client, client: Client) -> None:
    link, page = make(room), f"/{room.slug}/join-links"
    withdraw = f"{page}/{JoinLink.objects.get().pk}/withdraw"
    assert withdraw in alices.get(page).content.decode()
    assert alices.post(withdraw)["Location"] == page
    assert (client.post(link).status_code, client.get(f"/{room.slug}").status_code) == (410, 302)
    assert AuditEntry.objects.filter(actor_name="Alice", action="unvouched", target="Dave: Member").exists()


def test_a_link_that_was_used_is_not_withdrawn(room: Room, alices: Client, client: Client) -> None:
    client.post(make(room))
    page = f"/{room.slug}/join-links"
    assert "withdraw" not in alices.get(page).content.decode()
    answer = alices.post(f"{page}/{JoinLink.objects.get().pk}/withdraw", follow=True)
    assert "Dave has used the link already." in answer.content.decode()
    assert client.get(f"/{room.slug}").status_code == 200


def test_a_host_does_not_withdraw_the_link_of_a_host(client: Client) -> None:
    room, hanks = make_room(host=person("Hank")), Client()
    hanks.force_login(person("Hank"))
    make(room, HOST)
    page = f"/{room.slug}/join-links"
    assert "withdraw" not in hanks.get(page).content.decode()
    assert hanks.post(f"{page}/{JoinLink.objects.get().pk}/withdraw").status_code == 403


def test_a_host_is_not_offered_the_role_of_a_host() -> None:
    room, hanks = make_room(host=person("Hank")), Client()
    hanks.force_login(person("Hank"))
    assert 'value="host"' not in hanks.get(f"/{room.slug}/join-links").content.decode()
    assert hanks.post(f"/{room.slug}/join-links", {"name": "Dave", "role": "host", "minutes": "10"}).status_code == 422


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "\u202e"}, {"name": "x" * 65}, {"role": "owner"}, {"minutes": "999999"}, {"minutes": "x"}]
)
def test_mistakes_are_said(room: Room, alices: Client, wrong: dict[str, str]) -> None:
    form = {"name": "Dave", "role": "member", "minutes": "10", **wrong}
    assert alices.post(f"/{room.slug}/join-links", form).status_code == 422
    assert not JoinLink.objects.exists()


def test_the_language_follows(room: Room, alices: Client, client: Client, settings: Settings) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    form = {"name": "Dave", "role": "member", "minutes": "10", "language": "de"}
    assert alices.post(f"/{room.slug}/join-links", form | {"language": "tlh"}).status_code == 422
    assert alices.post(f"/{room.slug}/join-links", form).status_code == 200
    client.post(f"/join/{join_links.token(JoinLink.objects.get())}")
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "de"
