"""The checker finds each kind of violation. Otherwise the chaos suite would prove nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chaos.checker import replay
from tests.chaos.person import Entry

WELCOMED = {"type": "welcomed", "epoch": "e", "version": 3, "participants": []}


def log(*facts: dict[str, Any], socket: int = 1) -> list[Entry]:
    return [Entry(0.0, "received", socket, fact) for fact in facts]


def signal(number: int) -> dict[str, Any]:
    return {"type": "signal", "from": "bob", "candidate": {"candidate": str(number)}}


def arrival(version: int) -> dict[str, Any]:
    return {"type": "joined", "participant": {"id": "bob", "link": "attached"}, "version": version}


LEFT = {"type": "left", "id": "bob", "reason": "timeout", "version": 5}


def test_a_good_story() -> None:
    story = log(WELCOMED, arrival(4), signal(1), signal(3), LEFT)
    assert list(replay(story, {"bob"})) == []
    assert list(replay(story + log({**WELCOMED, "version": 1, "epoch": "f"}), {"bob"})) == []


@pytest.mark.parametrize(
    ("story", "invariant"),
    [
        (log(WELCOMED, arrival(3)), "I2"),
        (log(WELCOMED, {**WELCOMED, "type": "roster", "version": 2}), "I2"),
        (log(WELCOMED, arrival(4), arrival(5)), "I3"),
        (log(WELCOMED, LEFT), "I3"),
        (log(WELCOMED, arrival(4), signal(1), LEFT, signal(2)), "I4"),
        (log(WELCOMED, signal(1), signal(1)), "I5"),
        (log(WELCOMED, signal(2), signal(1)), "I5"),
    ],
)
def test_a_bad_story(story: list[Entry], invariant: str) -> None:
    assert any(text.startswith(invariant) for text in replay(story, set()))
