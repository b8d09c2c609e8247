"""Goodbyes that are sent again: what Bob's worker does when the store does not know him any more."""

from __future__ import annotations

from typing import Any

import pytest

from signaling.goodbyes import STALE_SECONDS, Goodbyes
from signaling.roster.base import Change, Record, Unreachable
from signaling.roster.memory import MemoryRoster
from signaling.send_queue import SendQueue
from signaling.view import Member, View
from tests.signaling.roster.stage import rules
from tests.signaling.stage import Clock

ROOM = "7"
ALICE = Record(id="alice", name="Alice", role="owner", identity="user:alice", worker="there")
BOB = Record(id="bob", name="Bob", role="member", identity="user:bob", worker="here")


class Scene:
    """Bob was the last of his room on this worker, which believes that the store is being rebuilt."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock = Clock()
        self.roster = MemoryRoster(self.clock)
        self.announced: list[Change] = []
        self.closed: list[tuple[str, str]] = []
        self.goodbyes = Goodbyes(
            self.roster, announce=self.announced.append, close=lambda *who: self.closed.append(who), clock=self.clock
        )
        self._patch = monkeypatch

    async def meet(self) -> Member:
        for record in (ALICE, BOB):
            entered = await self.roster.enter(ROOM, record, token=record.id, settings=rules())
        bob = Member(
            BOB, room=ROOM, token="bob", login="", send_queue=SendQueue(), greet=lambda member: View(ROOM).roster(host=False)
        )
        bob.view.people, bob.view.rebuilding = {"bob": BOB}, True
        bob.epoch = bob.view.epoch = entered.snapshot.epoch
        return bob

    async def send_unanswered(self, bob: Member, grace_seconds: float | None) -> None:
        async def unreachable(*args: Any) -> None:
            raise Unreachable

        bob.grace_seconds = grace_seconds
        with self._patch.context() as patch:
            patch.setattr(self.roster, "leave", unreachable)
            patch.setattr(self.roster, "detach", unreachable)
            await self.goodbyes.send(bob)

    async def inside(self) -> list[str]:
        snapshot = await self.roster.snapshot(ROOM)
        return [record.id for record in snapshot.people] if snapshot is not None else []


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    return Scene(monkeypatch)


@pytest.mark.parametrize("grace_seconds", [None, 15])
async def test_nobody_is_put_back_who_has_left_elsewhere(scene: Scene, grace_seconds: float | None) -> None:
    bob = await scene.meet()
    await scene.send_unanswered(bob, grace_seconds)
    await scene.roster.resume(
        ROOM,
        "bob",
        identity="user:bob",
        token="bob",
        fresh="bob-2",
        worker="there",
        role="member",
        name="",
        prefix="",
        settings=rules(),
    )
    await scene.roster.leave(ROOM, "bob", 2, "left")
    await scene.goodbyes.repeat()
    assert (await scene.inside(), scene.announced) == (["alice"], [])


@pytest.mark.parametrize(("seconds", "announced"), [(STALE_SECONDS, 2), (STALE_SECONDS + 1, 0)])
async def test_after_lease_and_grace_nobody_is_put_back_to_say_goodbye(scene: Scene, seconds: float, announced: int) -> None:
    bob = await scene.meet()
    await scene.send_unanswered(bob, None)
    scene.roster._rooms.clear()
    scene.clock.advance(seconds)
    await scene.goodbyes.repeat()
    assert (len(scene.announced), await scene.inside()) == (announced, [])
    assert scene.closed == ([] if announced else [(ROOM, "bob")])


async def test_what_is_received_the_first_time_is_not_written_twice(scene: Scene) -> None:
    bob = await scene.meet()
    bob.grace_seconds = None
    await scene.goodbyes.send(bob)
    await scene.goodbyes.send(bob)
    assert (len(scene.announced), scene.closed) == (1, [])
