from __future__ import annotations

import struct
from pathlib import Path

import pytest
from django.test import override_settings

from conference.catalog import catalog

PAIRS = [
    (b"", b"Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"),
    (b"%(count)s person\0%(count)s people", b"%(count)s Person\0%(count)s Personen"),
    (b"Leave", b"Verlassen"),
]


@pytest.fixture
def german(tmp_path: Path) -> Path:
    """A folder with a German catalogue. It is written here because ``msgfmt`` is not on every machine."""
    start = 28 + 16 * len(PAIRS)
    text, table = b"", b""
    for column in (0, 1):
        for pair in PAIRS:
            table += struct.pack("<II", len(pair[column]), start + len(text))
            text += pair[column] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(PAIRS), 28, 28 + 8 * len(PAIRS), 0, 0)
    path = tmp_path / "de" / "LC_MESSAGES" / "djangojs.mo"
    path.parent.mkdir(parents=True)
    path.write_bytes(head + table + text)
    return tmp_path


def test_messages_and_plural_forms_in_order(german: Path) -> None:
    catalog.cache_clear()
    with override_settings(LOCALE_PATHS=[german]):
        assert catalog("de") == {
            "Leave": "Verlassen",
            "%(count)s person": ["%(count)s Person", "%(count)s Personen"],
        }


def test_a_language_without_messages_has_none(tmp_path: Path) -> None:
    catalog.cache_clear()
    with override_settings(LOCALE_PATHS=[tmp_path]):
        assert catalog("en") == {}
