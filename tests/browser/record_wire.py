"""Records the frames of a meeting of browsers and workers, for ``test_the_release_before``.

    python -m pytest -q tests/browser/record_wire.py

In a checkout of another release it records that one. Addresses of the machine are replaced. The story: Alice hosts a locked
room, Carol knocks and is let in, reloads her page, is removed, and Alice leaves.
"""

from __future__ import annotations

import itertools
import json
import os
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import WebSocket, expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.people import menu_of
from tests.browser.person import CAMERA, Person, eventually

RECORDING = Path(os.environ.get("RECORDING", Path(__file__).parents[1] / "wire/recorded.json"))
ADDRESSES = re.compile(r"(?<![\d.])(?!127\.|0\.0\.0\.0)\d{1,3}(\.\d{1,3}){3}(?![\d.])")


def listen(person: Person, frames: list[dict[str, Any]]) -> None:
    """Every frame of every socket that this person opens, as ``{who, socket, direction, frame}``."""
    sockets = itertools.count()

    def note(socket: str, direction: str, text: str | bytes) -> None:
        frame = json.loads(ADDRESSES.sub("192.0.2.1", str(text)))
        frames.append({"who": person.name, "socket": socket, "direction": direction, "frame": frame})

    def on(opened: WebSocket) -> None:
        socket = f"{person.name} {next(sockets)}"
        opened.on("framesent", lambda text: note(socket, "browser", text))
        opened.on("framereceived", lambda text: note(socket, "server", text))

    person.page.on("websocket", on)


def test_record(cast: Cast) -> None:
    owner = deploying.user("Alice")
    room = deploying.room(owner=owner, locked=True)
    alice, carol = cast.member("Alice", owner), cast.guest("Carol")
    frames: list[dict[str, Any]] = []
    for person in (alice, carol):
        listen(person, frames)
    alice.join(room.slug)
    alice.control("People").click()
    carol.arrive(room.slug)
    carol.ask_to_join()
    alice.page.locator("people-panel").get_by_role("button", name=re.compile("^Let .*Carol in$")).click()
    eventually(lambda: alice.connected(1) and alice.sees(CAMERA), what="the pair")
    carol.page.reload()
    expect(carol.tile("Carol (you)")).to_be_visible()
    eventually(lambda: alice.connected(1) and alice.sees(CAMERA), what="the new pair")
    menu_of(alice, "Guest Carol").get_by_role("button", name="Remove").click()
    alice.page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(carol.page.get_by_role("heading", name=re.compile("removed", re.IGNORECASE))).to_be_visible()
    alice.leave()
    RECORDING.write_text("[\n" + ",\n".join(json.dumps(frame) for frame in frames) + "\n]\n")
