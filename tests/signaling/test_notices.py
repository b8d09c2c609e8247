"""A notice of the administrators reaches everybody who is connected, on each worker, and nothing waits for it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from rooms.models import Room
from signaling.protocol.facts import Notice
from signaling.roster.base import Unreachable
from tests.rooms.scenes import make_room
from tests.signaling.stage import Stage, Tab, cookie, embedded, guest, meet, two_workers

pytestmark = pytest.mark.django_db(transaction=True)

TONIGHT = Notice(id="n1", text="Tonight we update the server.", at=1_796_000_000)
FACT = {"type": "notice", "id": "n1", "text": "Tonight we update the server.", "at": 1_796_000_000}
NONE = {"type": "notice", "id": "", "text": ""}


class Board:
    """Where administrators write; each worker reads it by itself."""

    def __init__(self) -> None:
        self.notice = Notice()

    def __call__(self) -> Notice:
        return self.notice


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
def room(alice: Any, bob: Any) -> Room:
    return make_room(alice, member=bob, waits="guests")


async def read(stage: Stage) -> None:
    """The next pass of each worker."""
    for worker in stage.workers:
        await worker.keeper.notify()


async def test_it_comes_and_goes_in_open_calls(redis_url: str, board: Board, room: Room, alices: Client, bobs: Client) -> None:
    async with two_workers(redis_url, notices=board) as stage:
        alice, bob = await meet(stage, room, alices, bobs)
        board.notice = TONIGHT
        await read(stage)
        await read(stage)
        assert await alice.news() == await bob.news() == [FACT]
        board.notice = Notice()
        await read(stage)
        await read(stage)
        assert await alice.news() == await bob.news() == [NONE]


async def test_whoever_comes_later_is_told_at_once(board: Board, room: Room, alices: Client) -> None:
    async with embedded(notices=board) as stage:
        board.notice = TONIGHT
        await read(stage)
        alice, carol = Tab(stage[0], room.slug, cookie(alices)), Tab(stage[0], room.slug, guest())
        await alice.join()
        assert await alice.news() == [FACT]
        assert (await carol.join(name="Carol"))["type"] == "waiting"
        assert await carol.receive() == FACT
        again = Tab(stage[0], room.slug, cookie(alices))
        assert (await again.resume(alice))["type"] == "welcomed"
        assert FACT in await again.news()
        again.send({"type": "admit", "id": carol.id})
        assert (await carol.receive())["type"] == "welcomed"
        assert FACT not in await carol.news()


async def test_without_a_notice_nobody_is_told_anything(board: Board, room: Room, alices: Client) -> None:
    async with embedded(notices=board) as stage:
        alice = Tab(stage[0], room.slug, cookie(alices))
        await alice.join()
        await read(stage)
        assert await alice.news() == []


async def test_a_browser_of_the_release_before_stays_in(board: Board, room: Room, alices: Client) -> None:
    """It ignores what it does not know: tests/js/signaling/before.test.js."""
    async with embedded(notices=board) as stage:
        alice = Tab(stage[0], room.slug, cookie(alices))
        await alice.join(capabilities=[])
        board.notice = TONIGHT
        await read(stage)
        assert await alice.news() == [FACT]


async def test_it_comes_while_redis_is_away(
    redis_url: str, board: Board, room: Room, alices: Client, bobs: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with two_workers(redis_url, notices=board) as stage:
        alice, bob = await meet(stage, room, alices, bobs)

        async def away(*args: Any, **named: Any) -> Any:
            raise Unreachable

        for worker in stage.workers:
            monkeypatch.setattr(worker.roster, "renew", away)
            monkeypatch.setattr(worker.mailbox, "post", None)
            await worker.keeper.attempt(worker.keeper.renew)
        board.notice = TONIGHT
        await read(stage)
        assert FACT in await alice.news() and FACT in await bob.news()
        monkeypatch.undo()
