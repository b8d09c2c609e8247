"""Frames into everything that a page receives on, while the meeting goes on."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, Final

from playwright.sync_api import expect

from signaling.protocol.facts import Fact
from tests.browser.chatting import open_chat, read, say
from tests.browser.filing import offer
from tests.browser.person import Person, eventually
from tests.fuzz.corpus import Message, frames, named
from tests.fuzz.shapes import messages

SCRIPT: Final = Path(__file__).with_name("page.js")
CHANNELS: Final = ("control", "chat", "files", "pieces")
EXAMPLES: Final = Path(__file__).parents[1] / "wire"
AT_ONCE: Final = 200
#: What ends the meeting of a page. Only the last frames of all are of them, too.
ENDING: Final = {"removed", "denied"}


def meet(slug: str, alice: Person, bob: Person) -> None:
    """In a call in which they have used every channel. The frames are for Alice."""
    alice.context.add_init_script(path=SCRIPT)
    for person in (alice, bob):
        person.join(slug)
    for person in (alice, bob):
        eventually(lambda person=person: person.connected(1), what=person.name)  # type: ignore[misc]
        open_chat(person)
    say(bob, "hello")
    say(alice, "hello, *Bob*")
    read(alice, "hello", "hello, Bob")
    offer(bob, ("notes.txt", "text/plain", b"notes" * 1000))
    eventually(lambda: len(alice.page.locator("chat-panel .chat-list file-card").all()) == 1, what="Bob's file")


def into_channels(alice: Person, wanted: int, seed: int) -> dict[str, int]:
    """Give Alice's page so many frames on each data channel. What came of Bob is among what they are made from."""
    heard: dict[str, list[str]] = alice.page.evaluate("() => window.fuzz.heard()")
    ids = [person["id"] for person in alice.welcome["participants"]]
    return {label: _give(alice, label, _frames(label, heard.get(label, []), ids, seed), wanted) for label in CHANNELS}


def into_socket(alice: Person, bob: Person, slug: str, wanted: int, seed: int) -> int:
    """Give it so many frames on its socket. Afterwards Alice is in the call, also if a fact has ended her meeting."""
    chance = Random(seed)
    pool = [*messages(Fact, 60, seed), *(message for frame in alice.incoming[-200:] for message in frame)]
    harmless = [message for message in pool if message["type"] not in ENDING]
    given = 0
    while given < wanted:
        made = frames(chance, pool if given + AT_ONCE >= wanted else harmless)
        ids = [alice.participant, bob.participant, "nobody"]
        given += _give(alice, "socket", (named(frame, ids, chance) for frame in made), min(AT_ONCE, wanted - given))
        _come_back(alice, slug)
    return given


def _come_back(alice: Person, slug: str) -> None:
    """By the green room, or at once, if her tab still has its place."""
    alice.open(f"/{slug}")
    tile, green = alice.tile("Alice (you)"), alice.page.locator("green-room[data-camera=on]")
    eventually(lambda: tile.is_visible() or green.is_visible(), what="the green room or the call")
    if green.is_visible():
        alice.ask_to_join()
    expect(tile).to_be_visible()


def _give(alice: Person, label: str, made: Iterator[str], wanted: int) -> int:
    given = 0
    while given < wanted:
        some = [*islice(made, min(AT_ONCE, wanted - given))]
        assert alice.page.evaluate("(given) => window.fuzz.receive(given)", [label, some]), f"{label} is not there"
        given += len(some)
    return given


def _frames(label: str, heard: Sequence[str], ids: Sequence[str], seed: int) -> Iterator[str]:
    chance = Random(seed)
    if label == "pieces":
        return _pieces(chance)
    pool = [*_examples(label), *(message for text in heard for message in json.loads(text))]
    return (named(frame, ids, chance) for frame in frames(chance, pool))


def _examples(label: str) -> Iterator[Message]:
    """The well-formed messages of a channel. Its tests see to it that every type is among them."""
    rows: list[dict[str, Any]] = json.loads((EXAMPLES / "good.json").read_text())
    for row in rows:
        if row["direction"] == label:
            yield from row.get("frame") or json.loads(row["text"])


def _pieces(chance: Random) -> Iterator[str]:
    while True:
        size = chance.choice((0, 1, 7, 8, 9, 12, 1000, 65_536, 65_537))
        header = chance.choice((0, 1, 2, 2**31, 2**32 - 1)).to_bytes(4) + chance.choice((0, 1, 262_143, 2**32 - 1)).to_bytes(4)
        yield base64.b64encode((header + chance.randbytes(size))[: chance.choice((size, size + 8))]).decode()
