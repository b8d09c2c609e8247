"""Entry to a room: what a person who asks for a room by its slug may do. Used by the room's pages and by the socket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import BigIntegerField, CharField

from accounts import logins, networks
from accounts.models import User
from accounts.prepared import Key, Prepared, Text
from accounts.throttle import Throttled
from rooms import misses, slugs
from rooms.identities import display_name, identify
from rooms.models import JoinLink, Room, RoomQuerySet
from rooms.passcodes import granted
from rooms.policy import Access, Admission, PersonFacts, RoomFacts, admission, higher
from signaling.ports import Entry, RoomUnavailable
from signaling.protocol.values import Role


def _seen(slug: Text, user: Key = None, guest: Text = "", prefix: Text = "") -> RoomQuerySet:
    return Room.objects.seen_by(user, guest, prefix).with_pass(user, guest).filter(slug=slug)


_BY_USER: Final = Prepared(_seen, slug=CharField(), user=BigIntegerField())
_BY_GUEST: Final = Prepared(_seen, slug=CharField(), guest=CharField(), prefix=CharField())


class Unknown(RoomUnavailable):
    """No room has this code."""


@dataclass(frozen=True)
class Visit:
    """A person and a room that they may see. ``admission`` is ENTER, KNOCK, PASSCODE or BARRED.

    ``role`` is that of the membership or of a join link, whichever is higher. ``name`` is what others call the person, "" for a
    guest who chooses it.
    """

    room: Room
    role: Role
    admission: Admission
    name: str


def visit(slug: str, user: User | AnonymousUser, session: SessionBase, guest: str, client: str) -> Visit:
    """The room as a person sees it, from the address ``client``. A person without an account is the guest of the id ``guest``.

    Raises :class:`RoomUnavailable` if they may not see it, :class:`Unknown` if there is none.
    """
    room = _room(slug, user, guest, client)
    name = display_name(user) or room.pass_name
    return _visit(room, higher(room.role, room.pass_role), name, session, signed_in=user.is_authenticated)


def foresee(link: JoinLink, session: SessionBase, client: str) -> Visit:
    """The room as a guest at the address ``client`` sees it who follows this link. Raises :class:`RoomUnavailable`."""
    room = _room(link.room.slug, AnonymousUser(), "", client)
    return _visit(room, cast(Role, link.role), link.name, session, signed_in=False)


def _visit(room: Room, role: Role, name: str, session: SessionBase, *, signed_in: bool) -> Visit:
    person = PersonFacts(
        signed_in=signed_in,
        role=role,
        banned=room.banned,
        passcode=granted(session, room),
        barred=room.barred,
    )
    facts = RoomFacts(access=cast(Access, room.access), passcode=bool(room.passcode), locked=room.locked, waits=room.waits_now)
    decision = admission(facts, person)
    if decision in {Admission.REFUSED, Admission.LOG_IN}:
        raise RoomUnavailable("banned" if room.banned else "closed")
    return Visit(room, role, decision, name)


def _room(slug: str, user: User | AnonymousUser, guest: str, client: str) -> Room:
    if not slugs.fits(slug):
        raise Unknown
    if user.is_authenticated:
        found = _BY_USER(slug=slug, user=user.pk)
    else:
        found = _BY_GUEST(slug=slug, guest=guest, prefix=networks.known_prefix(client))
    if not found:
        raise Unknown
    return found[0]


def look(slug: str, user: User | AnonymousUser, session: SessionBase, guest: str, client: str) -> Visit:
    """:func:`visit`, for somebody at the address ``client`` who may be guessing.

    Raises :class:`RoomUnavailable`; and ``throttle.Throttled`` after too many unknown codes, whether this code is known or not.
    Members of the room are not limited.
    """
    seen = _looked_up(slug, user, session, guest, client)
    if seen.role == "guest":
        misses.check(identify(user, guest), client)
    return seen


def _looked_up(slug: str, user: User | AnonymousUser, session: SessionBase, guest: str, client: str) -> Visit:
    try:
        return visit(slug, user, session, guest, client)
    except Unknown:
        misses.take(identify(user, guest), client)
        raise


def find(slug: str, user: User | AnonymousUser, session: SessionBase, guest: str, client: str) -> Entry:
    """Who wants to join which room, from the address ``client``.

    Raises :class:`RoomUnavailable`, also while the passcode is missing, or a guest has not seen the room's page. Somebody who
    is barred, or has asked for too many unknown codes, gets an entry that is good for a resume only.
    """
    identity = identify(user, guest)
    try:
        seen = _looked_up(slug, user, session, guest, client)
    except Throttled:
        raise RoomUnavailable from None
    if seen.admission is Admission.PASSCODE or identity is None:
        raise RoomUnavailable
    room = seen.room
    return Entry(
        room_id=str(room.pk),
        slug=room.slug,
        name=room.name,
        settings=room.live_settings,
        identity=identity,
        person=seen.name,
        role=seen.role,
        login=logins.of(session),
        prefix=networks.known_prefix(client),
        newcomers=_newcomers(seen, identity, client),
    )


def _newcomers(seen: Visit, identity: str, client: str) -> str:
    if seen.admission is Admission.BARRED:
        return "banned"
    return "closed" if seen.role == "guest" and _missed_too_often(identity, client) else ""


def _missed_too_often(identity: str | None, client: str) -> bool:
    try:
        misses.check(identity, client)
    except Throttled:
        return True
    return False
