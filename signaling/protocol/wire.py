"""What goes both ways."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from signaling.protocol.values import CandidateText, Counter, Id, Index, Mid, Sdp


class Wire(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value on the wire. A field that may be missing is UNSET, never null, except inside a candidate."""


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
