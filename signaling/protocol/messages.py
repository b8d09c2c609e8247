"""What a browser says, and in which state it may say so (``docs/protocol.md``, section 2)."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from signaling.protocol.bounds import (
    BROADCAST_LENGTH,
    FEWEST_BREAKOUTS,
    MOST_BREAKOUTS,
    MOST_CAPABILITIES,
    MOST_OTHERS,
    NOTE_LENGTH,
    REASON_LENGTH,
)
from signaling.protocol.refusals import Code
from signaling.protocol.texts import check_name, check_text, check_visible
from signaling.protocol.values import (
    Capability,
    Cookie,
    Duration,
    Grade,
    How,
    Id,
    Late,
    Name,
    NoteText,
    Others,
    Pairs,
    Place,
    PublicKey,
    Reason,
    Restriction,
    Several,
    State,
    Token,
    Use,
)
from signaling.protocol.wire import Envelope, Wire


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
