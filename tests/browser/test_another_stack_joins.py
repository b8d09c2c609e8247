from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.chatting import enter as enter_quietly
from tests.browser.chatting import open_chat, read, say
from tests.browser.conftest import Cast
from tests.browser.deployment import Deployment
from tests.browser.filing import data, offer
from tests.browser.other_chat import OtherChat
from tests.browser.other_file import OtherFile
from tests.browser.other_stack import Message, OtherStack, Pair
from tests.browser.person import CAMERA, DEADLINE_SECONDS, Person, eventually

Value = TypeVar("Value")


class Elsewhere:
    """A loop in a thread of its own, as Playwright has one in this thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Value]) -> Value:
        future: Future[Value] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return future.result(DEADLINE_SECONDS)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    loop = Elsewhere()
    yield loop
    loop.close()


@pytest.fixture
def robot(elsewhere: Elsewhere) -> Iterator[OtherStack]:
    one = OtherStack("Robot")
    yield one
    elsewhere.run(one.leave())


def enter(robot: OtherStack, elsewhere: Elsewhere, deployment: Deployment, slug: str) -> None:
    elsewhere.run(robot.join(**door(deployment.origins[-1], slug)))


def door(origin: str, slug: str) -> dict[str, str]:
    cookie = f"{settings.SESSION_COOKIE_NAME}={deploying.visitor('robot')}"
    return {"address": f"{origin.replace('http', 'ws', 1)}/socket/{slug}", "origin": origin, "cookie": cookie}


def media(pair: Pair) -> list[Message]:
    """What the other side said it sends, in turn."""
    return [message for message in pair.control if message["type"] == "media"]


def assert_in_touch(alice: Person, robot: OtherStack) -> None:
    """Picture, sound and what the other is sending, both ways."""
    eventually(lambda: alice.connected(1) and alice.sees(CAMERA) and alice.hears(), what="the robot's picture and sound")
    expect(alice.tile("Robot")).to_have_attribute("data-camera", "on")
    eventually(lambda: len(robot.pairs) == 1, what="the robot's pair")
    (pair,) = robot.pairs.values()
    eventually(lambda: pair.frames["camera"] > 5 and pair.frames["microphone"] > 5, what="frames at the robot")
    eventually(lambda: media(pair), what="what Alice says of her media")
    assert pair.control[0]["type"] == "hello"
    assert pair.control[0]["protocols"]["control"] == [1]
    assert media(pair)[0] == {"type": "media", "microphone": True, "camera": True, "screen": False, "sound": False}
    alice.control("Camera").click()
    eventually(lambda: media(pair)[-1]["camera"] is False, what="what Alice says of her camera")
    assert robot.refused == []


def test_it_offers_to_who_is_there(cast: Cast, deployment: Deployment, robot: OtherStack, elsewhere: Elsewhere) -> None:
    slug = deploying.room().slug
    alice = cast.member("Alice")
    alice.join(slug)
    enter(robot, elsewhere, deployment, slug)
    assert_in_touch(alice, robot)


def test_it_answers_who_comes(cast: Cast, deployment: Deployment, robot: OtherStack, elsewhere: Elsewhere) -> None:
    slug = deploying.room().slug
    enter(robot, elsewhere, deployment, slug)
    eventually(lambda: robot.id, what="the robot's welcome")
    alice = cast.member("Alice")
    alice.join(slug)
    assert_in_touch(alice, robot)


def test_frames_go_on_while_its_worker_is_dead(
    gather: Callable[[Deployment], Cast], database: Path, static: Path, tmp_path: Path, robot: OtherStack, elsewhere: Elsewhere
) -> None:
    with deploying.deployed(tmp_path, database=database, static=static) as mortal:
        slug = deploying.room().slug
        alice = gather(mortal).member("Alice")
        alice.join(slug)
        enter(robot, elsewhere, mortal, slug)
        eventually(lambda: alice.connected(1) and alice.sees(CAMERA) and alice.hears(), what="the robot's picture and sound")
        ((other, pair),) = robot.pairs.items()
        eventually(lambda: pair.frames["camera"], what="frames at the robot")

        os.kill(mortal.workers[-1].pid, signal.SIGKILL)
        known, before, seen = robot.id, dict(pair.frames), int(alice.received(CAMERA)["frames"])
        arrives = {"microphone": 100, "camera": 20}
        eventually(
            lambda: all(pair.frames[slot] > before[slot] + more for slot, more in arrives.items()),
            what="two seconds of sound and four of pictures",
        )
        eventually(lambda: alice.sees(CAMERA, since=seen + 20), what="the robot's picture")
        elsewhere.run(robot.resume(**door(mortal.origins[0], slug)))
        eventually(lambda: robot.welcomes == 2, what="the robot's place")
        assert (robot.id, robot.pairs) == (known, {other: pair})
        assert alice.connected(1)
        assert not [fact for frame in alice.incoming for fact in frame if fact["type"] == "left"]


def test_it_chats_from_the_page_of_the_protocol_alone(cast: Cast, deployment: Deployment, elsewhere: Elsewhere) -> None:
    slug = deploying.room().slug
    chat = OtherChat()
    talker = OtherStack("Robot", chat)
    alice, bob = cast.guest("Alice"), cast.guest("Bob")
    enter_quietly(alice, slug)
    open_chat(alice)
    say(alice, "before the robot 🦊")
    enter(talker, elsewhere, deployment, slug)
    eventually(lambda: chat.texts == ["before the robot 🦊"], what="the history at the robot")

    async def write() -> None:
        entry = chat.write("hello from elsewhere")
        for pair in talker.pairs.values():
            pair.say(entry)

    elsewhere.run(write())
    read(alice, "before the robot 🦊", "hello from elsewhere")
    alice.leave()
    enter_quietly(bob, slug)
    open_chat(bob)
    read(bob, "before the robot 🦊", "hello from elsewhere")
    expect(bob.page.locator(".chat-who").first).to_have_text("Guest Alice")
    elsewhere.run(talker.leave())


def test_it_fetches_a_file_from_the_page_of_the_protocol_alone(cast: Cast, deployment: Deployment, elsewhere: Elsewhere) -> None:
    slug = deploying.room().slug
    chat = OtherChat()
    fetcher = OtherStack("Robot", chat)
    alice = cast.guest("Alice")
    enter_quietly(alice, slug)
    open_chat(alice)
    content = data(1_000_000)
    offer(alice, ("report.bin", "application/octet-stream", content))
    enter(fetcher, elsewhere, deployment, slug)
    (offered,) = eventually(lambda: chat.offers, what="the offer at the robot")
    assert (offered["name"], offered["size"]) == ("report.bin", len(content))
    file = OtherFile(offered)

    async def fetch() -> None:
        (pair,) = fetcher.pairs.values()
        pair.fetch(file)

    elsewhere.run(fetch())
    eventually(lambda: file.content is not None, what="the file at the robot")
    assert file.content == content
    elsewhere.run(fetcher.leave())
