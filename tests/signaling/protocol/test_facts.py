"""What the server says."""

from __future__ import annotations

import json

from signaling.protocol.facts import Ice, Participant, Room, Welcomed, relay
from signaling.protocol.frames import encode
from signaling.protocol.messages import Signal
from signaling.protocol.wire import Candidate

ALICE = Participant(id="alice", name="Alice", role="owner", link="attached")


def test_a_relayed_signal_carries_the_senders_id() -> None:
    signal = Signal(to="bob", connection="c1", negotiation=2, candidate=Candidate(candidate="", sdpMid=None))
    assert json.loads(encode(relay(signal, "alice"))) == {
        "type": "signal",
        "from": "alice",
        "connection": "c1",
        "negotiation": 2,
        "candidate": {"candidate": "", "sdpMid": None},
    }


def test_a_welcome_tells_the_limits() -> None:
    welcomed = Welcomed(
        id="alice",
        token="t1",
        epoch="e1",
        version=1,
        room=Room(slug="tea", name="Tea", locked=False, capacity=8),
        participants=[ALICE],
        waiting=[],
        ice=Ice(servers=[], policy="all"),
    )
    assert json.loads(encode(welcomed))["limits"] == {"frame": 65_536, "rate": 50, "burst": 300}
