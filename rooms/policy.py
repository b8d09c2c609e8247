"""Who may enter a room. Values in, values out. Who may do what inside is in ``signaling/permissions.py``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal, get_args

from signaling.protocol.values import Policy, Role, Waits
from signaling.settings import lobby_holds

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
    waits: Waits


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


def higher(one: Role, other: Role) -> Role:
    """The one of two roles that has more rights."""
    return min(one, other, key=get_args(Role).index)


def admission(room: RoomFacts, person: PersonFacts) -> Admission:
    """Whether a person may enter. Of several obstacles, the first that the person must overcome is the answer."""
    if person.banned:
        return Admission.REFUSED
    if person.role == "guest" and (obstacle := _obstacle(room, person)) is not None:
        return obstacle
    waits = lobby_holds(room.waits, person.role, signed_in=person.signed_in) or (room.locked and person.role == "guest")
    return Admission.KNOCK if waits else Admission.ENTER


def _obstacle(room: RoomFacts, person: PersonFacts) -> Admission | None:
    """What keeps somebody without a membership from the room."""
    if not _reachable(room.access, person.signed_in):
        return Admission.REFUSED if person.signed_in else Admission.LOG_IN
    if room.passcode and not person.passcode:
        return Admission.PASSCODE
    return Admission.BARRED if person.barred else None


def _reachable(access: Access, signed_in: bool) -> bool:
    return access == "link" or (access == "signed_in" and signed_in)


def effective(room: Policy, deployment: str) -> Policy:
    """The ICE policy that applies to a room: ``relay`` if the whole deployment is set to it, else the room's own."""
    return "relay" if deployment == "relay" else room
