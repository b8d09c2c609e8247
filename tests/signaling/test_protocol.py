"""The messages of the protocol. Examples are in ``tests/wire/*.json``, which the JavaScript tests read, too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signaling import protocol
from signaling.protocol import (
    Admit,
    Ask,
    Attest,
    Broadcast,
    Candidate,
    Close,
    Code,
    Denied,
    Deny,
    Description,
    Divide,
    End,
    Fact,
    Free,
    Gather,
    Hand,
    Help,
    Ice,
    Join,
    Joined,
    Leave,
    Left,
    Lift,
    Lower,
    Message,
    Move,
    Note,
    Participant,
    Ping,
    Refresh,
    Refused,
    Relayed,
    Remove,
    Report,
    Restrict,
    Room,
    Signal,
    State,
    Welcomed,
    check_name,
    encode,
    frame,
    frames,
    parse,
    permit,
    relay,
)

WIRE = Path(__file__).resolve().parents[1] / "wire"
Example = dict[str, Any]

ALICE = Participant(id="alice", name="Alice", role="owner", link="attached")
OFFER = Signal(to="bob", connection="c1", negotiation=1, description=Description(type="offer", sdp="v=0"))

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


# Frames


def test_a_binary_frame_is_refused() -> None:
    assert code_of(None, b'[{"type":"leave"}]') == "malformed"
    assert code_of('[{"type":"leave"}]', b"") == "malformed"
    assert code_of(None) == "malformed"


def test_a_frame_may_be_as_large_as_its_bound() -> None:
    text = '[{"type":"leave"}]'
    assert parse(text.ljust(protocol.FRAME_BYTES)) == [Leave()]
    assert code_of(text.ljust(protocol.FRAME_BYTES + 1)) == "oversize"


def test_the_size_of_a_frame_is_in_bytes() -> None:
    assert code_of(json.dumps([{"type": "join", "name": "🦊" * 20_000}], ensure_ascii=False)) == "oversize"


def test_a_frame_holds_256_messages() -> None:
    assert parse(frame(['{"type":"leave"}'] * 256)) == [Leave()] * 256
    assert code_of(frame(['{"type":"leave"}'] * 257)) == "oversize"


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"type":"leave","a":'])
def test_a_deep_frame_is_refused(opening: str) -> None:
    assert code_of(opening * 100_000) == "oversize"
    assert code_of((opening * 100_000)[: protocol.FRAME_BYTES]) == "malformed"


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
    assert len(refused.reason) == protocol.REASON_LENGTH
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


# Names


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Alice", "Alice"),
        ("  Alice  ", "Alice"),
        ("A\u030angstro\u0308m", "Ångström"),
        ("é" * 64, "é" * 64),
        ("e\u0301" * 64, "é" * 64),
        ("مريم", "مريم"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("<b>Bob</b>", "<b>Bob</b>"),
        ("이지은", "이지은"),
        ("हिन्दी", "हिन्दी"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",) * 2,
    ],
)
def test_a_name_is_shown_composed_and_without_surrounding_space(name: str, shown: str) -> None:
    assert check_name(name) == shown
    assert check_name(shown) == shown
    assert parse(json.dumps([{"type": "join", "name": name}])) == [Join(name=shown)]


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "\u200b",
        "\u3000",
        "\u0301",
        "a" * 65,
        "a\x00b",
        "a\x7fb",
        "a\x9fb",
        "a\tb",
        "a\u2029b",
        "\ud800",
        "a" * 100_000,
        "\u0903",
        *"\u00ad\u034f\u061c\u115f\u1160\u17b4\u180b\u180e\u2065\u206f\u2800\u3164\ufe0f\ufeff\uffa0\ufff0",
        *"\U0001bca0\U0001d173\U000e0000\U000e0001\U000e0041\U000e0100\U000e0fff",
        "\u3164 \u2800\u200d\u0301\U000e0041",
        *(f"a{mark}b" for mark in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"),
    ],
)
def test_a_name_that_deceives_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        check_name(name)


# Who may say what

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


# Refusals


def test_refusals_of_a_join_have_a_close_code() -> None:
    assert {code: close.value for code, close in protocol.CLOSES.items()} == {
        "full": 4403,
        "crowded": 4403,
        "devices": 4403,
        "wait": 4403,
        "banned": 4403,
        "closed": 4403,
        "expired": 4010,
        "busy": 4503,
        "flood": 4429,
    }
    assert protocol.STRIKING | set(protocol.CLOSES) | {"forbidden", "stranger"} == set(get_args(Code))


def test_the_close_codes_are_those_of_the_page() -> None:
    page = (WIRE.parents[1] / "docs" / "protocol.md").read_text()
    for close in Close:
        assert f"| {close.value} |" in page


# Writing


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


def test_one_frame_carries_several_messages() -> None:
    texts = [encode(Joined(participant=ALICE, version=1)), encode(Left(id="alice", reason="left", version=2))]
    assert [message["type"] for message in json.loads(frame(texts))] == ["joined", "left"]


def test_frames_keep_their_bounds_and_their_order() -> None:
    texts = [encode(Denied(reason=f"{number} é🦊")) for number in range(1_000)]
    large = [
        encode(Relayed(sender="bob", connection="c", negotiation=1, description=Description(type="offer", sdp="s" * 49_152)))
    ]
    sent = list(frames([*texts, *large, *large, *texts]))
    assert all(len(text.encode()) <= protocol.FRAME_BYTES for text in sent)
    items = [json.loads(text) for text in sent]
    assert all(len(item) <= protocol.FRAME_MESSAGES for item in items)
    assert [message for item in items for message in item] == [json.loads(text) for text in [*texts, *large, *large, *texts]]
    assert list(frames([])) == []


def test_a_full_frame_is_exactly_at_its_bound() -> None:
    half = '"' + "x" * (protocol.FRAME_BYTES // 2 - 4) + '"'
    assert [len(text) for text in frames([half, half + " "])] == [protocol.FRAME_BYTES]
    assert len(list(frames([half, half + "  "]))) == 2
