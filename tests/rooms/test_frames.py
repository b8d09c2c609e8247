"""Carol comes from a page in a frame of another site, where her browser sends no cookies."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import signing
from django.db.models.functions import Now
from django.test import Client

from accounts.models import User
from rooms import commands, frames, sockets
from rooms.actors import actor
from rooms.models import AuditEntry, Ban, JoinLink, Room
from signaling.ports import Entry, RoomUnavailable
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db

HERE = "192.0.2.7"


@pytest.fixture
def room() -> Room:
    return make_room()


def carry(room: Room, guest: str, grant: str = "", new: str = "") -> str:
    """What the page sends."""
    return f"{frames.KEPT}={guest}; {frames.NEW}={new}; {frames.GRANT}={grant}"


def enter(room: Room, guest: str, grant: str = "", new: str = "") -> Entry:
    return sockets.find(room.slug, carry(room, guest, grant, new), HERE)


def refused(room: Room, guest: str, grant: str = "") -> str:
    with pytest.raises(RoomUnavailable) as refusal:
        enter(room, guest, grant)
    return refusal.value.code


def vouch(room: Room, role: JoinLink.Role = JoinLink.Role.MEMBER) -> JoinLink:
    by = actor(User.objects.get(display_name="Alice"), "owner")
    link = commands.vouch(by, room, "Dave", role, life=timedelta(hours=1))
    return JoinLink.objects.select_related("room", "by").get(pk=link.pk)


def test_carol_is_the_same_guest_when_she_comes_again(room: Room) -> None:
    carol = frames.guest(room.slug)
    first, again = enter(room, carol), enter(room, carol, new=frames.guest(room.slug))
    assert first.identity == again.identity != enter(room, frames.guest(room.slug)).identity
    assert (first.identity[:6], first.role, first.login, first.person) == ("guest:", "guest", "", "")
    assert not Session.objects.exists()


def test_a_ban_holds(room: Room) -> None:
    carol = frames.guest(room.slug)
    Ban.objects.create(room=room, guest=enter(room, carol).identity.removeprefix("guest:"), name="Carol")
    assert refused(room, carol) == "banned"


def test_what_this_server_has_not_signed_for_this_room_names_nobody(room: Room) -> None:
    other = frames.guest(make_room().slug)
    for forged in ("", "mallory", "mallory:1x:forged", other, signing.TimestampSigner(salt="rooms.guest").sign("mallory")):
        assert refused(room, forged) == "closed"
    fresh = frames.guest(room.slug)
    assert enter(room, "forged", new=fresh).identity == enter(room, fresh).identity


def test_alice_is_a_guest_in_a_frame_although_she_is_signed_in(room: Room, alices: Client) -> None:
    login = "; ".join(f"{name}={cookie.value}" for name, cookie in alices.cookies.items())
    assert sockets.find(room.slug, login, HERE).role == "owner"
    framed = sockets.find(room.slug, f"{login}; {carry(room, frames.guest(room.slug))}", HERE)
    assert (framed.role, framed.login) == ("guest", "")


def test_a_link_is_used_up_by_whoever_joins_first() -> None:
    room = make_room(access="members", passcode="open sesame", locked=True)
    link = vouch(room)
    grant, dave, mallory = frames.grant(room, link, frames.session()), frames.guest(room.slug), frames.guest(room.slug)
    assert not JoinLink.objects.used().exists()
    found = enter(room, dave, grant)
    assert (found.person, found.role) == ("Dave", "member")
    assert enter(room, dave, grant) == found
    assert refused(room, mallory, grant) == "closed"
    assert refused(room, dave, "forged") == "closed"
    assert AuditEntry.objects.filter(action="followed").count() == 1
    other = make_room(access="members")
    assert refused(other, frames.guest(other.slug), grant) == "closed"


def test_a_link_that_expired_before_opens_nothing() -> None:
    room = make_room(access="members")
    grant = frames.grant(room, vouch(room), frames.session())
    JoinLink.objects.update(expires_at=Now() - timedelta(seconds=1))
    assert refused(room, frames.guest(room.slug), grant) == "closed"
    JoinLink.objects.all().delete()
    assert refused(room, frames.guest(room.slug), grant) == "closed"


def test_the_role_ends_and_the_guest_stays_one() -> None:
    room = make_room()
    grant, dave = frames.grant(room, vouch(room, JoinLink.Role.HOST), frames.session()), frames.guest(room.slug)
    assert enter(room, dave, grant).role == "host"
    JoinLink.objects.update(expires_at=Now() - timedelta(seconds=1))
    assert enter(room, dave, grant).role == "guest"


def test_the_passcode_is_given_on_the_page() -> None:
    room = make_room(passcode="open sesame")
    carol = frames.guest(room.slug)
    assert frames.grant(room, None, frames.session()) == ""
    assert refused(room, carol) == "closed"
    grant = frames.grant(room, None, frames.session(room))
    assert enter(room, carol, grant).role == "guest"
    room.set_passcode("another one")
    room.save()
    assert refused(room, carol, grant) == "closed"
    assert not Session.objects.exists()


def test_a_grant_does_not_last(monkeypatch: pytest.MonkeyPatch) -> None:
    room = make_room(passcode="open sesame")
    grant = frames.grant(room, None, frames.session(room))
    monkeypatch.setattr(frames, "GRANT_SECONDS", -1)
    assert refused(room, frames.guest(room.slug), grant) == "closed"
