"""Hands: everybody sees the same order, which is that of the store. With two workers and one Redis, and again with one worker."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from rooms.models import Room
from signaling.protocol.bounds import HAND_BURST
from signaling.roster.base import Unreachable
from tests.rooms.scenes import make_room
from tests.signaling.stage import Stage, Tab, configure, cookie, from_database, guest, lose_the_store, meet, two_workers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


def hand(raised: bool) -> dict[str, Any]:
    return {"type": "hand", "raised": raised}


async def all_see(tabs: list[Tab], *expected: Tab) -> None:
    """Every tab has been sent these hands, in this order."""
    for tab in tabs:
        assert (await tab.receive("hands"))["ids"] == [one.id for one in expected]


async def test_everybody_sees_the_same_order(tabs: list[Tab]) -> None:
    alice, bob, dave = tabs
    dave.send(hand(raised=True))
    await all_see(tabs, dave)
    alice.send(hand(raised=True))
    await all_see(tabs, dave, alice)
    bob.send(hand(raised=True))
    await all_see(tabs, dave, alice, bob)
    dave.send(hand(raised=False))
    await all_see(tabs, alice, bob)
    dave.send(hand(raised=True))
    await all_see(tabs, alice, bob, dave)
    for tab in tabs:
        await tab.receives_nothing()


async def test_a_hand_is_raised_once(tabs: list[Tab]) -> None:
    _, bob, _ = tabs
    bob.send(hand(raised=False), hand(raised=True), hand(raised=True))
    await all_see(tabs, bob)
    for tab in tabs:
        await tab.receives_nothing()


async def test_who_comes_later_learns_of_the_hands(stage: Stage, room: Room, tabs: list[Tab]) -> None:
    _, bob, dave = tabs
    bob.send(hand(raised=True))
    await all_see(tabs, bob)
    dave.send(hand(raised=True))
    await all_see(tabs, bob, dave)
    erin = Tab(stage[0], room.slug, await from_database(guest))
    await erin.join(name="Erin")
    await all_see([erin], bob, dave)
    assert len(erin.frames) == 1


async def test_a_hand_stays_raised_while_its_owner_reloads_on_another_worker(stage: Stage, room: Room, tabs: list[Tab]) -> None:
    alice, bob, dave = tabs
    bob.send(hand(raised=True))
    await all_see(tabs, bob)
    dave.send(hand(raised=True))
    await all_see(tabs, bob, dave)
    await bob.vanished(1001)
    for tab in (alice, dave):
        assert (await tab.receive("updated"))["participant"]["link"] == "detached"
    again = Tab(stage[0], room.slug, bob.cookie)
    await again.resume(bob)
    await all_see([again], again, dave)
    for tab in (alice, dave):
        assert (await tab.receive("updated"))["participant"]["link"] == "attached"
    for tab in (alice, dave, again):
        await tab.receives_nothing()


async def test_a_hand_goes_with_its_owner(tabs: list[Tab]) -> None:
    alice, bob, dave = tabs
    bob.send(hand(raised=True))
    await all_see(tabs, bob)
    bob.send({"type": "leave"})
    for tab in (alice, dave):
        await tab.receive("left")
    await all_see([alice, dave])


async def test_a_host_lowers_one_hand_or_all(tabs: list[Tab]) -> None:
    alice, bob, dave = tabs
    for count, tab in enumerate((bob, dave, alice), 1):
        tab.send(hand(raised=True))
        await all_see(tabs, *[bob, dave, alice][:count])
    alice.send({"type": "lower", "id": bob.id})
    await all_see(tabs, dave, alice)
    alice.send({"type": "lower"})
    for tab in tabs:
        hands: list[str] | None = None
        while hands != []:
            hands = (await tab.receive("hands"))["ids"]
    alice.send({"type": "lower"}, {"type": "lower", "id": bob.id})
    for tab in tabs:
        await tab.receives_nothing()


async def test_only_a_host_lowers_the_hands_of_others(tabs: list[Tab]) -> None:
    alice, bob, dave = tabs
    alice.send(hand(raised=True))
    await all_see(tabs, alice)
    for tab in (bob, dave):
        for message in ({"type": "lower"}, {"type": "lower", "id": alice.id}, {"type": "lower", "id": tab.id}):
            tab.send(message)
            assert (await tab.receive("refused"))["code"] == "forbidden"
    alice.send({"type": "lower", "id": "nobody"})
    assert (await alice.receive("refused"))["code"] == "stranger"
    for tab in tabs:
        await tab.receives_nothing()


async def test_who_waits_has_no_hand(stage: Stage, room: Room, tabs: list[Tab], carols: Client) -> None:
    alice, bob, _ = tabs
    bob.send(hand(raised=True))
    await all_see(tabs, bob)
    await configure(stage[0], room, locked=True)
    carol = Tab(stage[1], room.slug, cookie(carols))
    assert (await carol.join())["type"] == "waiting"
    carol.send(hand(raised=True))
    assert (await carol.receive("refused"))["code"] == "unexpected"
    while (await alice.receive())["type"] != "knocked":
        pass
    alice.send({"type": "admit", "id": carol.id})
    await carol.receive("welcomed")
    await all_see([carol], bob)


async def test_a_person_raises_a_hand_ten_times_at_once_and_then_once_a_second(stage: Stage, room: Room, tabs: list[Tab]) -> None:
    """With all sockets of theirs on the worker together."""
    _, bob, _ = tabs
    again = Tab(stage[1], room.slug, bob.cookie)
    await again.join()
    for turn in range(HAND_BURST):
        tab = (bob, again)[turn % 2]
        tab.send(hand(raised=turn % 4 < 2))
        await tab.refusals()
    for tab in (bob, again):
        tab.send(hand(raised=True))
        assert await tab.refusals() == ["flood"]
    stage.clock.advance(1)
    bob.send(hand(raised=True), hand(raised=True))
    assert await bob.refusals() == ["flood"]


async def test_a_hand_that_the_store_does_not_take_is_refused(
    stage: Stage, tabs: list[Tab], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, bob, _ = tabs

    async def away(*arguments: object, **named: object) -> None:
        raise Unreachable

    with monkeypatch.context() as patch:
        patch.setattr(stage[1].roster, "hand", away)
        bob.send(hand(raised=True))
        assert (await bob.receive("refused"))["code"] == "busy"
    bob.send(hand(raised=True))
    await all_see(tabs, bob)


async def test_a_hand_of_which_the_mail_was_lost_is_seen_after_the_next_heartbeat(
    room: Room, alices: Client, bobs: Client, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with two_workers(redis_url) as stage:
        alice, bob = await meet(stage, room, alices, bobs)
        with monkeypatch.context() as patch:
            patch.setattr(stage[1].mailbox, "post", lambda worker, mail: None)
            bob.send(hand(raised=True))
            await all_see([bob], bob)
        await alice.receives_nothing()
        await stage[0].keeper.renew()
        await alice.receive("roster")
        await all_see([alice], bob)


async def test_redis_forgets_everything_but_the_workers_know_the_hands(
    room: Room, alices: Client, bobs: Client, redis_url: str
) -> None:
    async with two_workers(redis_url) as stage:
        alice, bob = await meet(stage, room, alices, bobs)
        bob.send(hand(raised=True))
        await all_see([alice, bob], bob)
        await lose_the_store(stage, redis_url)
        alice.send(hand(raised=True))
        for tab in (alice, bob):
            hands: list[str] = []
            while len(hands) < 2:
                message = await tab.receive()
                hands = message["ids"] if message["type"] == "hands" else hands
            assert hands == [bob.id, alice.id]
