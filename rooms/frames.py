"""Who comes from a page in a frame of another site.

Browsers send no cookies there. So the page carries what cookies would say, and the ``join`` of its socket sends it, written like
a Cookie header: the id of a guest, which the page keeps, and a grant, which is what opens the room to them. Both are signed, for
one room. Nobody is signed in in a frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.core import signing

from rooms import commands, guests, join_links, passcodes
from rooms.models import JoinLink, Room
from signaling.ports import RoomUnavailable

#: The one that the browser keeps, a new one in case that this server has not signed it, and the grant.
KEPT, NEW, GRANT = "frame-guest", "frame-new", "frame-grant"
#: For how long a page may join that needs a grant.
GRANT_SECONDS: Final = int(join_links.STAY.total_seconds())


@dataclass(frozen=True)
class Framed:
    """A guest, the session that they would have, and the key of the join link that they follow; 0 if they follow none."""

    guest: str
    session: SessionBase
    link: int


def session(room: Room | None = None) -> SessionBase:
    """The session of somebody who has none; with ``room``, of somebody who has given its passcode. It is never saved."""
    made: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore()
    if room is not None:
        passcodes.remember(made, room)
    return made


def guest(slug: str) -> str:
    """The signed id of a new guest of this room."""
    return _signer(slug).sign(guests.new())


def grant(room: Room, link: JoinLink | None, session: SessionBase) -> str:
    """What a page carries that was opened with this link, or after the passcode was given in this session; "" for neither."""
    marks = passcodes.marks(session)
    if link is None and not marks:
        return ""
    return signing.dumps({"link": link.pk if link else 0, "passcodes": marks}, salt=_salt("grant", room.slug))


def read(cookies: Mapping[str, str], slug: str) -> Framed | None:
    """Who joins from a frame; None for anybody else. Raises :class:`RoomUnavailable` if the grant is not one, or too old."""
    who = _unsigned(cookies.get(KEPT, ""), slug) or _unsigned(cookies.get(NEW, ""), slug)
    if not who:
        return None
    facts = _granted(cookies.get(GRANT, ""), slug)
    made = session()
    made[passcodes.MARKS] = facts["passcodes"]
    return Framed(who, made, facts["link"])


def follow(framed: Framed) -> None:
    """Use up the link with which the page was opened. Raises :class:`RoomUnavailable` if it gives this guest nothing.

    A page that joins again only reads the database.
    """
    if not framed.link:
        return
    link = join_links.find(framed.link)
    if link is not None and join_links.used_by(link, AnonymousUser(), framed.guest):
        return
    if link is None or not commands.follow(link, None, framed.guest):
        raise RoomUnavailable


def _granted(grant: str, slug: str) -> dict[str, Any]:
    if not grant:
        return {"link": 0, "passcodes": {}}
    try:
        facts: dict[str, Any] = signing.loads(grant, salt=_salt("grant", slug), max_age=GRANT_SECONDS)
    except signing.BadSignature:
        raise RoomUnavailable from None
    return facts


def _unsigned(value: str, slug: str) -> str:
    try:
        return _signer(slug).unsign(value, max_age=guests.COOKIE_SECONDS)
    except signing.BadSignature:
        return ""


def _signer(slug: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=_salt("guest", slug))


def _salt(what: str, slug: str) -> str:
    return f"rooms.frame.{what}:{slug}"
