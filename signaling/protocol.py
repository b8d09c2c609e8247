"""The messages of ``docs/protocol.md``, their bounds, and in which state each is permitted.

Pure: text in, values out. :func:`parse` never raises. A bad message becomes a :class:`Refused` that can be sent back as it
is. What goes out is built from the parsed values, never from the received text.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

FRAME_BYTES: Final = 65_536
FRAME_MESSAGES: Final = 256
FRAME_DEPTH: Final = 8
NAME_LENGTH: Final = 64
REASON_LENGTH: Final = 200
NOTE_LENGTH: Final = 140
BROADCAST_LENGTH: Final = 500
NOTICE_LENGTH: Final = 200
FEWEST_BREAKOUTS: Final = 2
MOST_BREAKOUTS: Final = 20
SAFE_INTEGER: Final = 2**53 - 1

RATE: Final = 50.0
BURST: Final = 300
#: For all sockets of a person on one worker together. A message costs 1, and 1 more for each WEIGHT_CHARACTERS of a description.
PERSON_RATE: Final = 100.0
PERSON_BURST: Final = 900
JOIN_RATE: Final = 2.0
JOIN_BURST: Final = 40
WEIGHT_CHARACTERS: Final = 4096
#: A frame of more characters waits for its turn; so does a frame after each so many of its messages.
READ_AT_ONCE: Final = 4096
AT_ONCE: Final = 64
STRIKES: Final = 3
STRIKE_SECONDS: Final = 10.0
REFRESH_RATE: Final = 0.1
REFRESH_BURST: Final = 3
REPORT_RATE: Final = 0.2
REPORT_BURST: Final = 3
#: How often a person raises or lowers a hand, with all sockets on one worker together.
HAND_RATE: Final = 1.0
HAND_BURST: Final = 10
#: How often a host restricts, frees and asks people, and anybody lifts a restriction of their own; counted like hands.
RESTRICT_RATE: Final = 2.0
RESTRICT_BURST: Final = 20
#: How often somebody who waits changes their note.
NOTE_RATE: Final = 0.2
NOTE_BURST: Final = 5
#: How often a person opens, closes or changes rooms, asks for help or speaks to all, with all sockets on one worker together.
MOVE_RATE: Final = 2.0
MOVE_BURST: Final = 40
ATTEST_RATE: Final = 0.1
ATTEST_BURST: Final = 5
MOST_OTHERS: Final = 64
JOIN_SECONDS: Final = 5.0
MOST_CAPABILITIES: Final = 32
#: What this server can do beyond the release before, sent to browsers that ask.
CAPABILITIES: Final = ("rights", "hands", "chat", "restrictions", "lobby", "breakouts", "pairs")

# \Z, because $ also matches before a final line feed.
Id = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{1,32}\Z")]
Token = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{1,128}\Z")]
Sdp = Annotated[str, Meta(max_length=49_152)]
CandidateText = Annotated[str, Meta(max_length=1_024)]
Mid = Annotated[str, Meta(max_length=256)]
Counter = Annotated[int, Meta(ge=0, le=SAFE_INTEGER)]
Index = Annotated[int, Meta(ge=0, le=65_535)]
Name = Annotated[str, Meta(min_length=1, max_length=NAME_LENGTH)]
Cookie = Annotated[str, Meta(pattern=r"\A[ -~]{1,1024}\Z")]
Capability = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{0,31}\Z")]
Seconds = Annotated[int, Meta(ge=1, le=SAFE_INTEGER)]
Reason = Annotated[str, Meta(max_length=REASON_LENGTH)]
Pairs = Annotated[int, Meta(ge=0, le=MOST_OTHERS)]
#: A point of P-256 (SEC 1, section 2.3.3, uncompressed) and a signature by it, in base64url without padding.
PublicKey = Annotated[str, Meta(pattern=r"\AB[A-P][A-Za-z0-9_-]{84}[AEIMQUYcgkosw048]\Z")]
Signature = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{86}\Z")]
StatementText = Annotated[str, Meta(max_length=2_000)]
#: Where a participant is: "" is the main room, else the id of a breakout room.
Place = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{0,32}\Z")]
Duration = Annotated[int, Meta(ge=0, le=86_400)]
Others = Annotated[list[Id], Meta(max_length=MOST_OTHERS)]
Several = Annotated[list[Id], Meta(min_length=1, max_length=MOST_OTHERS)]
NoteText = Annotated[str, Meta(max_length=NOTE_LENGTH)]

Role = Literal["owner", "host", "member", "guest"]
Link = Literal["attached", "detached"]
Policy = Literal["all", "relay", "direct"]
#: Who may write in the chat of a room.
Writers = Literal["everyone", "hosts", "nobody"]
#: How good a browser finds a connection.
Grade = Literal["good", "fair", "poor"]
#: Who waits in the lobby of a room: people without an account, everybody but members, or everybody but hosts.
Waits = Literal["nobody", "guests", "nonmembers", "nonhosts"]
#: When a lobby opens by itself: never, when the first host comes, or at a time.
Opening = Literal["never", "host", "time"]
#: Where people go who come while there are breakout rooms: to the main room, or to the room with the fewest people.
Late = Literal["main", "even"]
Right = Literal[
    "admit", "deny", "remove", "ban", "lock", "spotlight", "lower", "restrict", "ask", "end", "promote", "demote", "divide"
]
#: What somebody can be kept from using.
Use = Literal["microphone", "camera", "screen", "chat", "files", "reactions"]
#: Somebody who was ``stopped`` may lift that themself; what is ``forbidden`` is lifted by a host.
Restriction = Literal["stopped", "forbidden"]
#: How people come into breakout rooms: by chance, by their own choice, or as the host says.
How = Literal["even", "choice", "hand"]
LeaveReason = Literal["left", "timeout", "removed", "denied", "ended"]
#: Why somebody was removed by a decision.
Verdict = Literal["removed", "denied", "ended"]
State = Literal["connecting", "waiting", "present", "gone"]
Code = Literal[
    "malformed",
    "oversize",
    "invalid",
    "unexpected",
    "forbidden",
    "stranger",
    "flood",
    "full",
    "crowded",
    "devices",
    "wait",
    "banned",
    "closed",
    "expired",
    "busy",
]


class Close(enum.IntEnum):
    """WebSocket close codes of ``docs/protocol.md`` section 5."""

    LEFT = 1000
    REPLACED = 4001
    REMOVED = 4003
    UNKNOWN = 4010
    MOVING = 4012
    PROTOCOL = 4400
    LOGIN = 4401
    REFUSED = 4403
    LATE = 4408
    FLOOD = 4429
    INTERNAL = 4500
    BUSY = 4503


STRIKING: Final[frozenset[Code]] = frozenset({"malformed", "oversize", "invalid", "unexpected", "flood"})

# The close that follows a refusal of `join`.
CLOSES: Final[dict[Code, Close]] = {
    "full": Close.REFUSED,
    "crowded": Close.REFUSED,
    "devices": Close.REFUSED,
    "wait": Close.REFUSED,
    "banned": Close.REFUSED,
    "closed": Close.REFUSED,
    "expired": Close.UNKNOWN,
    "busy": Close.BUSY,
    "flood": Close.FLOOD,
}

#: Unicode categories that no text may have: controls, lone surrogates, line and paragraph separators.
CONTROLS: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
BIDI_CONTROLS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: Unicode categories whose characters show nothing by themselves: formats, spaces, and marks without a letter.
INVISIBLE: Final = frozenset({"Cf", "Zs", "Mn", "Mc", "Me"})
#: Characters of other categories that show nothing: Default_Ignorable_Code_Point (Unicode 16, DerivedCoreProperties.txt)
#: outside ``INVISIBLE``, and the blank pattern of Braille.
BLANK: Final = re.compile("[\u115f\u1160\u2065\u2800\u3164\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]")


def check_name(name: str) -> str:
    """The name as it is shown to others: a text as :func:`check_text` returns it, of 1 to 64 characters.

    Raises ValueError where that does, and when the name shows nothing at all.
    """
    return check_visible(name, NAME_LENGTH, what="name")


def check_text(text: str, most: int, *, what: str = "text") -> str:
    """A text as it is shown to others: NFC, one line, without surrounding space. It may be empty.

    Raises ValueError when it is longer than ``most`` characters, or holds a control character, a line or paragraph separator, a
    lone surrogate or a bidirectional override. The error says ``what`` it is about.
    """
    if len(text) > FRAME_BYTES:
        raise ValueError(f"{what} is too long")
    text = unicodedata.normalize("NFC", text).strip()
    if len(text) > most:
        raise ValueError(f"{what} is over {most} characters")
    if not BIDI_CONTROLS.isdisjoint(text) or not CONTROLS.isdisjoint(map(unicodedata.category, text)):
        raise ValueError(f"{what} has a control character")
    return text


def check_visible(text: str, most: int, *, what: str = "text") -> str:
    """The text as :func:`check_text` returns it. Raises ValueError where that does, and when the text shows nothing at all."""
    text = check_text(text, most, what=what)
    if INVISIBLE.issuperset(map(unicodedata.category, BLANK.sub("", text))):
        raise ValueError(f"{what} is empty or invisible")
    return text


class Wire(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value on the wire. A field that may be missing is UNSET, never null, except inside a candidate."""


# In both directions


class Description(Wire, frozen=True):
    """An ``RTCSessionDescriptionInit`` that is an offer or an answer."""

    type: Literal["offer", "answer"]
    sdp: Sdp


class Candidate(Wire, frozen=True):
    """An ``RTCIceCandidateInit`` (webrtc-pc, section 4.8.1), whose members may be null."""

    candidate: CandidateText
    sdpMid: Mid | None | UnsetType = UNSET
    sdpMLineIndex: Index | None | UnsetType = UNSET
    usernameFragment: Mid | None | UnsetType = UNSET


class Envelope(Wire, frozen=True, kw_only=True):
    """What the server passes on without reading it: exactly one of ``description`` and ``candidate``."""

    connection: Id
    negotiation: Counter
    description: Description | UnsetType = UNSET
    candidate: Candidate | UnsetType = UNSET

    def __post_init__(self) -> None:
        if (self.description is UNSET) == (self.candidate is UNSET):
            raise ValueError("a signal has exactly one of description and candidate")


# From the browser


class Resume(Wire, frozen=True):
    """Which participant to take up again, and the proof."""

    id: Id
    token: Token


class Join(Wire, frozen=True, tag="join"):
    """``name`` has passed :func:`check_name`. ``capabilities`` may hold names that this server does not know. ``cookie`` counts
    in place of the Cookie header of the handshake.
    """

    name: str | UnsetType = UNSET
    resume: Resume | UnsetType = UNSET
    cookie: Cookie | UnsetType = UNSET
    capabilities: Annotated[list[Capability], Meta(max_length=MOST_CAPABILITIES)] | UnsetType = UNSET

    def __post_init__(self) -> None:
        if isinstance(self.name, str):
            msgspec.structs.force_setattr(self, "name", check_name(self.name))


class Signal(Envelope, frozen=True, kw_only=True, tag="signal"):
    to: Id


class _Decision(Wire, frozen=True):
    """About one person who waits, or about several: exactly one of ``id`` and ``ids``."""

    id: Id | UnsetType = UNSET
    ids: Several | UnsetType = UNSET

    def __post_init__(self) -> None:
        if (self.id is UNSET) == (self.ids is UNSET):
            raise ValueError("a decision is about exactly one of id and ids")


class Admit(_Decision, frozen=True, tag="admit"):
    pass


class Deny(_Decision, frozen=True, tag="deny"):
    """``reason`` is said to whoever is denied; it has passed :func:`check_text`."""

    reason: Reason = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        msgspec.structs.force_setattr(self, "reason", check_text(self.reason, REASON_LENGTH))


class Note(Wire, frozen=True, tag="note"):
    """What somebody who waits lets the hosts know; "" takes it back. It has passed :func:`check_text`."""

    text: NoteText

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "text", check_text(self.text, NOTE_LENGTH))


class Remove(Wire, frozen=True, tag="remove"):
    id: Id
    ban: bool = False


class Hand(Wire, frozen=True, tag="hand"):
    """The sender raises or lowers their own hand."""

    raised: bool


class Lower(Wire, frozen=True, tag="lower"):
    """Lower the hand of a participant, or of everybody."""

    id: Id | UnsetType = UNSET


class Restrict(Wire, frozen=True, tag="restrict"):
    """Keep these participants from a use, or everybody whom the sender may restrict."""

    use: Use
    how: Restriction
    ids: Others | UnsetType = UNSET


class Free(Wire, frozen=True, tag="free"):
    """Lift what :class:`Restrict` did, of whichever kind."""

    use: Use
    ids: Others | UnsetType = UNSET


class Lift(Wire, frozen=True, tag="lift"):
    """The sender lifts their own ``stopped``."""

    use: Use


class Ask(Wire, frozen=True, tag="ask"):
    """Ask a participant to turn something on."""

    id: Id
    use: Use


class End(Wire, frozen=True, tag="end"):
    """End the meeting for everybody."""


class Divide(Wire, frozen=True, tag="divide"):
    """Open breakout rooms of these ``names``, which have passed :func:`check_name`, and move people there.

    With ``how`` "hand", ``people`` says who goes to which of them, counted from 0; who is missing stays in the main room. The
    rooms close after ``seconds``. ``back``: people may go back to the main room by themselves.
    """

    names: Annotated[list[Name], Meta(min_length=FEWEST_BREAKOUTS, max_length=MOST_BREAKOUTS)]
    how: How
    people: dict[Id, Annotated[int, Meta(ge=0, le=MOST_BREAKOUTS - 1)]] | UnsetType = UNSET
    seconds: Duration = 0
    back: bool = True
    late: Late = "main"

    def __post_init__(self) -> None:
        names = [check_name(name) for name in self.names]
        if len(set(names)) < len(names):
            raise ValueError("two rooms have the same name")
        if (self.people is UNSET) == (self.how == "hand"):
            raise ValueError("people are named if, and only if, they are placed by hand")
        if self.people is not UNSET and any(number >= len(names) for number in self.people.values()):
            raise ValueError("there is no such room")
        msgspec.structs.force_setattr(self, "names", names)


class Move(Wire, frozen=True, tag="move"):
    """Go to a place, or with ``id`` move somebody there."""

    place: Place
    id: Id | UnsetType = UNSET


class Gather(Wire, frozen=True, tag="gather"):
    """Close the breakout rooms, in so many seconds."""

    seconds: Duration = 0


class Help(Wire, frozen=True, tag="help"):
    """Ask the hosts for help, or no longer; with ``id``: somebody was helped."""

    asked: bool
    id: Id | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.asked and self.id is not UNSET:
            raise ValueError("nobody asks for somebody else")


class Broadcast(Wire, frozen=True, tag="broadcast"):
    """A line of text to everybody in the meeting, wherever they are. It has passed :func:`check_text`, and shows something."""

    text: str

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "text", check_visible(self.text, BROADCAST_LENGTH, what="text"))


class Ping(Wire, frozen=True, tag="ping"):
    pass


class Refresh(Wire, frozen=True, tag="refresh"):
    pass


class Pair(Wire, frozen=True):
    """A connected pair of the sender with ``id``. ``grade`` is missing while too little is known."""

    id: Id
    relayed: bool
    grade: Grade | UnsetType = UNSET


class Report(Wire, frozen=True, tag="report"):
    """The state of the sender's pairs. The ``relayed`` and the ``silent`` are among the ``connected``.

    ``pairs`` are the connected ones. A browser of the release before does not say them.
    """

    connected: Pairs
    relayed: Pairs
    unreached: Others
    silent: Others
    pairs: Annotated[list[Pair], Meta(max_length=MOST_OTHERS)] | UnsetType = UNSET

    def __post_init__(self) -> None:
        if max(self.relayed, len(self.silent)) > self.connected:
            raise ValueError("more are relayed or silent than connected")
        if any(len(set(ids)) < len(ids) for ids in ([*self.unreached, *self.silent], self.named)):
            raise ValueError("somebody is named twice")
        if self.pairs is not UNSET and not self._counts(self.pairs):
            raise ValueError("the pairs are others than those that are counted")

    def _counts(self, pairs: list[Pair]) -> bool:
        relayed = sum(pair.relayed for pair in pairs)
        return (len(pairs), relayed) == (self.connected, self.relayed) and {pair.id for pair in pairs}.issuperset(self.silent)

    @property
    def named(self) -> list[str]:
        """Everybody with whom there is a pair, as far as the report names them."""
        connected = self.silent if self.pairs is UNSET else [pair.id for pair in self.pairs]
        return [*self.unreached, *connected]

    @property
    def counts(self) -> dict[str, int]:
        return {
            "connected": self.connected,
            "relayed": self.relayed,
            "unreached": len(self.unreached),
            "silent": len(self.silent),
        }


class Attest(Wire, frozen=True, tag="attest"):
    """Ask for an attestation that this is the sender's public key."""

    key: PublicKey


class Leave(Wire, frozen=True, tag="leave"):
    pass


Message = (
    Join
    | Signal
    | Admit
    | Deny
    | Note
    | Remove
    | Hand
    | Lower
    | Restrict
    | Free
    | Lift
    | Ask
    | End
    | Divide
    | Move
    | Gather
    | Help
    | Broadcast
    | Refresh
    | Report
    | Attest
    | Ping
    | Leave
)


# From the server


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
    at: Counter | UnsetType = UNSET


class Queue(Wire, frozen=True, tag="queue"):
    """To those who may let people in: who waits in the lobby by the settings of the room, when it opens by itself, and the notes
    of those who wait, by id.
    """

    waits: Waits
    opens: Opening
    notes: dict[Id, NoteText]
    at: Counter | UnsetType = UNSET


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
    at: Counter | UnsetType = UNSET


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


# Parsing

_frame = msgspec.json.Decoder(list[msgspec.Raw])
_message: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)


def parse(text: str | None, data: bytes | None = None) -> list[Message | Refused]:
    """Every message of one WebSocket frame, in order: a bad one is a Refused in its place, a bad frame one Refused.

    Never raises. ``data`` is the payload of a binary frame, which is always refused.
    """
    if text is None or data is not None:
        return [Refused(code="malformed", reason="frame is not text")]
    try:
        encoded = _encoded(text)
        items = _items(encoded)
    except _BadFrame as error:
        return [error.refused]
    parsed = [_parsed(item) for item in items]
    # No valid message is deep, so only a frame with a bad message can be too deep.
    if any(isinstance(item, Refused) for item in parsed) and _depth(encoded) > FRAME_DEPTH:
        return [Refused(code="malformed", reason=f"frame is over {FRAME_DEPTH} levels deep")]
    return parsed


class _BadFrame(Exception):
    def __init__(self, code: Code, reason: str) -> None:
        super().__init__(reason)
        self.refused = Refused(code=code, reason=reason)


def weight(message: Message | Refused) -> int:
    """How many messages a message counts as, against the limit of a person: a long description counts as several."""
    if isinstance(message, Signal) and message.description is not UNSET:
        return 1 + len(message.description.sdp) // WEIGHT_CHARACTERS
    return 1


def _encoded(text: str) -> bytes:
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        raise _BadFrame("malformed", "frame is not Unicode") from None
    if len(encoded) > FRAME_BYTES:
        raise _BadFrame("oversize", f"frame is over {FRAME_BYTES} bytes")
    return encoded


def _items(encoded: bytes) -> list[bytes]:
    try:
        items = [bytes(raw) for raw in _frame.decode(encoded)]
    except (msgspec.DecodeError, RecursionError):
        raise _BadFrame("malformed", "frame is not a JSON array") from None
    if not items or not all(item.startswith(b"{") for item in items):
        raise _BadFrame("malformed", "frame is not an array of objects")
    if len(items) > FRAME_MESSAGES:
        raise _BadFrame("oversize", f"frame is over {FRAME_MESSAGES} messages")
    return items


def _parsed(item: bytes) -> Message | Refused:
    try:
        return _message.decode(item)
    except msgspec.ValidationError as error:
        return Refused(code="invalid", reason=str(error)[:REASON_LENGTH])
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return Refused(code="invalid", reason="message has a bad string or number")


def _depth(encoded: bytes) -> int:
    depth = deepest = 0
    for byte in _STRING.sub(b"", encoded):
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


# Permission

_PERMITTED: Final[dict[State, tuple[type[Wire], ...]]] = {
    "connecting": (Join, Ping, Leave),
    "waiting": (Note, Ping, Leave),
    "present": (
        *(Signal, Admit, Deny, Remove, Hand, Lower, Restrict, Free, Lift, Ask, End),
        *(Divide, Move, Gather, Help, Broadcast),
        *(Refresh, Report, Attest, Ping, Leave),
    ),
    "gone": (),
}


def permit(state: State, message: Message) -> Code | None:
    """The refusal code for this message in this state, or None if it is permitted (section 2's table)."""
    return None if isinstance(message, _PERMITTED[state]) else "unexpected"


# Serialising

_encoder = msgspec.json.Encoder()


def encode(fact: Fact) -> str:
    """One message as JSON text, ready for :func:`frame`."""
    return _encoder.encode(fact).decode()


def frame(texts: Iterable[str]) -> str:
    """The text of one frame that carries these messages."""
    return f"[{','.join(texts)}]"


def frames(texts: Iterable[str]) -> Iterator[str]:
    """As few frames as hold these messages, in order, each within the bounds of section 1."""
    batch: list[str] = []
    size = 1
    for text in texts:
        length = 1 + (len(text) if text.isascii() else len(text.encode()))
        if batch and (size + length > FRAME_BYTES or len(batch) == FRAME_MESSAGES):
            yield frame(batch)
            batch, size = [], 1
        batch.append(text)
        size += length
    if batch:
        yield frame(batch)
