"""Joining a room: who may join, as whom, and what the others receive."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http.cookie import parse_cookie
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from accounts.throttle import Throttled
from rooms import guests, misses
from rooms.models import Room
from signaling.protocol.bounds import CAPABILITIES, JOIN_BURST
from signaling.roster.base import Entered, Record, Unreachable
from signaling.roster.memory import MemoryRoster
from tests.rooms.scenes import make_room
from tests.signaling.stage import (
    Stage,
    Tab,
    configure,
    cookie,
    embedded,
    from_database,
    guest,
    new_worker,
    running,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with embedded() as running:
        yield running


@pytest.fixture
async def alice_tab(stage: Stage, room: Room, alices: Client) -> Tab:
    tab = Tab(stage[0], room.slug, cookie(alices))
    await tab.join()
    return tab


async def test_rooms_one_may_not_enter_look_alike(stage: Stage, room: Room, alice: User, mallorys: Client) -> None:
    def rooms() -> list[str]:
        closed = [make_room(alice, access="members"), make_room(alice, access="link", passcode="secret")]
        return [one.slug for one in closed]

    answers = []
    for slug in [*await from_database(rooms), "abcd-efgh-ijk", "%00", "x" * 500]:
        tab = Tab(stage[0], slug, cookie(mallorys))
        await tab.join()
        answers.append((await tab.closed(), tab.frames))
    assert answers == [(4403, ['[{"type":"refused","code":"closed","reason":""}]'])] * 5


CLOSED = (4403, ['[{"type":"refused","code":"closed","reason":""}]'])


def guess_too_often(identity: str | None, client: str = "192.0.2.7") -> None:
    with pytest.raises(Throttled):
        while True:
            misses.take(identity, client)


def of(cookies: str) -> str:
    """The identity of a guest."""
    return f"guest:{guests.find(parse_cookie(cookies), SessionStore())}"


async def knock(stage: Stage, slug: str, cookie: str, **options: Any) -> Any:
    """How a join is answered: the close code and the frames, or ``welcomed``."""
    tab = Tab(stage[0], slug, cookie, **options)
    answer = await tab.join(name="Mallory")
    return "welcomed" if answer["type"] == "welcomed" else (await tab.closed(), tab.frames)


async def test_mallory_cannot_go_on_guessing_codes(stage: Stage, room: Room, mallory: User, mallorys: Client) -> None:
    for _ in range(misses.PER_PERSON):
        assert await knock(stage, "abc-defg-hij", cookie(mallorys)) == CLOSED
    assert await knock(stage, room.slug, cookie(mallorys)) == CLOSED
    assert await knock(stage, room.slug, await from_database(guest)) == "welcomed"


async def test_a_neighbour_who_guesses_shuts_out_nobody(stage: Stage, room: Room, bobs: Client, carols: Client) -> None:
    guess_too_often(None)
    for cookies in (cookie(bobs), cookie(carols), await from_database(guest)):
        assert await knock(stage, room.slug, cookies) == "welcomed"


async def test_rooms_that_do_not_answer_are_no_misses(stage: Stage, room: Room, alice: User, mallorys: Client) -> None:
    closed = await from_database(lambda: make_room(alice, access="members").slug)
    for _ in range(misses.PER_PERSON + 1):
        assert await knock(stage, closed, cookie(mallorys)) == CLOSED
    assert await knock(stage, room.slug, cookie(mallorys)) == "welcomed"


async def test_a_resume_token_goes_before_misses(stage: Stage, room: Room) -> None:
    carols, mallorys = await from_database(guest), await from_database(guest)
    carol, mallory = Tab(stage[0], room.slug, carols), Tab(stage[0], room.slug, mallorys)
    await carol.join(name="Carol")
    await mallory.join(name="Mallory")
    guess_too_often(of(carols))
    guess_too_often(of(mallorys))
    await carol.vanished()
    again = Tab(stage[0], room.slug, carols)
    assert (await again.resume(carol))["type"] == "welcomed"
    stolen = Tab(stage[0], room.slug, mallorys)
    assert (await stolen.resume(again))["code"] == "closed"
    assert await knock(stage, room.slug, mallorys) == CLOSED


async def test_a_guest_is_told_to_retry_when_misses_cannot_be_counted(stage: Stage, room: Room, settings: Settings) -> None:
    cookies = await from_database(guest)
    lost = {"BACKEND": "conference.counters.SharedCounters", "LOCATION": "redis://127.0.0.1:9/0"}
    settings.CACHES = {"default": lost}
    tab = Tab(stage[0], room.slug, cookies)
    assert ((await tab.join(name="Carol"))["code"], await tab.closed()) == ("busy", 4503)
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


async def test_a_guest_who_has_not_seen_the_page_is_refused(stage: Stage, room: Room) -> None:
    for cookies in ("", "nonsense", "login=unknown"):
        tab = Tab(stage[0], room.slug, cookies)
        assert ((await tab.join(name="Carol"))["code"], await tab.closed()) == ("closed", 4403)


async def test_a_guests_name_is_bounded(stage: Stage, room: Room) -> None:
    carol = Tab(stage[0], room.slug, await from_database(guest))
    assert (await carol.join(name="Ca\u202erol"))["code"] == "invalid"
    carol.send({"type": "join", "name": "x" * 65})
    assert (await carol.receive("refused"))["code"] == "invalid"
    carol.send({"type": "join", "name": "Carol"})
    await carol.receive("welcomed")


class Silent(MemoryRoster):
    """A roster that lets people enter, but never answers."""

    def __init__(self) -> None:
        super().__init__()
        self.entered = asyncio.Event()

    async def enter(self, room: str, record: Record, **options: Any) -> Entered:
        answer = await super().enter(room, record, **options)
        self.entered.set()
        await asyncio.Event().wait()
        return answer


async def test_an_entry_whose_answer_is_lost_is_taken_back(room: Room, alices: Client) -> None:
    roster = Silent()
    async with running(new_worker(roster, None)) as worker:
        tab = Tab(worker, room.slug, cookie(alices))
        await tab.open()
        tab.send({"type": "join"})
        await roster.entered.wait()
        await tab.kill()
        assert await roster.snapshot(str(room.pk)) is None


class Down(MemoryRoster):
    """A store that does not answer while ``down``."""

    down = True

    async def enter(self, room: str, record: Record, **options: Any) -> Entered:
        if self.down:
            raise Unreachable("down")
        return await super().enter(room, record, **options)


async def test_a_join_while_the_store_is_down_is_told_to_retry(room: Room, alices: Client) -> None:
    async with running(new_worker(Down(), None)) as worker:
        tab = Tab(worker, room.slug, cookie(alices))
        assert ((await tab.join())["code"], await tab.closed()) == ("busy", 4503)


async def test_a_join_without_a_name_does_not_put_off_the_join(stage: Stage, room: Room) -> None:
    await from_database(lambda: Room.objects.filter(pk=room.pk).update(access=Room.Access.LINK))
    tab = Tab(stage[0], room.slug, guest(), join_seconds=0.5)
    assert await tab.open()
    for _ in range(20):
        tab.send({"type": "join"})
        await asyncio.sleep(0.2)
    assert await tab.closed() == 4408


async def test_a_database_that_does_not_answer_holds_no_socket(room: Room, alices: Client) -> None:
    asked = threading.Event()

    def find(*args: Any) -> Any:
        asked.wait(20)

    async with embedded(rooms=SimpleNamespace(find=find, policies=lambda rooms: {})) as stage:
        tab = Tab(stage[0], room.slug, cookie(alices), join_seconds=1)
        assert await tab.open()
        tab.send({"type": "join"})
        assert (await tab.receive("refused"))["code"] == "busy"
        assert await tab.closed() == 4503
        asked.set()


async def test_who_joins_without_end_has_to_wait(stage: Stage, room: Room, mallorys: Client) -> None:
    slugs = await from_database(lambda: [make_room().slug for _ in range(5)])
    for number in range(JOIN_BURST):
        tab = Tab(stage[0], slugs[number % 5], cookie(mallorys))
        assert (await tab.join())["type"] == "welcomed"
        tab.send({"type": "leave"})
        await tab.closed()
    tab = Tab(stage[0], room.slug, cookie(mallorys))
    assert (await tab.join())["code"] == "flood"
    assert await tab.closed() == 4429
    stage.clock.advance(1)
    assert (await Tab(stage[0], room.slug, cookie(mallorys)).join())["type"] == "welcomed"


async def test_capabilities_are_told_to_whoever_has_some(stage: Stage, room: Room, alices: Client) -> None:
    """A browser of the release before takes no field that it does not know."""
    answers = {}
    for capabilities in ([], ["rights", "of-a-later-release"], None):
        tab = Tab(stage[0], room.slug, cookie(alices))
        fields = {} if capabilities is None else {"capabilities": capabilities}
        welcome = await tab.join(**fields)
        answers[str(capabilities)] = welcome.get("capabilities")
    assert answers == {"[]": list(CAPABILITIES), "['rights', 'of-a-later-release']": list(CAPABILITIES), "None": None}


async def test_capabilities_outlast_the_wait_and_an_invalid_join(stage: Stage, room: Room, alice_tab: Tab) -> None:
    await configure(stage[0], room, locked=True)
    carol = Tab(stage[0], room.slug, guest())
    assert await carol.open()
    carol.send({"type": "join", "name": "Carol", "capabilities": ["Not a name"]})
    assert (await carol.receive("refused"))["code"] == "invalid"
    carol.send({"type": "join", "name": "Carol", "capabilities": []})
    waiting = await carol.receive("waiting")
    alice_tab.send({"type": "admit", "id": waiting["id"]})
    assert (await carol.receive("welcomed"))["capabilities"] == list(CAPABILITIES)
