"""What the fuzzer sends: every type that there is, and the same again for the same seed."""

from __future__ import annotations

import json
from itertools import islice
from random import Random
from typing import Any

import pytest

from signaling.protocol.facts import Fact, Refused
from signaling.protocol.frames import parse
from signaling.protocol.messages import Message
from tests.fuzz.corpus import frames, named
from tests.fuzz.shapes import NAMED, messages, types

SEED = 7


@pytest.mark.parametrize("union", [Message, Fact], ids=["browser", "server"])
def test_every_type_is_there(union: Any) -> None:
    assert {message["type"] for message in messages(union, 5, SEED)} == set(types(union))


def test_of_every_type_some_are_what_the_server_takes() -> None:
    taken = [parse(json.dumps([message]))[0] for message in messages(Message, 60, SEED)]
    assert {type(message).__struct_config__.tag for message in taken if not isinstance(message, Refused)} == set(types(Message))


def test_the_same_seed_gives_the_same_frames() -> None:
    first, second = ([*islice(frames(Random(SEED), messages(Message, 5, SEED)), 500)] for _ in range(2))
    assert first == second
    assert len(set(first)) > 400


def test_frames_are_good_and_bad() -> None:
    found = [item for text in islice(frames(Random(SEED), messages(Message, 20, SEED)), 2000) for item in parse(text)]
    codes = {item.code for item in found if isinstance(item, Refused)}
    assert codes == {"malformed", "oversize", "invalid"}
    assert any(not isinstance(item, Refused) for item in found)


def test_ids_are_of_those_who_are_there() -> None:
    assert named(json.dumps(NAMED), ["alice"], Random(SEED)) == json.dumps(["alice"] * len(NAMED))
