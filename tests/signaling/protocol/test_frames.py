"""Frames of messages and facts. Examples are in ``tests/wire/*.json``, which the JavaScript tests read, too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signaling.protocol.bounds import FRAME_BYTES, FRAME_MESSAGES, REASON_LENGTH
from signaling.protocol.facts import Denied, Fact, Joined, Left, Participant, Refused, Relayed, relay
from signaling.protocol.frames import encode, frame, frames, parse
from signaling.protocol.messages import Admit, Join, Leave, Message, Signal
from signaling.protocol.wire import Description

WIRE = Path(__file__).resolve().parents[2] / "wire"
Example = dict[str, Any]

ALICE = Participant(id="alice", name="Alice", role="owner", link="attached")

facts = msgspec.json.Decoder(Fact)


def examples(name: str, direction: str) -> list[Any]:
    rows: list[Example] = json.loads((WIRE / f"{name}.json").read_text())
    return [pytest.param(row, id=row["says"]) for row in rows if row["direction"] == direction]


def text_of(example: Example) -> str:
    return example["text"] if "text" in example else json.dumps(example["frame"], ensure_ascii=False)


def code_of(text: str | None, data: bytes | None = None) -> str:
    """The code of a frame refused whole."""
    [refused] = parse(text, data)
    assert isinstance(refused, Refused)
    return refused.code


# The corpus


@pytest.mark.parametrize("example", examples("good", "browser"))
def test_a_good_frame_is_accepted(example: Example) -> None:
    messages = parse(text_of(example))
    assert not [message for message in messages if isinstance(message, Refused)]
    if "frame" in example:
        assert len(messages) == len(example["frame"])


@pytest.mark.parametrize("example", examples("bad", "browser"))
def test_a_bad_frame_is_refused(example: Example) -> None:
    messages = parse(text_of(example))
    refused = [message for message in messages if isinstance(message, Refused)]
    assert [message.code for message in refused] == [example["code"]]
    assert len(messages) - len(refused) == example.get("accepted", 0)


@pytest.mark.parametrize("example", examples("good", "server"))
def test_a_fact_is_written_as_the_corpus_has_it(example: Example) -> None:
    written = frame(encode(facts.decode(json.dumps(message))) for message in example["frame"])
    assert json.loads(written) == example["frame"]


@pytest.mark.parametrize("example", examples("bad", "server"))
def test_a_bad_fact_cannot_be_made(example: Example) -> None:
    with pytest.raises((msgspec.DecodeError, AssertionError)):
        items = msgspec.json.decode(text_of(example), type=list[msgspec.Raw])
        assert items
        for item in items:
            facts.decode(item)


# Reading


def test_a_binary_frame_is_refused() -> None:
    assert code_of(None, b'[{"type":"leave"}]') == "malformed"
    assert code_of('[{"type":"leave"}]', b"") == "malformed"
    assert code_of(None) == "malformed"


def test_a_frame_may_be_as_large_as_its_bound() -> None:
    text = '[{"type":"leave"}]'
    assert parse(text.ljust(FRAME_BYTES)) == [Leave()]
    assert code_of(text.ljust(FRAME_BYTES + 1)) == "oversize"


def test_the_size_of_a_frame_is_in_bytes() -> None:
    assert code_of(json.dumps([{"type": "join", "name": "🦊" * 20_000}], ensure_ascii=False)) == "oversize"


def test_a_frame_holds_256_messages() -> None:
    assert parse(frame(['{"type":"leave"}'] * 256)) == [Leave()] * 256
    assert code_of(frame(['{"type":"leave"}'] * 257)) == "oversize"


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"type":"leave","a":'])
def test_a_deep_frame_is_refused(opening: str) -> None:
    assert code_of(opening * 100_000) == "oversize"
    assert code_of((opening * 100_000)[:FRAME_BYTES]) == "malformed"


def test_nesting_within_reach_of_the_parser_is_refused_whole() -> None:
    deep = '{"type":"leave","x":' + "[" * 7 + "]" * 7 + "}"
    assert code_of(frame(['{"type":"leave"}', deep])) == "malformed"
    assert code_of(frame([deep.replace("7", "6")])) == "malformed"


def test_brackets_in_strings_are_not_levels() -> None:
    name = "[" * 20 + '\\"' + "{" * 20
    assert isinstance(parse(f'[{{"type":"join","name":"{name}"}}]')[0], Join)
    assert code_of(f'[{{"type":"join","nickname":"{name}"}}]') == "invalid"


def test_a_lone_surrogate_in_the_text_is_refused() -> None:
    assert code_of('[{"type":"join","name":"\ud800"}]') == "malformed"


def test_one_bad_message_does_not_harm_the_others() -> None:
    before, refused, after = parse('[{"type":"leave"},{"type":"admit","id":""},{"type":"admit","id":"bob"}]')
    assert (before, after) == (Leave(), Admit(id="bob"))
    assert isinstance(refused, Refused) and refused.code == "invalid"
    assert "id" in refused.reason


def test_a_reason_is_bounded_and_can_be_sent() -> None:
    [refused] = parse(json.dumps([{"type": "leave", "é" * 1_000: 1}]))
    assert isinstance(refused, Refused)
    assert len(refused.reason) == REASON_LENGTH
    assert facts.decode(encode(refused)) == refused


def test_an_sdp_is_bounded() -> None:
    signal = {"type": "signal", "to": "bob", "connection": "c1", "negotiation": 1}
    for length, fits in ((49_152, True), (49_153, False)):
        [message] = parse(json.dumps([{**signal, "description": {"type": "offer", "sdp": "s" * length}}]))
        assert isinstance(message, Signal) is fits


def test_of_two_equal_keys_the_one_that_was_checked_is_sent() -> None:
    text = '[{"type":"signal","to":"eve","to":"bob","connection":"c1","negotiation":1,"candidate":{"candidate":""}}]'
    [signal] = parse(text)
    assert isinstance(signal, Signal)
    assert signal.to == "bob"
    assert "eve" not in encode(relay(signal, "alice"))


# Nothing a browser sends can raise

fuzz = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12
)
types = st.sampled_from(["join", "signal", "admit", "deny", "remove", "report", "leave", "welcomed", ""])
fields = st.sampled_from(
    ["type", "name", "resume", "id", "token", "to", "from", "connection", "negotiation"]
    + ["description", "candidate", "sdp", "sdpMid", "ban", "connected", "relayed", "unreached", "silent", "__proto__"]
)
likely = st.sampled_from(["alice", 1, True, None, {"type": "offer", "sdp": "v=0"}, {"candidate": ""}])
messages = st.builds(lambda kind, rest: {"type": kind, **rest}, types, st.dictionaries(fields, likely | values, max_size=6))


def never_raises(text: str) -> None:
    for message in parse(text):
        assert isinstance(message, Message | Refused)
        if isinstance(message, Refused):
            facts.decode(encode(message))
        if isinstance(message, Signal):
            assert isinstance(facts.decode(encode(relay(message, "alice"))), Relayed)


@fuzz
@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_any_text_is_parsed(text: str) -> None:
    never_raises(text)


@fuzz
@given(st.lists(messages, max_size=4), st.booleans())
def test_anything_like_a_message_is_parsed(items: list[Any], escaped: bool) -> None:
    never_raises(json.dumps(items, ensure_ascii=escaped))


@fuzz
@given(st.data())
def test_a_damaged_frame_is_parsed(data: st.DataObject) -> None:
    text = json.dumps(data.draw(st.lists(messages, min_size=1, max_size=3)))
    at = data.draw(st.integers(0, len(text)))
    damage = data.draw(st.text(alphabet='\\"ud80{}[],:e-9\x00\n', max_size=4))
    never_raises(text[:at] + damage + text[at + data.draw(st.integers(0, 4)) :])


# Writing


def test_one_frame_carries_several_messages() -> None:
    texts = [encode(Joined(participant=ALICE, version=1)), encode(Left(id="alice", reason="left", version=2))]
    assert [message["type"] for message in json.loads(frame(texts))] == ["joined", "left"]


def test_frames_keep_their_bounds_and_their_order() -> None:
    texts = [encode(Denied(reason=f"{number} é🦊")) for number in range(1_000)]
    large = [
        encode(Relayed(sender="bob", connection="c", negotiation=1, description=Description(type="offer", sdp="s" * 49_152)))
    ]
    sent = list(frames([*texts, *large, *large, *texts]))
    assert all(len(text.encode()) <= FRAME_BYTES for text in sent)
    items = [json.loads(text) for text in sent]
    assert all(len(item) <= FRAME_MESSAGES for item in items)
    assert [message for item in items for message in item] == [json.loads(text) for text in [*texts, *large, *large, *texts]]
    assert list(frames([])) == []


def test_a_full_frame_is_exactly_at_its_bound() -> None:
    half = '"' + "x" * (FRAME_BYTES // 2 - 4) + '"'
    assert [len(text) for text in frames([half, half + " "])] == [FRAME_BYTES]
    assert len(list(frames([half, half + "  "]))) == 2
