from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from pytest_django import DjangoAssertNumQueries

from accounts import logins
from accounts.models import User
from rooms import entry, passcodes
from rooms.models import Ban
from rooms.policy import Admission
from signaling.ports import Entry, RoomUnavailable
from signaling.settings import RoomSettings
from tests.rooms.scenes import make_room

NOBODY = AnonymousUser()
CLIENT = "192.0.2.7"
GUEST = "c4rol"

pytestmark = pytest.mark.django_db


@pytest.fixture
def login() -> SessionStore:
    store = SessionStore()
    store.create()
    logins.name(store)
    return store


def refused(slug: str, user: User | AnonymousUser, session: SessionStore, guest: str = "") -> str:
    with pytest.raises(RoomUnavailable) as refusal:
        entry.find(slug, user, session, guest, CLIENT)
    return refusal.value.code


def test_alice_enters_her_own_room(alice: User, login: SessionStore) -> None:
    room = make_room(alice, locked=True, capacity=5)
    assert entry.find(room.slug, alice, login, "", CLIENT) == Entry(
        room_id=str(room.pk),
        slug=room.slug,
        name="Weekly",
        settings=RoomSettings(version=0, capacity=5, locked=True, policy="all"),
        identity=f"user:{alice.pk}",
        person="Alice",
        role="owner",
        login=logins.of(login),
        prefix=CLIENT,
    )


def test_bob_is_a_member(bob: User, login: SessionStore) -> None:
    room = make_room(member=bob, access="members")
    assert entry.find(room.slug, bob, login, "", CLIENT).role == "member"


def test_carol_knocks_at_a_locked_room(carol: User, login: SessionStore) -> None:
    room = make_room(locked=True)
    found = entry.find(room.slug, carol, login, "", CLIENT)
    assert (found.role, found.settings.locked) == ("guest", True)
    assert entry.visit(room.slug, carol, login, "", CLIENT).admission is Admission.KNOCK


def test_where_people_without_an_account_wait_a_guest_knocks_and_carol_enters(carol: User, login: SessionStore) -> None:
    room = make_room(waits="guests")
    assert entry.find(room.slug, NOBODY, login, GUEST, CLIENT).settings.waits == "guests"
    assert entry.visit(room.slug, NOBODY, login, GUEST, CLIENT).admission is Admission.KNOCK
    assert entry.visit(room.slug, carol, login, "", CLIENT).admission is Admission.ENTER


def test_a_guest_enters_by_the_link(login: SessionStore) -> None:
    found = entry.find(make_room().slug, NOBODY, login, GUEST, CLIENT)
    assert (found.identity, found.person, found.role) == (f"guest:{GUEST}", "", "guest")


def test_a_guest_who_has_not_seen_the_page_is_refused(login: SessionStore) -> None:
    assert refused(make_room().slug, NOBODY, login) == "closed"


def test_unknown_and_forbidden_rooms_are_refused_alike(mallory: User, login: SessionStore) -> None:
    hidden = make_room(access="members").slug
    for slug in (hidden, "abc-defg-hij", "nonsense", "\ud800", "a\0b", ""):
        assert refused(slug, mallory, login) == "closed"
        assert refused(slug, NOBODY, login, GUEST) == "closed"


def test_unknown_and_forbidden_rooms_cost_one_query_each(
    mallory: User, login: SessionStore, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    hidden = make_room(access="members").slug
    for slug in (hidden, "abc-defg-hij"):
        with django_assert_num_queries(1):
            refused(slug, mallory, login)


def test_mallory_is_banned(mallory: User, login: SessionStore) -> None:
    room = make_room()
    Ban.objects.create(room=room, user=mallory, name="Mallory")
    assert refused(room.slug, mallory, login) == "banned"


def test_a_guest_is_banned_as_far_as_their_cookie_goes(login: SessionStore) -> None:
    room = make_room()
    Ban.objects.create(room=room, guest=GUEST, name="Mallory")
    assert refused(room.slug, NOBODY, login, GUEST) == "banned"
    assert entry.find(room.slug, NOBODY, login, "another", CLIENT).role == "guest"


def test_a_passcode_is_asked_once(carol: User, login: SessionStore) -> None:
    room = make_room(passcode="open sesame")
    assert refused(room.slug, carol, login) == "closed"
    passcodes.grant(login, room)
    assert entry.find(room.slug, carol, login, "", CLIENT).role == "guest"


def test_a_changed_passcode_withdraws_what_was_granted(carol: User, login: SessionStore) -> None:
    room = make_room(passcode="open sesame")
    passcodes.grant(login, room)
    room.set_passcode("open sesame")
    room.save()
    assert refused(room.slug, carol, login) == "closed"


def test_the_passcode_of_one_room_opens_no_other(carol: User, login: SessionStore) -> None:
    passcodes.grant(login, make_room(passcode="open sesame"))
    assert refused(make_room(passcode="open sesame").slug, carol, login) == "closed"


def test_members_need_no_passcode(bob: User, login: SessionStore) -> None:
    assert entry.find(make_room(member=bob, passcode="open sesame").slug, bob, login, "", CLIENT).role == "member"
