"""Frames from well-formed messages, half of them broken in one place or a few. Reproducible: chance is passed in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from random import Random
from typing import Any, Final

from tests.fuzz.shapes import NAMED
from tests.hostile import STRINGS
from tests.raw import frame as wire_frame

Message = dict[str, Any]
Place = tuple[Any, Any]  # an object or list, and a key of it
Change = Callable[[Random, Place, Sequence[Message]], None]

_SCALAR: Final = re.compile(r'(?<=[:\[,])\s*("(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null)')
_NAME: Final = re.compile("|".join(NAMED))
NUMBERS: Final = (0, -1, 1, 0.5, -0.0, 2**31, 2**32, 2**53 - 1, 2**53, 2**63, 2**64, -(2**63), 10**40, 1e308, 5e-324)
NAMES: Final = ("__proto__", "constructor", "prototype", "toString", "type", "from", "to", "id", "role", "", "\0", "a" * 300)
#: What no encoder writes in the place of a value.
TOKENS: Final = (
    *("NaN", "Infinity", "-Infinity", "1e400", "-0", "01", "0x1", "1.", ".1", "+1", "undefined", "None", "True", "''", "/**/1"),
    *(r'"\ud800"', r'"\udfff\ud800"', r'"\u0000"', r'"\x00"', r'"\u12"', '"\n"', '"\x00"', '"', "[", "{", "]", "}", ",", ":"),
    *("[" * 9 + "]" * 9, "[" * 20_000, '{"a":' * 9 + "1" + "}" * 9, '"' + "\\" * 4001, "9" * 5000, "\ufeff1", "1,,1"),
)
#: About so many characters a frame has at most: thirty times what the server takes, and what Playwright hands to a page.
LONGEST: Final = 2_000_000


def frames(chance: Random, pool: Sequence[Message]) -> Iterator[str]:
    """Frames without end; one in two is of messages as they are in the pool. ``NAMED`` ids are still in them."""
    while True:
        count = chance.choice((1, 1, 1, 2, 3, 8))
        messages = [deepcopy(chance.choice(pool)) for _ in range(count)]
        if chance.random() < 0.5:
            yield json.dumps(messages, ensure_ascii=chance.random() < 0.5)
            continue
        for _ in range(chance.choice((1, 1, 1, 2, 5))):
            change(chance, messages, pool)
        yield broken(chance, written(chance, messages))


def named(text: str, ids: Sequence[str], chance: Random) -> str:
    """The frame, with ids that mean somebody now: each of ``NAMED`` is one of ``ids``."""
    chosen: Mapping[str, str] = {name: chance.choice(ids) for name in NAMED}
    return _NAME.sub(lambda match: chosen[match[0]], text)


# In the values


def change(chance: Random, messages: list[Message], pool: Sequence[Message]) -> None:
    if found := [*places(messages)]:
        chance.choice(CHANGES)(chance, chance.choice(found), pool)


def places(value: Any) -> Iterator[Place]:
    """Every place in it that holds a value."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in [*keys]:
        yield value, key
        yield from places(value[key])


def _hostile(chance: Random, place: Place, pool: Sequence[Message]) -> None:
    holder, key = place
    holder[key] = deepcopy(chance.choice((chance.choice(STRINGS), chance.choice(NUMBERS), None, True, [], {}, [[]], {"a": {}})))


def _dropped(chance: Random, place: Place, pool: Sequence[Message]) -> None:
    holder, key = place
    del holder[key]


def _renamed(chance: Random, place: Place, pool: Sequence[Message]) -> None:
    holder, key = place
    if isinstance(holder, dict):
        holder[chance.choice((*NAMES, *(name for message in pool[:1] for name in message)))] = holder.pop(key)


def _added(chance: Random, place: Place, pool: Sequence[Message]) -> None:
    holder, _ = place
    if isinstance(holder, dict):
        holder[chance.choice(NAMES)] = deepcopy(chance.choice((*NUMBERS, *STRINGS[:40], None, {}, [])))


def _wrapped(chance: Random, place: Place, pool: Sequence[Message]) -> None:
    holder, key = place
    for _ in range(chance.choice((1, 2, 9, 50))):
        holder[key] = chance.choice(([holder[key]], {"a": holder[key]}))


def _repeated(chance: Random, place: Place, pool: Sequence[Message]) -> None:
    holder, key = place
    value = holder[key]
    if isinstance(value, str | list):
        holder[key] = (value * chance.choice((2, 65, 300)))[:70_000]


def _from_another(chance: Random, place: Place, pool: Sequence[Message]) -> None:
    """A value of another message: of a field of the same name if there is one."""
    holder, key = place
    other = chance.choice(pool)
    holder[key] = deepcopy(other[key] if key in other else chance.choice([*other.values()]))


CHANGES: Final[tuple[Change, ...]] = (_hostile, _hostile, _dropped, _renamed, _added, _wrapped, _repeated, _from_another)


# In the text


def written(chance: Random, messages: Any) -> str:
    """As JSON; sometimes not an array, or with a field twice, or with what is no JSON value."""
    roll = chance.random()
    text = json.dumps(messages[0] if roll < 0.02 and messages else messages, ensure_ascii=chance.random() < 0.5)
    if roll < 0.1:
        return text.replace("{", chance.choice(('{"type":"join",', '{"id":"x","id":"y",', '{"__proto__":{"a":1},')), 1)
    found = [*_SCALAR.finditer(text)]
    if roll < 0.25 and found:
        match = chance.choice(found)
        return text[: match.start(1)] + chance.choice(TOKENS) + text[match.end(1) :]
    return text


def broken(chance: Random, text: str) -> str:
    """The text, one time in six cut, or with characters changed, or more than a frame may hold."""
    at = chance.randrange(len(text) + 1)
    match chance.randrange(36):
        case 0:
            return text[:at]
        case 1:
            return text[:at] + chr(chance.randrange(0x110000)) + text[at + 1 :]
        case 2:
            return text[:at] + text[at + 1 :]
        case 3:
            return text + chance.choice(("]", "x", "\0", text, "\n" * 100))
        case 4:
            return chance.choice(("", "[]", "{}", "null", "[[]]", "[null]", '"x"', "[{}]", "[" * 60_000, chance.choice(STRINGS)))
        case 5:
            return "[" + ",".join([text[1:-1]] * min(chance.choice((257, 400)), LONGEST // max(1, len(text)) + 1)) + "]"
    return text


# On the wire


def on_the_wire(chance: Random, text: str) -> bytes:
    """As WebSocket frames (RFC 6455): one time in ten against the rules, or in an unusual way."""
    data = text.encode("utf-8", "surrogatepass")
    match chance.randrange(80):
        case 0:
            return wire_frame(data, 2)
        case 1 | 2:
            cut = chance.randrange(len(data) + 1)
            return wire_frame(data[:cut], 1, fin=False) + wire_frame(b"", 9) + wire_frame(data[cut:], 0)
        case 3:
            return wire_frame(data, chance.choice((3, 4, 5, 6, 7, 11, 15)))
        case 4:
            return bytes([chance.choice((0xC1, 0xA1, 0x91, 0xF1))]) + wire_frame(data)[1:]
        case 5:
            return wire_frame(data, 0)
        case 6:
            return wire_frame(data + b"\xff\xfe\x80")
        case 7:
            return wire_frame(chance.randbytes(chance.choice((1, 2, 3, 125, 126))), chance.choice((8, 9, 10)))
    return wire_frame(data)
