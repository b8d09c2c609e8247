"""Who may enter a room. Values in, values out. Who may do what inside is in ``signaling/permissions.py``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

from signaling.protocol import Policy, Role

Access = Literal["members", "signed_in", "link"]


class Admission(Enum):
    ENTER = "enter"
    KNOCK = "knock"
    LOG_IN = "log_in"
    PASSCODE = "passcode"
    BARRED = "barred"
    REFUSED = "refused"


@dataclass(frozen=True)
class RoomFacts:
    access: Access
    passcode: bool
    locked: bool
    guests_wait: bool


@dataclass(frozen=True)
class PersonFacts:
    """``role`` is ``guest`` for everybody without a membership, signed in or not. ``passcode``: the current one was given.

    ``barred``: a ban keeps out people without an account who come from this person's network.
    """

    signed_in: bool
    role: Role
    banned: bool
    passcode: bool
    barred: bool = False


def admission(room: RoomFacts, person: PersonFacts) -> Admission:
    """Whether a person may enter. Of several obstacles, the first that the person must overcome is the answer."""
    if person.banned:
        return Admission.REFUSED
    if person.role != "guest":
        return Admission.ENTER
    if not _reachable(room.access, person.signed_in):
        return Admission.REFUSED if person.signed_in else Admission.LOG_IN
    if room.passcode and not person.passcode:
        return Admission.PASSCODE
    if person.barred:
        return Admission.BARRED
    waits = room.locked or (room.guests_wait and not person.signed_in)
    return Admission.KNOCK if waits else Admission.ENTER


def _reachable(access: Access, signed_in: bool) -> bool:
    return access == "link" or (access == "signed_in" and signed_in)


def effective(room: Policy, deployment: str) -> Policy:
    """The ICE policy that applies to a room: ``relay`` if the whole deployment is set to it, else the room's own."""
    return "relay" if deployment == "relay" else room
