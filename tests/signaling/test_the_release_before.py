"""Compatibility: browsers and servers of this release and of the one before it (b688fd0) accept each other's frames.

``tests/wire/before/recorded.json`` is a meeting of the clients and workers of that release, with descriptions of Chromium. Its
parsers are beside it. ``tests/wire/recorded.json`` is a meeting of this release (``tests/browser/record_wire.py``). The
JavaScript half is ``tests/js/signaling/before.test.js``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from rooms.models import Room
from signaling.protocol.facts import Refused
from signaling.protocol.frames import parse
from tests.rooms.scenes import make_room
from tests.signaling.stage import Tab, cookie, embedded, guest
from tests.wire.before import protocol as before

pytestmark = pytest.mark.django_db(transaction=True)

WIRE = Path(__file__).resolve().parents[1] / "wire"


def recorded(path: str) -> list[dict[str, Any]]:
    frames: list[dict[str, Any]] = json.loads((WIRE / path).read_text())
    return frames


def said(path: str) -> list[list[dict[str, Any]]]:
    return [entry["frame"] for entry in recorded(path) if entry["direction"] == "browser"]


def test_what_a_browser_of_the_release_before_says_is_understood() -> None:
    for frame in said("before/recorded.json"):
        for message, item in zip(frame, parse(json.dumps(frame)), strict=True):
            assert not isinstance(item, Refused), message


def test_what_a_browser_says_is_understood_by_the_release_before_once_it_joins_without_capabilities() -> None:
    joins = 0
    for frame in said("recorded.json"):
        for message, item in zip(frame, before.parse(json.dumps(frame)), strict=True):
            if message["type"] != "join":
                assert not isinstance(item, before.Refused), message
                continue
            joins += 1
            assert item == before.Refused("invalid", "Object contains unknown field `capabilities`")
            assert isinstance(message.pop("capabilities"), list)
            assert not isinstance(before.parse(json.dumps([message]))[0], before.Refused)
    assert joins


class Playback:
    """The recorded meeting with a server of this release, which gives its own ids and tokens."""

    def __init__(self) -> None:
        self._given: dict[str, str] = {}

    def translate(self, value: Any) -> Any:
        match value:
            case dict():
                return {key: self.translate(one) for key, one in value.items()}
            case list():
                return [self.translate(one) for one in value]
            case str():
                return self._given.get(value, value)
        return value

    def learn(self, then: dict[str, Any], now: dict[str, Any]) -> None:
        for key in ("id", "token"):
            if key in then:
                self._given[then[key]] = now[key]

    async def hear(self, tab: Tab, fact: dict[str, Any]) -> None:
        """The fact of the recording, which this server tells too; what it tells besides is no refusal.

        Of `updated` there may be more or fewer: a server may notice a lost socket after the next one has come.
        """
        while (now := await tab.receive())["type"] != fact["type"]:
            assert now["type"] != "refused", now
        assert "capabilities" not in now
        self.learn(fact, now)


@pytest.fixture
def room(alice: User) -> Room:
    return make_room(alice, locked=True)


async def test_browsers_of_the_release_before_hold_a_meeting_on_this_server(room: Room, alices: Client) -> None:
    cookies = {"Alice": cookie(alices), "Carol": guest()}
    playback = Playback()
    tabs: dict[str, Tab] = {}
    latest: dict[str, Tab] = {}
    async with embedded() as stage:
        for entry in recorded("before/recorded.json"):
            who, socket = entry["who"], entry["socket"]
            if socket not in tabs:
                if who in latest:
                    await latest[who].vanished(1001)
                tabs[socket] = latest[who] = Tab(stage[0], room.slug, cookies[who])
                assert await tabs[socket].open()
            if entry["direction"] == "browser":
                tabs[socket].write(json.dumps(playback.translate(entry["frame"])))
                continue
            for fact in entry["frame"]:
                if fact["type"] != "updated":
                    await playback.hear(tabs[socket], fact)
        assert [await tab.closed() for tab in latest.values()] == [1000, 4003]
        for tab in tabs.values():
            heard = [message for frame in tab.frames for message in json.loads(frame)]
            assert not [message for message in heard if message["type"] == "refused"]
        assert {"signal", "left"} <= {message["type"] for frame in latest["Alice"].frames for message in json.loads(frame)}
