"""What the server says."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from signaling.protocol.bounds import BROADCAST_LENGTH, BURST, FRAME_BYTES, NOTICE_LENGTH, RATE
from signaling.protocol.messages import Signal
from signaling.protocol.refusals import Code
from signaling.protocol.values import (
    Capability,
    Counter,
    Id,
    LeaveReason,
    Link,
    Moment,
    Name,
    NoteText,
    Opening,
    Place,
    Policy,
    PublicKey,
    Reason,
    Restriction,
    Right,
    Role,
    Seconds,
    Signature,
    StatementText,
    Token,
    Use,
    Waits,
    Writers,
)
from signaling.protocol.wire import Envelope, Wire


class Participant(Wire, frozen=True):
    """One participant as the others see it."""

    id: Id
    name: Name
    role: Role
    link: Link


class Breakout(Wire, frozen=True):
    """A breakout room."""

    id: Id
    name: Name


class Room(Wire, frozen=True):
    slug: str
    name: str
    locked: bool
    capacity: int


class Ice(Wire, frozen=True):
    """``servers`` is a list of ``RTCIceServer``. ``policy`` says which candidates may be used in the room."""

    servers: list[dict[str, Any]]
    policy: Policy


class Limits(Wire, frozen=True):
    """Bytes per frame, messages per second, messages at once."""

    frame: int
    rate: float
    burst: int


class Welcomed(Wire, frozen=True, tag="welcomed"):
    """``capabilities`` is there if the ``join`` had some: a browser of the release before takes no field it does not know."""

    id: Id
    token: Token
    epoch: Id
    version: Counter
    room: Room
    participants: list[Participant]
    waiting: list[Participant]
    ice: Ice
    limits: Limits = Limits(frame=FRAME_BYTES, rate=RATE, burst=BURST)
    capabilities: list[Capability] | UnsetType = UNSET


class Rights(Wire, frozen=True, tag="rights"):
    """What the recipient may do, and to whom (``signaling.permissions.rights``)."""

    rights: dict[Right, list[Role]]


class Hands(Wire, frozen=True, tag="hands"):
    """Who has raised a hand, the first to do so first."""

    ids: list[Id]


class Chat(Wire, frozen=True, tag="chat"):
    """Who may write in the chat of this room. Receivers enforce it."""

    writers: Writers


class Restrictions(Wire, frozen=True, tag="restrictions"):
    """What is kept from whom. Receivers enforce it.

    ``everyone``: the uses that only owners and hosts have in this room. ``people``: what somebody is kept from besides, by id; a
    use may be one that only a newer release knows.
    """

    everyone: list[str]
    people: dict[Id, dict[str, Restriction]]


class Asked(Wire, frozen=True, tag="asked"):
    """A host, ``by``, asks the recipient to turn something on."""

    use: Use
    by: Id


class Attested(Wire, frozen=True, tag="attested"):
    """The answer to :class:`Attest`: a statement (``attestations.py``), and the public keys of this server; the first is the one
    that signed.
    """

    statement: StatementText
    signature: Signature
    keys: list[PublicKey]


class Waiting(Wire, frozen=True, tag="waiting"):
    id: Id
    token: Token
    room: Room


class Hosted(Wire, frozen=True, tag="hosted"):
    """To whoever waits: whether somebody who may let them in is in the meeting."""

    hosted: bool


class Lobby(Wire, frozen=True, tag="lobby"):
    """To whoever waits: their ``place`` among those who wait, from 1, and what lets them in besides a host. ``at`` is a Unix
    time, there if ``opens`` is ``time``.
    """

    place: Counter
    opens: Opening
    at: Moment | UnsetType = UNSET


class Queue(Wire, frozen=True, tag="queue"):
    """To those who may let people in: who waits in the lobby by the settings of the room, when it opens by itself, and the notes
    of those who wait, by id.
    """

    waits: Waits
    opens: Opening
    notes: dict[Id, NoteText]
    at: Moment | UnsetType = UNSET


class Knocked(Wire, frozen=True, tag="knocked"):
    participant: Participant
    version: Counter


class Joined(Wire, frozen=True, tag="joined"):
    participant: Participant
    version: Counter


class Updated(Wire, frozen=True, tag="updated"):
    participant: Participant
    version: Counter


class Left(Wire, frozen=True, tag="left"):
    """``moved``: to another place. A browser of the release before is told ``left``."""

    id: Id
    reason: LeaveReason | Literal["moved"]
    version: Counter


class Locked(Wire, frozen=True, tag="locked"):
    locked: bool
    version: Counter


class RosterFact(Wire, frozen=True, tag="roster"):
    epoch: Id
    version: Counter
    locked: bool
    participants: list[Participant]
    waiting: list[Participant]


class Placed(RosterFact, frozen=True, kw_only=True, tag="placed"):
    """The whole roster of the ``place`` where the recipient is, after people have moved. Offer to those in ``offers``."""

    place: Place
    offers: list[Id]


class Located(Participant, frozen=True, kw_only=True):
    """A participant, as hosts see them wherever they are. ``help``: they ask for it."""

    place: Place
    help: bool


class BreakoutsFact(Wire, frozen=True, kw_only=True, tag="breakouts"):
    """The breakout rooms, and the recipient's ``place``; ``asked``: the recipient asks for help. ``people`` is for hosts only."""

    rooms: list[Breakout] = []
    place: Place = ""
    choose: bool = False
    back: bool = True
    asked: bool = False
    people: list[Located] = []


class Countdown(Wire, frozen=True, tag="countdown"):
    """In how many seconds the breakout rooms close. Without ``seconds`` no time is set."""

    seconds: Seconds | UnsetType = UNSET


class Broadcasted(Wire, frozen=True, tag="broadcast"):
    """What a host says to everybody. ``id`` and ``name`` are the host's, who may be in another place."""

    id: Id
    name: Name
    text: Annotated[str, Meta(min_length=1, max_length=BROADCAST_LENGTH)]


class Notice(Wire, frozen=True, tag="notice"):
    """What the administrators tell everybody now; without a text there is no notice. ``at``: the Unix time of a maintenance."""

    id: Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{0,32}\Z")] = ""
    text: Annotated[str, Meta(max_length=NOTICE_LENGTH)] = ""
    at: Moment | UnsetType = UNSET


class IceFact(Ice, frozen=True, tag="ice"):
    """Fresh ICE servers, and the room's policy."""


class Pong(Wire, frozen=True, tag="pong"):
    pass


class Relayed(Envelope, frozen=True, kw_only=True, tag="signal"):
    """A :class:`Signal` as its recipient gets it."""

    sender: Id = msgspec.field(name="from")


class Denied(Wire, frozen=True, tag="denied"):
    reason: Reason


class Moving(Wire, frozen=True, tag="moving"):
    """This worker may not be able to keep its people. A browser should resume elsewhere, and keep this socket until then."""


class Removed(Wire, frozen=True, tag="removed"):
    reason: Literal["removed", "ended"]


class Refused(Wire, frozen=True, tag="refused"):
    code: Code
    reason: Reason = ""
    seconds: Seconds | UnsetType = UNSET


Fact = (
    Welcomed
    | Rights
    | Hands
    | Chat
    | Restrictions
    | Asked
    | Attested
    | Waiting
    | Hosted
    | Lobby
    | Queue
    | Knocked
    | Joined
    | Updated
    | Left
    | Locked
    | RosterFact
    | Placed
    | BreakoutsFact
    | Countdown
    | Broadcasted
    | Notice
    | IceFact
    | Pong
    | Relayed
    | Moving
    | Denied
    | Removed
    | Refused
)


def relay(signal: Signal, sender: str) -> Relayed:
    """The envelope as its recipient gets it, from ``sender``."""
    return Relayed(
        sender=sender,
        connection=signal.connection,
        negotiation=signal.negotiation,
        description=signal.description,
        candidate=signal.candidate,
    )
