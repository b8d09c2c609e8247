"""Catalogues of translations, which are written here because ``msgfmt`` is not on every machine."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

#: A sequence has the forms for one and for many.
Messages = Mapping[str | Sequence[str], str | Sequence[str]]


def german(folder: Path, domain: str, messages: Messages) -> None:
    """Write a German catalogue into this folder, which is for ``LOCALE_PATHS``."""
    head = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
    pairs = [(_encoded(one), _encoded(other)) for one, other in {"": head, **messages}.items()]
    start = 28 + 16 * len(pairs)
    text, table = b"", b""
    for column in (0, 1):
        for pair in pairs:
            table += struct.pack("<II", len(pair[column]), start + len(text))
            text += pair[column] + b"\0"
    path = folder / "de" / "LC_MESSAGES" / f"{domain}.mo"
    path.parent.mkdir(parents=True)
    path.write_bytes(struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0) + table + text)


def _encoded(forms: str | Sequence[str]) -> bytes:
    return (forms if isinstance(forms, str) else "\0".join(forms)).encode()
