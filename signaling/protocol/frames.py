"""WebSocket frames: arrays of messages as JSON.

Text in, values out. :func:`parse` never raises. A bad message becomes a :class:`Refused` that can be sent back as it is. What
goes out is built from the parsed values, never from the received text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec
from msgspec import UNSET

from signaling.protocol.bounds import FRAME_BYTES, FRAME_DEPTH, FRAME_MESSAGES, REASON_LENGTH, WEIGHT_CHARACTERS
from signaling.protocol.facts import Fact, Refused
from signaling.protocol.messages import Message, Signal
from signaling.protocol.refusals import Code

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


def weight(message: Message | Refused) -> int:
    """How many messages a message counts as, against the limit of a person: a long description counts as several."""
    if isinstance(message, Signal) and message.description is not UNSET:
        return 1 + len(message.description.sdp) // WEIGHT_CHARACTERS
    return 1


class _BadFrame(Exception):
    def __init__(self, code: Code, reason: str) -> None:
        super().__init__(reason)
        self.refused = Refused(code=code, reason=reason)


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
