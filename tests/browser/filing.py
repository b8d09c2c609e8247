"""What people do with files in the chat of a meeting."""

from __future__ import annotations

import random
import zlib
from pathlib import Path
from struct import pack
from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser.chatting import panel
from tests.browser.person import Person

#: A browser that nobody sits at cannot choose where to save.
DOWNLOADS = "delete window.showSaveFilePicker"


def data(size: int, *, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def picture(width: int, height: int) -> bytes:
    """A PNG of one colour."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return pack(">I", len(body)) + kind + body + pack(">I", zlib.crc32(kind + body))

    rows = (b"\0" + b"\x20\x80\x60" * width) * height
    header = pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def offer(person: Person, *files: tuple[str, str, bytes]) -> None:
    """Files (name, type, content) by the button of the chat."""
    chosen: list[Any] = [{"name": name, "mimeType": kind, "buffer": content} for name, kind, content in files]
    panel(person).locator("input[type=file]").set_input_files(chosen)


def card(person: Person, name: str) -> Locator:
    return panel(person).locator(".chat-list file-card", has_text=name)


def press(person: Person, action: str, name: str) -> None:
    card(person, name).get_by_role("button", name=f"{action} {name}").click()


def has(person: Person, name: str) -> None:
    expect(card(person, name).locator(".file-note")).to_have_text("You have this file.")


def get(person: Person, name: str) -> None:
    press(person, "Get", name)
    has(person, name)


def save(person: Person, name: str, directory: Path) -> bytes:
    with person.page.expect_download() as download:
        press(person, "Save", name)
    assert download.value.suggested_filename == name
    path = directory / f"{person.name} {name}"
    download.value.save_as(path)
    return path.read_bytes()
