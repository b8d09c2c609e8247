"""What hosts keep people from: everybody is told the same. With two workers and one Redis, and again with one worker."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from rooms.models import Attendance, AuditEntry, Membership, Room
from signaling.protocol.bounds import RESTRICT_BURST
from signaling.roster.base import Unreachable
from tests.cast import person
from tests.rooms.scenes import make_room
from tests.signaling.stage import (
    Stage,
    Tab,
    configure,
    cookie,
    embedded,
    from_database,
    guest,
    lose_the_store,
    meet,
    two_workers,
    written,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


def restrict(use: str, how: str, *whom: Tab) -> dict[str, Any]:
    return {"type": "restrict", "use": use, "how": how} | ({"ids": [tab.id for tab in whom]} if whom else {})


def free(use: str, *whom: Tab) -> dict[str, Any]:
    return {"type": "free", "use": use} | ({"ids": [tab.id for tab in whom]} if whom else {})


def lift(use: str) -> dict[str, Any]:
    return {"type": "lift", "use": use}


def ask(use: str, whom: str) -> dict[str, Any]:
    return {"type": "ask", "use": use, "id": whom}


async def all_see(tabs: list[Tab], people: dict[Tab, dict[str, str]], everyone: tuple[str, ...] = ()) -> None:
    """Every tab is told this, the last if several changes follow each other."""
    expected = {"type": "restrictions", "everyone": [*everyone], "people": {tab.id: kept for tab, kept in people.items()}}
    for tab in tabs:
        while (fact := await tab.receive("restrictions")) != expected:
            pass
        assert fact == expected


async def refusal(tab: Tab, message: dict[str, Any]) -> str:
    tab.send(message)
    return str((await tab.receive("refused"))["code"])


async def audit(stage: Stage) -> list[tuple[str, str, str, str]]:
    """What was recorded since the room was made, in order."""
    await written(stage)
    rows = AuditEntry.objects.order_by("pk").values_list("actor_name", "action", "target", "use")
    return await from_database(lambda: list(rows))


# What a host does


async def test_a_host_stops_somebody_who_lifts_it_themself(stage: Stage, tabs: list[Tab]) -> None:
    alice, bob, _ = tabs
    alice.send(restrict("microphone", "stopped", bob))
    await all_see(tabs, {bob: {"microphone": "stopped"}})
    bob.send(lift("microphone"))
    await all_see(tabs, {})
    for tab in tabs:
        await tab.receives_nothing()
    assert await audit(stage) == [("Alice", "stopped", "Bob", "microphone")]


async def test_what_is_forbidden_only_a_host_lifts(stage: Stage, tabs: list[Tab]) -> None:
    alice, _, dave = tabs
    alice.send(restrict("screen", "forbidden", dave))
    await all_see(tabs, {dave: {"screen": "forbidden"}})
    assert await refusal(dave, lift("screen")) == "forbidden"
    alice.send(restrict("screen", "stopped", dave))
    alice.send(free("screen", dave))
    await all_see(tabs, {})
    dave.send(lift("screen"))
    for tab in tabs:
        await tab.receives_nothing()
    assert await audit(stage) == [
        ("Alice", "forbidden", "Guest Dave", "screen"),
        ("Alice", "freed", "Guest Dave", "screen"),
    ]


async def test_a_host_stops_everybody_but_hosts_and_themself(
    stage: Stage, room: Room, alices: Client, bobs: Client, carol: User, carols: Client
) -> None:
    await from_database(lambda: Membership.objects.create(room=room, user=carol, role="host"))
    cookies = [cookie(alices), cookie(bobs), cookie(carols), await from_database(guest)]
    tabs = [Tab(stage[place], room.slug, text) for place, text in enumerate(cookies)]
    for count, tab in enumerate(tabs):
        await tab.join(name="Dave")
        for other in tabs[:count]:
            await other.receive("joined")
    alice, bob, host, dave = tabs
    host.send(restrict("microphone", "stopped"))
    await all_see(tabs, {bob: {"microphone": "stopped"}, dave: {"microphone": "stopped"}})
    host.send(free("microphone"))
    await all_see(tabs, {})
    alice.send(restrict("camera", "forbidden"))
    await all_see(tabs, {tab: {"camera": "forbidden"} for tab in (bob, host, dave)})
    assert Counter(row[:2] for row in await audit(stage)) == {
        ("Carol", "stopped"): 2,
        ("Carol", "freed"): 2,
        ("Alice", "forbidden"): 3,
    }


async def test_nothing_changes_and_nothing_is_recorded_twice(stage: Stage, tabs: list[Tab]) -> None:
    alice, bob, _ = tabs
    alice.send(free("chat", bob), restrict("chat", "forbidden", bob), restrict("chat", "forbidden", bob))
    await all_see(tabs, {bob: {"chat": "forbidden"}})
    for tab in tabs:
        await tab.receives_nothing()
    assert len(await audit(stage)) == 1


async def test_a_host_asks_somebody_who_is_not_restricted_by_it(stage: Stage, tabs: list[Tab]) -> None:
    alice, bob, dave = tabs
    for tab in (bob, dave):
        alice.send(ask("microphone", tab.id))
        assert await tab.receive() == {"type": "asked", "use": "microphone", "by": alice.id}
    for tab in tabs:
        await tab.receives_nothing()
    assert await audit(stage) == []


async def test_a_host_ends_the_meeting_for_everybody(stage: Stage, room: Room, tabs: list[Tab]) -> None:
    alice, _, _ = tabs
    alice.send({"type": "end"})
    for tab in tabs:
        while (fact := await tab.receive())["type"] != "removed":
            assert fact["type"] == "left"
        assert fact["reason"] == "ended"
        assert await tab.closed() == 4003
    assert await audit(stage) == [("Alice", "ended", "", "")]
    again = Tab(stage[0], room.slug, alice.cookie)
    assert (await again.join())["type"] == "welcomed"


# Refusals


async def test_who_is_no_host_restricts_nobody(stage: Stage, tabs: list[Tab]) -> None:
    alice, bob, dave = tabs
    for tab in (bob, dave):
        for message in (
            restrict("microphone", "stopped", alice),
            restrict("microphone", "stopped", tab),
            restrict("microphone", "stopped"),
            free("microphone", tab),
            free("microphone"),
            ask("camera", alice.id),
            ask("camera", "nobody"),
            {"type": "end"},
        ):
            assert await refusal(tab, message) == "forbidden"
    for tab in tabs:
        await tab.receives_nothing()
    assert await audit(stage) == []


def hosting(room: Room, *others: User) -> str:
    """Erin hosts the room, and so do these. Her Cookie header."""
    erin, browser = person("Erin"), Client()
    for host in (erin, *others):
        Membership.objects.create(room=room, user=host, role="host")
    browser.force_login(erin)
    return cookie(browser)


async def test_a_host_acts_neither_on_the_owner_nor_on_another_host_nor_on_themself(
    stage: Stage, room: Room, tabs: list[Tab], carol: User, carols: Client
) -> None:
    alice, bob, _ = tabs
    erins = await from_database(lambda: hosting(room, carol))
    here, other = Tab(stage[0], room.slug, cookie(carols)), Tab(stage[1], room.slug, erins)
    for tab in (here, other):
        await tab.join()
    await here.receive("joined")
    for whom in (alice, other, here):
        assert await refusal(here, restrict("camera", "stopped", whom)) == "forbidden"
        assert await refusal(here, restrict("camera", "stopped", bob, whom)) == "forbidden"
        assert await refusal(here, free("camera", whom)) == "forbidden"
        assert await refusal(here, ask("camera", whom.id)) == "forbidden"
    await here.receives_nothing()
    assert await audit(stage) == []


async def test_who_is_not_there_is_a_stranger(stage: Stage, room: Room, tabs: list[Tab]) -> None:
    alice, bob, dave = tabs
    await configure(stage[0], room, locked=True)
    knocking = Tab(stage[1], room.slug, await from_database(guest))
    await knocking.join(name="Frank")
    for _ in range(2):
        await alice.receive()
    for tab in (bob, dave):
        await tab.receive("locked")
    for whom in ("nobody", knocking.id):
        assert await refusal(alice, {"type": "restrict", "use": "chat", "how": "forbidden", "ids": [whom]}) == "stranger"
        assert await refusal(alice, {"type": "free", "use": "chat", "ids": [whom]}) == "stranger"
        assert await refusal(alice, ask("chat", whom)) == "stranger"
    assert await refusal(alice, {"type": "restrict", "use": "chat", "how": "forbidden", "ids": []}) == "stranger"
    for message in (restrict("chat", "stopped"), free("chat"), lift("chat"), ask("chat", bob.id), {"type": "end"}):
        assert await refusal(knocking, message) == "unexpected"
        stage.clock.advance(10)


async def test_of_several_those_who_have_left_are_passed_over(stage: Stage, tabs: list[Tab]) -> None:
    alice, bob, dave = tabs
    dave.send({"type": "leave"})
    for tab in (alice, bob):
        await tab.receive("left")
    alice.send(restrict("chat", "forbidden", dave, bob))
    await all_see([alice, bob], {bob: {"chat": "forbidden"}})


async def test_a_person_restricts_twenty_times_at_once_and_then_twice_a_second(stage: Stage, tabs: list[Tab]) -> None:
    alice, bob, _ = tabs
    for turn in range(RESTRICT_BURST):
        alice.send((restrict("chat", "forbidden", bob), free("chat", bob), ask("chat", bob.id), free("chat"))[turn % 4])
    assert await alice.refusals() == []
    assert await refusal(alice, restrict("chat", "forbidden", bob)) == "flood"
    stage.clock.advance(1)
    alice.send(ask("chat", bob.id), ask("chat", bob.id), ask("chat", bob.id))
    assert await alice.refusals() == ["flood"]


async def test_a_restriction_that_the_store_does_not_take_is_refused(
    stage: Stage, tabs: list[Tab], monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, bob, _ = tabs

    async def away(*arguments: object, **named: object) -> None:
        raise Unreachable

    with monkeypatch.context() as patch:
        patch.setattr(stage[0].roster, "restrict", away)
        assert await refusal(alice, restrict("chat", "forbidden", bob)) == "busy"
    assert await audit(stage) == []


# Who is told, and for how long it holds


async def test_who_comes_later_is_told_what_is_kept_from_whom(stage: Stage, room: Room, tabs: list[Tab]) -> None:
    alice, bob, _ = tabs
    alice.send(restrict("chat", "forbidden", bob))
    await all_see(tabs, {bob: {"chat": "forbidden"}})
    await configure(stage[0], room, hosts_only="screen reactions")
    await all_see(tabs, {bob: {"chat": "forbidden"}}, ("screen", "reactions"))
    erin = Tab(stage[1], room.slug, await from_database(guest))
    await erin.join(name="Erin")
    await all_see([erin], {bob: {"chat": "forbidden"}}, ("screen", "reactions"))
    assert len(erin.frames) == 1


async def test_it_holds_while_somebody_reloads_and_ends_when_they_become_a_host(
    stage: Stage, room: Room, tabs: list[Tab], bob: User
) -> None:
    alice, bobs_tab, dave = tabs
    alice.send(restrict("microphone", "forbidden", bobs_tab))
    await all_see(tabs, {bobs_tab: {"microphone": "forbidden"}})
    await bobs_tab.vanished(1001)
    again = Tab(stage[0], room.slug, bobs_tab.cookie)
    await again.resume(bobs_tab)
    await all_see([again], {again: {"microphone": "forbidden"}})
    assert await refusal(again, lift("microphone")) == "forbidden"
    await stage[0].set_role(str(room.pk), f"user:{bob.pk}", "host")
    for tab in (alice, dave, again):
        while (fact := await tab.receive())["type"] != "restrictions":
            assert fact["type"] in {"updated", "roster"}
        assert fact["people"] == {}


async def test_two_hosts_act_at_once_on_one_person(
    stage: Stage, room: Room, tabs: list[Tab], carol: User, carols: Client
) -> None:
    """The store decides who is first. Whatever the order, what is forbidden stays so, and each change is recorded once."""
    alice, bob, _ = tabs
    await from_database(lambda: Membership.objects.create(room=room, user=carol, role="host"))
    host = Tab(stage[1], room.slug, cookie(carols))
    await host.join()
    alice.send(restrict("microphone", "stopped", bob))
    host.send(restrict("microphone", "forbidden", bob))
    for tab in (alice, bob, host):
        while (fact := await tab.receive())["type"] != "restrictions" or fact["people"] != {bob.id: {"microphone": "forbidden"}}:
            pass
    rows = await audit(stage)
    assert ("Carol", "forbidden", "Bob", "microphone") in rows
    assert len(rows) <= 2


async def test_a_host_restricts_somebody_whom_another_removes(stage: Stage, room: Room, tabs: list[Tab]) -> None:
    alice, bob, dave = tabs
    alice.send({"type": "remove", "id": bob.id}, restrict("chat", "forbidden", bob))
    for tab in (alice, dave):
        await tab.receive("left")
    assert (await alice.receive("refused"))["code"] == "stranger"


async def test_a_restriction_of_which_the_mail_was_lost_is_known_after_the_next_heartbeat(
    room: Room, alices: Client, bobs: Client, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with two_workers(redis_url) as stage:
        alice, bob = await meet(stage, room, alices, bobs)
        with monkeypatch.context() as patch:
            patch.setattr(stage[0].mailbox, "post", lambda worker, mail: None)
            alice.send(restrict("microphone", "stopped", bob))
            await all_see([alice], {bob: {"microphone": "stopped"}})
        await bob.receives_nothing()
        await stage[1].keeper.renew()
        await bob.receive("roster")
        await all_see([bob], {bob: {"microphone": "stopped"}})


async def test_redis_forgets_everything_but_the_workers_know_the_restrictions(
    room: Room, alices: Client, bobs: Client, redis_url: str
) -> None:
    async with two_workers(redis_url) as stage:
        alice, bob = await meet(stage, room, alices, bobs)
        alice.send(restrict("microphone", "forbidden", bob))
        await all_see([alice, bob], {bob: {"microphone": "forbidden"}})
        await lose_the_store(stage, redis_url)
        snapshot = await stage[0].roster.snapshot(str(room.pk))
        assert snapshot
        assert {one.id: one.restrictions for one in snapshot.people} == {alice.id: {}, bob.id: {"microphone": "forbidden"}}


async def test_the_only_server_is_started_anew_and_history_knows_the_restrictions(
    room: Room, alices: Client, bobs: Client
) -> None:
    async with embedded() as stage:
        alice, bob = await meet(stage, room, alices, bobs)
        alice.send(restrict("microphone", "forbidden", bob), restrict("chat", "stopped", bob), free("chat", bob))
        await all_see([alice, bob], {bob: {"microphone": "forbidden"}})
        await written(stage)
    assert await from_database(lambda: Attendance.objects.get(participant=bob.id).restrictions) == {"microphone": "forbidden"}
    async with embedded() as stage:
        again = Tab(stage[0], room.slug, alice.cookie)
        await again.resume(alice)
        await all_see([again], {bob: {"microphone": "forbidden"}})
        back = Tab(stage[0], room.slug, bob.cookie)
        await back.resume(bob)
        await all_see([back], {bob: {"microphone": "forbidden"}})
