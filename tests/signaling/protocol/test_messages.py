"""Who may say what, and when."""

from __future__ import annotations

from typing import get_args

import pytest

from signaling.protocol.messages import (
    Admit,
    Ask,
    Attest,
    Broadcast,
    Deny,
    Divide,
    End,
    Free,
    Gather,
    Hand,
    Help,
    Join,
    Leave,
    Lift,
    Lower,
    Message,
    Move,
    Note,
    Ping,
    Refresh,
    Remove,
    Report,
    Restrict,
    Signal,
    permit,
)
from signaling.protocol.values import State
from signaling.protocol.wire import Description

OFFER = Signal(to="bob", connection="c1", negotiation=1, description=Description(type="offer", sdp="v=0"))
JOIN, LEAVE, ADMIT, DENY, REMOVE = Join(), Leave(), Admit(id="bob"), Deny(id="bob"), Remove(id="bob")
HAND, LOWER, LOWER_ALL = Hand(raised=True), Lower(id="bob"), Lower()
RESTRICT, RESTRICT_ALL = Restrict(use="camera", how="stopped", ids=["bob"]), Restrict(use="chat", how="forbidden")
FREE, LIFT, ASK, END = Free(use="chat"), Lift(use="camera"), Ask(id="bob", use="microphone"), End()
RULING: tuple[Message, ...] = (RESTRICT, RESTRICT_ALL, FREE, LIFT, ASK, END)
REFRESH, REPORT, PING = Refresh(), Report(connected=1, relayed=0, unreached=[], silent=[]), Ping()
ATTEST, NOTE = Attest(key="B" + "A" * 86), Note(text="It is me")
DIVIDE, MOVE, GATHER = Divide(names=["Red", "Blue"], how="even"), Move(place="red"), Gather()
HELP, BROADCAST = Help(asked=True), Broadcast(text="Five more minutes")
WHEN_PRESENT: tuple[Message, ...] = (
    *(OFFER, ADMIT, DENY, REMOVE, HAND, LOWER, LOWER_ALL, *RULING),
    *(DIVIDE, MOVE, GATHER, HELP, BROADCAST),
    *(REFRESH, REPORT, ATTEST, PING, LEAVE),
)
EVERY: tuple[Message, ...] = (JOIN, NOTE, *WHEN_PRESENT)
STATES: tuple[State, ...] = get_args(State)

PERMITTED: dict[State, tuple[Message, ...]] = {
    "connecting": (JOIN, PING, LEAVE),
    "waiting": (NOTE, PING, LEAVE),
    "present": WHEN_PRESENT,
    "gone": (),
}


def test_every_message_is_in_the_table() -> None:
    assert {type(message) for message in EVERY} == set(get_args(Message))
    assert set(PERMITTED) == set(STATES)


@pytest.mark.parametrize("message", EVERY, ids=lambda message: type(message).__name__)
@pytest.mark.parametrize("state", STATES)
def test_what_is_permitted(state: State, message: Message) -> None:
    assert permit(state, message) == (None if message in PERMITTED[state] else "unexpected")
