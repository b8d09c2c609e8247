"""The lobby of a room: who waits, what they and the hosts are told, and how they come in. With two workers and with one."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
import redis
from django.test import Client

from accounts.models import User
from rooms.models import Attendance, AuditEntry, Room
from signaling.protocol.bounds import NOTE_BURST
from tests.rooms.scenes import make_room
from tests.signaling.stage import Stage, Tab, configure, cookie, from_database, guest, two_workers, written

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob, waits="guests")


@pytest.fixture
def alice_tab(stage: Stage, room: Room, alices: Client) -> Tab:
    return Tab(stage[0], room.slug, cookie(alices))


@pytest.fixture
def bob_tab(stage: Stage, room: Room, bobs: Client) -> Tab:
    return Tab(stage[1], room.slug, cookie(bobs))


async def knock(stage: Stage, room: Room, name: str, place: int = 1) -> Tab:
    tab = Tab(stage[place], room.slug, await from_database(guest))
    assert (await tab.join(name=name))["type"] == "waiting"
    return tab


async def knocks(stage: Stage, room: Room, host: Tab, *names: str) -> list[Tab]:
    tabs = []
    for place, name in enumerate(names):
        tabs.append(await knock(stage, room, name, place))
        await host.receive("knocked")
    return tabs


def audit() -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("actor_name", "action", "target"))


# What those who wait are told


async def test_who_waits_knows_their_place_and_whether_a_host_is_there(stage: Stage, room: Room, alice_tab: Tab) -> None:
    dave = await knock(stage, room, "Dave")
    erin = await knock(stage, room, "Erin", 0)
    await dave.news()
    await erin.news()
    assert (dave.hosted, erin.hosted) == ([False], [False])
    assert dave.lobby == [{"place": 1, "opens": "never"}]
    assert erin.lobby == [{"place": 2, "opens": "never"}]
    await alice_tab.join()
    dave.send({"type": "leave"})
    assert await dave.closed() == 1000
    await alice_tab.receive("left")
    # The worker of Erin has learned both before it has the answer to this.
    alice_tab.send({"type": "admit", "ids": [erin.id]})
    await erin.receive("welcomed")
    assert erin.hosted[-1] is True
    assert {"place": 1, "opens": "never"} in erin.lobby


async def test_who_waits_reaches_nobody(stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab) -> None:
    await alice_tab.join()
    await bob_tab.join()
    await alice_tab.receive("joined")
    [dave] = await knocks(stage, room, alice_tab, "Dave")
    for message in (
        {"type": "signal", "to": bob_tab.id, "connection": "c", "negotiation": 1, "candidate": {"candidate": ""}},
        {"type": "admit", "ids": [dave.id]},
        {"type": "deny", "ids": [dave.id]},
    ):
        dave.send(message)
        assert (await dave.receive("refused"))["code"] == "unexpected"
    await alice_tab.receives_nothing()
    await bob_tab.receives_nothing()
    assert bob_tab.queue == [], "only hosts learn who waits"
    # Nor does anybody reach them.
    bob_tab.send({"type": "signal", "to": dave.id, "connection": "c", "negotiation": 1, "candidate": {"candidate": ""}})
    assert (await bob_tab.receive("refused"))["code"] == "stranger"


async def test_a_note_is_shown_to_hosts_and_to_nobody_else(stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab) -> None:
    await alice_tab.join()
    await bob_tab.join()
    await alice_tab.receive("joined")
    [dave, erin] = await knocks(stage, room, alice_tab, "Dave", "Erin")
    dave.send({"type": "note", "text": "  <b>It is me</b>, Zoe\u0308 "})
    assert await dave.news() == []
    stored = await stage[0].roster.snapshot(str(room.pk))
    assert stored and [one.note for one in stored.people] == ["", "", "<b>It is me</b>, Zoë", ""]
    alice_tab.send({"type": "admit", "ids": [erin.id]})
    await alice_tab.receive("joined")
    assert {"waits": "guests", "opens": "never", "notes": {dave.id: "<b>It is me</b>, Zoë"}} in alice_tab.queue
    assert (await erin.receive("welcomed"))["waiting"] == []
    await bob_tab.news()
    await erin.news()
    assert bob_tab.queue == erin.queue == []
    alice_tab.send({"type": "admit", "ids": [dave.id]})
    await alice_tab.receive("joined")
    await alice_tab.news()
    assert alice_tab.queue[-1]["notes"] == {}


@pytest.mark.parametrize("text", ["a" * 141, "two\nlines", "\u202eevil", "\u0000"])
async def test_a_note_is_one_short_line(stage: Stage, room: Room, text: str) -> None:
    dave = await knock(stage, room, "Dave")
    dave.send({"type": "note", "text": text})
    assert (await dave.receive("refused"))["code"] == "invalid"


async def test_a_note_is_not_changed_all_the_time(stage: Stage, room: Room) -> None:
    dave = await knock(stage, room, "Dave")
    dave.send(*({"type": "note", "text": str(number)} for number in range(NOTE_BURST + 1)))
    assert [message["code"] for message in await dave.news()] == ["flood"]


async def test_who_is_in_leaves_no_note(alice_tab: Tab) -> None:
    await alice_tab.join()
    alice_tab.send({"type": "note", "text": "Hello"})
    assert (await alice_tab.receive("refused"))["code"] == "unexpected"


# What hosts decide


async def test_alice_admits_several_and_each_is_in_the_audit_once(stage: Stage, room: Room, alice_tab: Tab) -> None:
    await alice_tab.join()
    dave, erin, frank = await knocks(stage, room, alice_tab, "Dave", "Erin", "Frank")
    alice_tab.send({"type": "admit", "ids": [dave.id, frank.id]})
    assert [(await alice_tab.receive("joined"))["participant"]["name"] for _ in range(2)] == ["Dave", "Frank"]
    assert (await dave.receive("welcomed"))["id"] == dave.id
    assert (await frank.receive("welcomed"))["id"] == frank.id
    assert await erin.news() == []
    await written(stage)
    assert await from_database(audit) == [("Alice", "admitted", "Guest Dave"), ("Alice", "admitted", "Guest Frank")]


async def test_alice_denies_several_and_says_why(stage: Stage, room: Room, alice_tab: Tab) -> None:
    await alice_tab.join()
    dave, erin = await knocks(stage, room, alice_tab, "Dave", "Erin")
    alice_tab.send({"type": "deny", "ids": [dave.id, erin.id], "reason": "We begin at noon. "})
    for tab in (dave, erin):
        assert await tab.receive("denied") == {"type": "denied", "reason": "We begin at noon."}
        assert await tab.closed() == 4003
    assert [(await alice_tab.receive("left"))["reason"] for _ in range(2)] == ["denied", "denied"]
    await written(stage)
    assert await from_database(audit) == [("Alice", "denied", "Guest Dave"), ("Alice", "denied", "Guest Erin")]


async def test_who_was_away_when_they_were_denied_is_told_why(stage: Stage, room: Room, alice_tab: Tab) -> None:
    await alice_tab.join()
    [dave] = await knocks(stage, room, alice_tab, "Dave")
    await dave.vanished()
    await alice_tab.receive("updated")
    alice_tab.send({"type": "deny", "id": dave.id, "reason": "Only for the board"})
    await alice_tab.receive("left")
    back = Tab(stage[0], room.slug, dave.cookie)
    assert await back.resume(dave) == {"type": "denied", "reason": "Only for the board"}


@pytest.mark.parametrize("reason", ["two\nlines", "\u2067evil", "a" * 201])
async def test_a_reason_is_one_short_line(stage: Stage, room: Room, alice_tab: Tab, reason: str) -> None:
    await alice_tab.join()
    [dave] = await knocks(stage, room, alice_tab, "Dave")
    alice_tab.send({"type": "deny", "id": dave.id, "reason": reason})
    assert (await alice_tab.receive("refused"))["code"] == "invalid"
    assert await dave.news() == []


async def test_two_hosts_at_once_see_no_error_and_write_one_row_each(
    stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab, bob: User
) -> None:
    await from_database(lambda: room.memberships.filter(user=bob).update(role="host"))
    await alice_tab.join()
    await bob_tab.join()
    await alice_tab.receive("joined")
    tabs = await knocks(stage, room, alice_tab, "Dave", "Erin", "Frank")
    ids = [tab.id for tab in tabs]
    alice_tab.send({"type": "admit", "ids": ids})
    bob_tab.send({"type": "deny", "ids": list(reversed(ids)), "reason": "No"})
    heard = [await tab.news() for tab in (alice_tab, bob_tab)]
    assert "refused" not in {message["type"] for one in heard for message in one}
    answers = [(await tab.receive())["type"] for tab in tabs]
    assert set(answers) <= {"welcomed", "denied"}
    await written(stage)
    rows = await from_database(audit)
    assert sorted(target for _, _, target in rows) == ["Guest Dave", "Guest Erin", "Guest Frank"]
    decided = {"welcomed": "admitted", "denied": "denied"}
    assert {target: action for _, action, target in rows} == {
        f"Guest {name}": decided[answer] for name, answer in zip(("Dave", "Erin", "Frank"), answers, strict=True)
    }


async def test_who_was_let_in_meanwhile_is_not_turned_away(stage: Stage, room: Room, alice_tab: Tab) -> None:
    await alice_tab.join()
    [dave] = await knocks(stage, room, alice_tab, "Dave")
    alice_tab.send({"type": "admit", "ids": [dave.id]}, {"type": "deny", "ids": [dave.id]})
    await dave.receive("welcomed")
    await alice_tab.receive("joined")
    await alice_tab.receives_nothing()
    await dave.receives_nothing()


async def test_as_many_are_admitted_as_there_are_seats(stage: Stage, room: Room, alice_tab: Tab) -> None:
    await configure(stage[0], room, capacity=2)
    await alice_tab.join()
    dave, erin = await knocks(stage, room, alice_tab, "Dave", "Erin")
    alice_tab.send({"type": "admit", "ids": [dave.id, erin.id]})
    await alice_tab.receive("joined")
    assert (await alice_tab.receive("refused"))["code"] == "full"
    await dave.receive("welcomed")
    assert await erin.news() == []


async def test_members_decide_about_nobody(stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab) -> None:
    await alice_tab.join()
    await bob_tab.join()
    await alice_tab.receive("joined")
    [dave] = await knocks(stage, room, alice_tab, "Dave")
    for act in ("admit", "deny"):
        bob_tab.send({"type": act, "ids": [dave.id]})
        assert (await bob_tab.receive("refused"))["code"] == "forbidden"
    assert await dave.news() == []


# How a lobby opens


async def test_members_wait_where_everybody_but_hosts_does_until_the_first_host_comes(
    stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab
) -> None:
    await from_database(lambda: Room.objects.filter(pk=room.pk).update(waits="nonhosts", lobby_opens="host"))
    assert (await bob_tab.join())["type"] == "waiting"
    dave = await knock(stage, room, "Dave", 0)
    await bob_tab.news()
    assert bob_tab.lobby == [{"place": 1, "opens": "host"}]
    await alice_tab.join()
    assert [(await alice_tab.receive("joined"))["participant"]["name"] for _ in range(2)] == ["Bob", "Dave"]
    await bob_tab.receive("welcomed")
    await dave.receive("welcomed")
    await written(stage)
    names = await from_database(lambda: set(Attendance.objects.values_list("name", flat=True)))
    assert names == {"Alice", "Bob", "Dave"}
    assert await from_database(audit) == [], "nobody has decided anything"
    erin = Tab(stage[1], room.slug, await from_database(guest))
    assert (await erin.join(name="Erin"))["type"] == "welcomed"


async def test_the_lobby_opens_at_its_time(stage: Stage, room: Room, bob_tab: Tab) -> None:
    opens_at = datetime.fromtimestamp(1_010, UTC)
    fields = {"waits": "nonhosts", "lobby_opens": "time", "lobby_opens_at": opens_at}
    await from_database(lambda: Room.objects.filter(pk=room.pk).update(**fields))
    assert (await bob_tab.join())["type"] == "waiting"
    await bob_tab.news()
    assert bob_tab.lobby == [{"place": 1, "opens": "time", "at": 1_010}]
    await stage.live(9)
    assert await bob_tab.news() == []
    await stage.live(1)
    await bob_tab.receive("welcomed")


async def test_whoever_waits_comes_in_when_nobody_has_to_wait_any_more(stage: Stage, room: Room, alice_tab: Tab) -> None:
    await alice_tab.join()
    dave, erin = await knocks(stage, room, alice_tab, "Dave", "Erin")
    await configure(stage[0], room, waits="nobody")
    await dave.receive("welcomed")
    await erin.receive("welcomed")
    assert [(await alice_tab.receive("joined"))["participant"]["name"] for _ in range(2)] == ["Dave", "Erin"]


async def test_a_lock_still_holds(stage: Stage, room: Room, alice_tab: Tab) -> None:
    await configure(stage[0], room, locked=True)
    await alice_tab.join()
    [dave] = await knocks(stage, room, alice_tab, "Dave")
    await configure(stage[0], room, waits="nobody")
    await stage.live(2)
    assert await dave.news() == []
    assert dave.lobby[-1]["opens"] == "never"
    await configure(stage[0], room, locked=False)
    await dave.receive("welcomed")


async def test_what_was_missed_is_made_up_for_by_the_next_pass(stage: Stage, room: Room, alice_tab: Tab) -> None:
    """The store has opened the lobby, and nobody has announced it."""
    await alice_tab.join()
    [dave] = await knocks(stage, room, alice_tab, "Dave")
    # Nobody reads the settings any more.
    await alice_tab.news()
    await dave.news()
    await from_database(lambda: Room.objects.filter(pk=room.pk).update(waits="nobody", settings_version=7))
    settings = (await from_database(Room.objects.get)).live_settings
    assert await stage[0].roster.configure(str(room.pk), settings)
    await stage.live(1)
    await dave.receive("welcomed")


# Who was let in stays in


async def test_admission_survives_a_lost_socket_and_a_reload(stage: Stage, room: Room, alice_tab: Tab) -> None:
    await alice_tab.join()
    [dave] = await knocks(stage, room, alice_tab, "Dave")
    await dave.vanished()
    await alice_tab.receive("updated")
    alice_tab.send({"type": "admit", "ids": [dave.id]})
    await alice_tab.receive("joined")
    back = Tab(stage[0], room.slug, dave.cookie)
    assert (await back.resume(dave))["type"] == "welcomed"
    await back.vanished(1001)
    again = Tab(stage[1], room.slug, dave.cookie)
    assert (await again.resume(back))["type"] == "welcomed"


async def test_admission_survives_the_loss_of_the_store(redis_url: str, room: Room, alices: Client) -> None:
    async with two_workers(redis_url) as stage:
        alice = Tab(stage[0], room.slug, cookie(alices))
        await alice.join()
        dave, erin = await knocks(stage, room, alice, "Dave", "Erin")
        alice.send({"type": "admit", "ids": [dave.id]})
        await dave.receive("welcomed")
        await alice.receive("joined")
        with redis.Redis.from_url(redis_url) as client:
            for key in client.scan_iter(f"*{{{room.pk}}}*"):
                client.delete(key)
        for worker in stage.workers:
            await worker.keeper.renew()
        await asyncio.gather(*(dave_sees(tab, dave) for tab in (dave, alice)))
        snapshot = await stage[0].roster.snapshot(str(room.pk))
        assert snapshot and {one.name: one.state for one in snapshot.people} == {
            "Alice": "present",
            "Dave": "present",
            "Erin": "waiting",
        }
        assert not [message for message in await erin.news() if message["type"] != "waiting"]


async def dave_sees(tab: Tab, dave: Tab) -> None:
    """A tab has the roster of the new epoch, and Dave is in it."""
    while (message := await tab.receive())["type"] != "roster":
        pass
    assert dave.id in {one["id"] for one in message["participants"]}
