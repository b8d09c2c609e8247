"""How a participant that is no browser fetches a file, from ``docs/protocol.md`` alone. Nothing of the product is imported."""

from __future__ import annotations

import base64
import hashlib
import struct
import time
from collections.abc import Callable
from typing import Any

Message = dict[str, Any]

PIECE, MOST_PIECES = 262_144, 4096
AHEAD = 4
MANIFEST = -1


def hash_of(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()[:16]


def bits(pieces: set[int], count: int) -> str:
    """A map of pieces."""
    data = bytearray((count + 7) // 8)
    for piece in pieces:
        data[piece // 8] |= 128 >> piece % 8
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class OtherFile:
    """Fetches the file of one offer from one peer over one connection."""

    def __init__(self, offer: Message) -> None:
        self.id: str = offer["id"]
        self.size: int = offer["size"]
        self._length = PIECE
        while self.size > self._length * MOST_PIECES:
            self._length *= 2
        self._count = -(-self.size // self._length)
        self._manifest = b""
        self._pieces: dict[int, bytes] = {}
        self._asked: dict[int, int] = {}
        self._parts: dict[int, bytearray] = {}
        self._asks = 0
        self._got = 0

    @property
    def content(self) -> bytes | None:
        """All of it; ``None`` as long as something is missing."""
        is_complete = bool(self._manifest) and len(self._pieces) == self._count
        return b"".join(self._pieces[piece] for piece in range(self._count)) if is_complete else None

    def seek(self) -> Message:
        return {"type": "seek", "file": self.id, "map": bits(set(self._pieces), self._count)}

    def take(self, message: Message, send: Callable[[Message], None]) -> None:
        """Handle a message on ``files``."""
        if message["type"] == "have" and message["file"] == self.id and not self._asks:
            assert message["map"] == bits(set(range(self._count)), self._count)
            self._ask(MANIFEST, send)
        assert message["type"] != "cannot"

    def frame(self, frame: bytes, send: Callable[[Message], None]) -> None:
        """Handle a frame on ``pieces``."""
        self._got += len(frame)
        send({"type": "got", "bytes": self._got, "at": int(time.monotonic() * 1000)})
        ask, offset = struct.unpack(">II", frame[:8])
        part = self._parts[ask]
        assert offset == len(part)
        part += frame[8:]
        piece = self._asked[ask]
        length = 8 + 16 * self._count if piece == MANIFEST else min(self._length, self.size - piece * self._length)
        assert len(part) <= length
        if len(part) == length:
            self._keep(piece, bytes(self._parts.pop(ask)), send)

    def _keep(self, piece: int, data: bytes, send: Callable[[Message], None]) -> None:
        if piece == MANIFEST:
            assert base64.urlsafe_b64encode(hash_of(data)).rstrip(b"=").decode() == self.id
            assert int.from_bytes(data[:8]) == self.size
            self._manifest = data
            for first in range(min(AHEAD, self._count)):
                self._ask(first, send)
            return
        assert hash_of(data) == self._manifest[8 + 16 * piece : 24 + 16 * piece]
        self._pieces[piece] = data
        send({"type": "more", "file": self.id, "pieces": [piece]})
        if (following := max(self._asked.values()) + 1) < self._count:
            self._ask(following, send)

    def _ask(self, piece: int, send: Callable[[Message], None]) -> None:
        self._asks += 1
        self._asked[self._asks] = piece
        self._parts[self._asks] = bytearray()
        send({"type": "ask", "file": self.id, "piece": piece, "ask": self._asks})
