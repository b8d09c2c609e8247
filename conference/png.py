"""What a file must be to be shown as the logo: one PNG (ISO/IEC 15948) of a bounded size, with nothing behind it."""

from __future__ import annotations

import zlib
from struct import unpack
from typing import Final

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
#: What a picture without animation and metadata is made of. Nothing else is kept.
PARTS: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})


def plain(data: bytes, *, side: int) -> bytes:
    """The picture without what is not of the picture. Raises ValueError if this is no PNG, or has more pixels at a side."""
    if not data.startswith(SIGNATURE):
        raise ValueError("no PNG")
    kept, at, kind = [SIGNATURE], len(SIGNATURE), b""
    while kind != b"IEND":
        kind, part, at = _part(data, at)
        if len(kept) == 1:
            _check(kind, part, side)
        if kind in PARTS:
            kept.append(part)
    return b"".join(kept)


def _part(data: bytes, at: int) -> tuple[bytes, bytes, int]:
    """The kind and the bytes of the chunk that begins here, and where the next one begins."""
    if len(data) < at + 12:
        raise ValueError("cut off")
    end = at + 12 + int.from_bytes(data[at : at + 4])
    part = data[at:end]
    if len(data) < end or zlib.crc32(part[4:-4]) != int.from_bytes(part[-4:]):
        raise ValueError("damaged")
    return part[4:8], part, end


def _check(kind: bytes, part: bytes, side: int) -> None:
    if kind != b"IHDR" or len(part) != 25:
        raise ValueError("no header")
    width, height = unpack(">II", part[8:16])
    if not (0 < width <= side and 0 < height <= side):
        raise ValueError("too large")
