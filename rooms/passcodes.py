"""Giving the passcode of a room. Each attempt is counted, and a session remembers that the passcode was right.

An attempt is counted before it is checked, so a thousand at once do not exceed the limits.
"""

from __future__ import annotations

import secrets
from typing import Final

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from accounts import guesses, networks
from accounts.guesses import Count, Guess
from accounts.throttle import Limit
from rooms import audit
from rooms.models import AuditEntry, Room

#: The key of a session under which it keeps, by room, the mark of the passcode that was given.
MARKS: Final = "passcodes"
SECONDS: Final = 30 * 60
PER_PERSON: Final = Limit("passcode-person", 10, SECONDS)


def attempt(room: Room, passcode: str, client: str, identity: str | None) -> bool:
    """Whether this is the passcode. Failures count for the person (if there is an ``identity``) and for the address ``client``.

    Raises ``throttle.Throttled``.
    """
    guess = Guess(_counts(f"room:{room.pk}", client, identity))
    if room.check_passcode(passcode):
        guess.right()
        return True
    if 0 in guess.left:
        audit.record(room, None, AuditEntry.Action.PASSCODE, address=networks.region(client))
    return False


def granted(session: SessionBase, room: Room) -> bool:
    """Has this login given the room's current passcode?"""
    mark = marks(session).get(str(room.pk), "")
    return bool(room.passcode) and secrets.compare_digest(mark, room.passcode_mark)


def grant(session: SessionBase, room: Room) -> None:
    """Remember that this login gave the current passcode, under a new key: an older one opens nothing."""
    remember(session, room)
    session.cycle_key()


def remember(session: SessionBase, room: Room) -> None:
    """Note in a session that the current passcode was given. Its key stays: see :func:`grant`."""
    session[MARKS] = {**marks(session), str(room.pk): room.passcode_mark}


def marks(session: SessionBase) -> dict[str, str]:
    """By the primary key of a room, the mark of the passcode that was given for it in this session."""
    return dict(session.get(MARKS, {}))


def _counts(secret: str, client: str, identity: str | None) -> list[Count]:
    person = [(PER_PERSON, f"{secret}:{identity}")] if identity is not None else []
    here = Limit("passcode-address", settings.PASSCODE_FAILURES_PER_ADDRESS, SECONDS)
    return [*person, (here, f"{secret}:{networks.client_prefix(client)}"), *guesses.elsewhere(secret, client)]
