"""The stories of the sockets: Alice hosts, Bob is a member, Carol knocks, Mallory is refused.

All run with two workers and one Redis, and again with a single worker.
"""

from __future__ import annotations

import asyncio
import json

import pytest
from django.test import Client

from accounts import logins
from accounts.models import User
from rooms.models import Attendance, AuditEntry, Ban, Meeting, Room
from signaling.permissions import rights
from tests.rooms.scenes import make_room
from tests.signaling.stage import Stage, Tab, candidate, configure, cookie, from_database, guest, written

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


@pytest.fixture
def alice_tab(stage: Stage, room: Room, alices: Client) -> Tab:
    return Tab(stage[0], room.slug, cookie(alices))


@pytest.fixture
def bob_tab(stage: Stage, room: Room, bobs: Client) -> Tab:
    return Tab(stage[1], room.slug, cookie(bobs))


@pytest.fixture
def carol_tab(stage: Stage, room: Room, carols: Client) -> Tab:
    return Tab(stage[1], room.slug, cookie(carols))


async def lock(room: Room) -> None:
    room.locked = True
    await from_database(room.save)


async def meet(alice: Tab, bob: Tab) -> None:
    await alice.join()
    await bob.join()
    assert (await alice.receive("joined"))["participant"]["id"] == bob.id


# Meeting


async def test_two_people_meet_and_signal(alice_tab: Tab, bob_tab: Tab) -> None:
    welcomed = await alice_tab.join()
    assert welcomed["type"] == "welcomed"
    assert welcomed["participants"] == [{"id": alice_tab.id, "name": "Alice", "role": "owner", "link": "attached"}]

    welcomed = await bob_tab.join()
    bob = {"id": bob_tab.id, "name": "Bob", "role": "member", "link": "attached"}
    assert welcomed["participants"][1] == bob
    assert await alice_tab.receive() == {"type": "joined", "participant": bob, "version": welcomed["version"]}

    bob_tab.send(candidate(alice_tab))
    sent = candidate(alice_tab)
    del sent["to"]
    assert await alice_tab.receive() == {**sent, "from": bob_tab.id}
    alice_tab.send(candidate(bob_tab))
    assert (await bob_tab.receive("signal"))["from"] == alice_tab.id


async def test_messages_of_one_direction_keep_their_order(alice_tab: Tab, bob_tab: Tab) -> None:
    await meet(alice_tab, bob_tab)
    for first in range(0, 100, 10):
        bob_tab.send(*(candidate(alice_tab, f"candidate:{number}") for number in range(first, first + 10)))
    received = [(await alice_tab.receive("signal"))["candidate"]["candidate"] for _ in range(100)]
    assert received == [f"candidate:{number}" for number in range(100)]


async def test_what_is_said_at_once_arrives_in_one_frame(alice_tab: Tab, bob_tab: Tab) -> None:
    await meet(alice_tab, bob_tab)
    before = len(alice_tab.frames)
    bob_tab.send(*(candidate(alice_tab) for _ in range(50)))
    for _ in range(50):
        await alice_tab.receive("signal")
    assert len(alice_tab.frames) == before + 1


async def test_everybody_of_a_crowd_gets_an_answer_from_everybody(stage: Stage, room: Room) -> None:
    room.capacity = 50
    await from_database(room.save)
    tabs = [Tab(stage[place], room.slug, await from_database(guest)) for place in range(12)]
    await asyncio.gather(*(tab.join(name="Carol") for tab in tabs))
    by_id = {tab.id: tab for tab in tabs}
    for tab in tabs:
        for other in tab.welcome["participants"]:
            if other["id"] != tab.id:
                tab.send(candidate(by_id[other["id"]]))
    await asyncio.gather(*(answer_everybody(tab, by_id) for tab in tabs))


async def answer_everybody(tab: Tab, tabs: dict[str, Tab]) -> None:
    met: set[str] = set()
    while len(met) < len(tabs) - 1:
        message = await tab.receive()
        assert message["type"] in {"joined", "roster", "signal"}, message
        if message["type"] == "signal":
            met.add(message["from"])
            if message["from"] not in {person["id"] for person in tab.welcome["participants"]}:
                tab.send(candidate(tabs[message["from"]]))


async def test_a_guest_enters_by_a_name(stage: Stage, room: Room) -> None:
    carol = Tab(stage[0], room.slug, await from_database(guest))
    welcomed = await carol.join(name="Carol")
    assert welcomed["participants"] == [{"id": carol.id, "name": "Carol", "role": "guest", "link": "attached"}]


async def test_a_guest_without_a_name_is_asked_again(stage: Stage, room: Room) -> None:
    carol = Tab(stage[0], room.slug, await from_database(guest))
    assert (await carol.join())["code"] == "invalid"
    carol.send({"type": "join", "name": "Carol"})
    await carol.receive("welcomed")


async def test_no_seat_is_left(stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab, carol_tab: Tab) -> None:
    room.capacity = 2
    await from_database(room.save)
    await meet(alice_tab, bob_tab)
    refused = await carol_tab.join()
    assert (refused["type"], refused["code"], await carol_tab.closed()) == ("refused", "full", 4403)
    await alice_tab.receives_nothing()


# Leaving


async def test_leaving_is_told_at_once(alice_tab: Tab, bob_tab: Tab) -> None:
    await meet(alice_tab, bob_tab)
    bob_tab.send({"type": "leave"})
    left = await alice_tab.receive("left")
    assert (left["id"], left["reason"]) == (bob_tab.id, "left")
    assert await bob_tab.closed() == 1000


async def test_history_is_written(stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab) -> None:
    await meet(alice_tab, bob_tab)
    await written(stage)
    bob_tab.send({"type": "leave"})
    await alice_tab.receive("left")
    await written(stage)
    meeting = await from_database(lambda: Meeting.objects.get(room=room))
    rows = await from_database(lambda: {row.name: row for row in Attendance.objects.filter(meeting=meeting)})
    assert (meeting.ended_at, rows["Alice"].left_at, rows["Bob"].reason) == (None, None, "left")
    alice_tab.send({"type": "leave"})
    await alice_tab.ended()
    await written(stage)
    meeting = await from_database(lambda: Meeting.objects.get(room=room))
    assert meeting.ended_at is not None


async def test_a_lost_socket_is_not_a_departure(alice_tab: Tab, bob_tab: Tab) -> None:
    await meet(alice_tab, bob_tab)
    await bob_tab.vanished()
    updated = await alice_tab.receive("updated")
    assert updated["participant"]["link"] == "detached"


async def test_a_socket_that_is_killed_without_a_word_is_detached_too(alice_tab: Tab, bob_tab: Tab) -> None:
    await meet(alice_tab, bob_tab)
    await bob_tab.kill()
    updated = await alice_tab.receive("updated")
    assert updated["participant"] == {"id": bob_tab.id, "name": "Bob", "role": "member", "link": "detached"}


@pytest.mark.parametrize(("code", "grace"), [(1006, 15), (1001, 5), (1000, 5)])
async def test_a_grace_that_ends_is_told_once(stage: Stage, alice_tab: Tab, bob_tab: Tab, code: int, grace: int) -> None:
    await meet(alice_tab, bob_tab)
    await stage.live(13)
    await bob_tab.vanished(code)
    await alice_tab.receive("updated")
    await stage.live(grace - 1)
    await alice_tab.receives_nothing()
    await stage.live(2)
    left = await alice_tab.receive("left")
    assert (left["id"], left["reason"]) == (bob_tab.id, "timeout")
    await stage.live(3)
    await alice_tab.receives_nothing()


# Coming back


async def test_a_lost_socket_resumes_on_the_other_worker(
    stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab, bobs: Client
) -> None:
    await meet(alice_tab, bob_tab)
    await bob_tab.vanished()
    await alice_tab.receive("updated")
    again = Tab(stage[0], room.slug, cookie(bobs))
    welcomed = await again.resume(bob_tab)
    assert (welcomed["id"], welcomed["token"] != bob_tab.welcome["token"]) == (bob_tab.id, True)
    assert (await alice_tab.receive("updated"))["participant"]["link"] == "attached"
    alice_tab.send(candidate(again))
    await again.receive("signal")
    again.send(candidate(alice_tab))
    await alice_tab.receive("signal")


async def test_a_tab_that_resumes_elsewhere_takes_over(
    stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab, bobs: Client
) -> None:
    await meet(alice_tab, bob_tab)
    for place in (0, 1):
        again = Tab(stage[place], room.slug, cookie(bobs))
        assert (await again.resume(bob_tab))["id"] == bob_tab.id
        assert await bob_tab.closed() == 4001
        await bob_tab.ended()
        assert (await alice_tab.receive("updated"))["participant"]["link"] == "attached"
        await alice_tab.receives_nothing()
        alice_tab.send(candidate(again))
        await again.receive("signal")
        bob_tab = again


async def test_the_token_before_is_good_until_the_new_one_was_used(stage: Stage, room: Room, bob_tab: Tab, bobs: Client) -> None:
    await bob_tab.join()
    await bob_tab.vanished()
    lost = Tab(stage[0], room.slug, cookie(bobs))
    await lost.resume(bob_tab)
    again = Tab(stage[1], room.slug, cookie(bobs))
    await again.resume(bob_tab)
    last = Tab(stage[0], room.slug, cookie(bobs))
    await last.resume(again)
    assert last.id == bob_tab.id
    stale = Tab(stage[1], room.slug, cookie(bobs))
    assert ((await stale.resume(bob_tab))["code"], await stale.closed()) == ("expired", 4010)


async def test_a_token_is_no_use_to_another_person(
    stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab, carols: Client
) -> None:
    await meet(alice_tab, bob_tab)
    for place in (0, 1):
        stolen = Tab(stage[place], room.slug, cookie(carols))
        assert ((await stolen.resume(bob_tab))["code"], await stolen.closed()) == ("expired", 4010)
    await bob_tab.receives_nothing()
    await alice_tab.receives_nothing()


async def test_a_stolen_token_does_not_keep_its_owner_from_resuming(
    stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab, bobs: Client, carols: Client
) -> None:
    await meet(alice_tab, bob_tab)
    await bob_tab.vanished()
    assert (await alice_tab.receive("updated"))["participant"]["link"] == "detached"
    stolen = Tab(stage[0], room.slug, cookie(carols))
    assert (await stolen.resume(bob_tab))["code"] == "expired"
    again = Tab(stage[0], room.slug, cookie(bobs))
    assert (await again.resume(bob_tab))["id"] == bob_tab.id
    assert (await alice_tab.receive("updated"))["participant"]["link"] == "attached"


async def test_a_guest_who_has_signed_in_meanwhile_is_said_to_have_left_once(
    stage: Stage, room: Room, alice_tab: Tab, carols: Client
) -> None:
    await alice_tab.join()
    dave = Tab(stage[1], room.slug, await from_database(guest))
    await dave.join(name="Dave")
    await alice_tab.receive("joined")
    await dave.vanished()
    await alice_tab.receive("updated")
    signed_in = Tab(stage[1], room.slug, cookie(carols))
    assert ((await signed_in.resume(dave))["code"], await signed_in.closed()) == ("expired", 4010)
    await alice_tab.receives_nothing()
    await stage.live(16)
    left = await alice_tab.receive("left")
    assert (left["id"], left["reason"]) == (dave.id, "timeout")
    await alice_tab.receives_nothing()
    assert (await Tab(stage[1], room.slug, cookie(carols)).join())["type"] == "welcomed"


async def test_the_id_is_no_token(stage: Stage, room: Room, bob_tab: Tab, bobs: Client) -> None:
    await bob_tab.join()
    again = Tab(stage[0], room.slug, cookie(bobs))
    refused = await again.join(resume={"id": bob_tab.id, "token": bob_tab.id})
    assert (refused["code"], await again.closed()) == ("expired", 4010)
    await bob_tab.receives_nothing()


# Entry


async def test_carol_knocks_and_is_let_in(stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab, carol_tab: Tab) -> None:
    await lock(room)
    await meet(alice_tab, bob_tab)
    waiting = await carol_tab.join()
    assert (waiting["type"], waiting["room"]["locked"]) == ("waiting", True)
    knocked = await alice_tab.receive("knocked")
    assert knocked["participant"]["id"] == carol_tab.id
    carol_tab.send(candidate(alice_tab))
    assert (await carol_tab.receive("refused"))["code"] == "unexpected"
    await bob_tab.receives_nothing()

    alice_tab.send({"type": "admit", "id": carol_tab.id})
    welcomed = await carol_tab.receive("welcomed")
    assert [person["name"] for person in welcomed["participants"]] == ["Alice", "Bob", "Carol"]
    assert (welcomed["id"], welcomed["waiting"]) == (carol_tab.id, [])
    for tab in (alice_tab, bob_tab):
        assert (await tab.receive("joined"))["participant"]["id"] == carol_tab.id
    carol_tab.send(candidate(bob_tab))
    await bob_tab.receive("signal")
    await written(stage)
    entry = await from_database(lambda: AuditEntry.objects.get(action="admitted"))
    assert (entry.actor_name, entry.target) == ("Alice", "Guest Carol")


async def test_a_host_who_comes_later_sees_who_waits(room: Room, alice_tab: Tab, carol_tab: Tab) -> None:
    await lock(room)
    await carol_tab.join()
    welcomed = await alice_tab.join()
    assert [person["id"] for person in welcomed["waiting"]] == [carol_tab.id]
    assert [person["id"] for person in welcomed["participants"]] == [alice_tab.id]


async def test_carol_resumes_waiting(stage: Stage, room: Room, alice_tab: Tab, carol_tab: Tab, carols: Client) -> None:
    await lock(room)
    await alice_tab.join()
    await carol_tab.join()
    await alice_tab.receive("knocked")
    await carol_tab.vanished()
    await alice_tab.receive("updated")
    again = Tab(stage[0], room.slug, cookie(carols))
    assert (await again.resume(carol_tab))["type"] == "waiting"
    await alice_tab.receive("updated")
    alice_tab.send({"type": "admit", "id": again.id})
    await again.receive("welcomed")


async def test_carol_is_turned_away(stage: Stage, room: Room, alice_tab: Tab, carol_tab: Tab) -> None:
    await lock(room)
    await alice_tab.join()
    await carol_tab.join()
    await alice_tab.receive("knocked")
    alice_tab.send({"type": "deny", "id": carol_tab.id})
    await carol_tab.receive("denied")
    assert await carol_tab.closed() == 4003
    assert (await alice_tab.receive("left"))["reason"] == "denied"
    await written(stage)
    assert await from_database(lambda: AuditEntry.objects.filter(action="denied").exists())


async def test_mallory_is_removed_and_kept_out(stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab, mallorys: Client) -> None:
    await meet(alice_tab, bob_tab)
    mallory = Tab(stage[1], room.slug, cookie(mallorys))
    await mallory.join()
    await alice_tab.receive("joined")
    alice_tab.send({"type": "remove", "id": mallory.id, "ban": True})
    assert (await mallory.receive("removed"))["reason"] == "removed"
    assert await mallory.closed() == 4003
    for tab in (alice_tab, bob_tab):
        fact = [await tab.receive() for _ in range(1 if tab is alice_tab else 2)][-1]
        assert (fact["type"], fact["id"], fact["reason"]) == ("left", mallory.id, "removed")

    await written(stage)
    again = Tab(stage[0], room.slug, cookie(mallorys))
    assert ((await again.resume(mallory))["code"], await again.closed()) == ("banned", 4403)
    assert await from_database(lambda: Ban.objects.filter(room=room, name="Mallory").exists())
    assert await from_database(lambda: AuditEntry.objects.filter(action="banned", target="Guest Mallory").count()) == 1
    afresh = Tab(stage[1], room.slug, cookie(mallorys))
    assert ((await afresh.join())["code"], await afresh.closed()) == ("banned", 4403)


async def test_alice_cannot_keep_herself_out(stage: Stage, room: Room, alice_tab: Tab, alices: Client) -> None:
    other = Tab(stage[1], room.slug, cookie(alices))
    await meet(alice_tab, other)
    alice_tab.send({"type": "remove", "id": other.id, "ban": True})
    assert (await alice_tab.receive("refused"))["code"] == "forbidden"
    alice_tab.send({"type": "remove", "id": other.id})
    assert await other.closed() == 4003
    assert (await Tab(stage[1], room.slug, cookie(alices)).join())["type"] == "welcomed"


async def test_somebody_removed_may_come_again_after_a_minute(
    stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab, bobs: Client
) -> None:
    await meet(alice_tab, bob_tab)
    alice_tab.send({"type": "remove", "id": bob_tab.id})
    assert ((await bob_tab.receive("removed"))["reason"], await bob_tab.closed()) == ("removed", 4003)
    assert (await alice_tab.receive("left"))["reason"] == "removed"
    stale = Tab(stage[0], room.slug, cookie(bobs))
    assert (await stale.resume(bob_tab), await stale.closed()) == ({"type": "removed", "reason": "removed"}, 4003)
    hasty = Tab(stage[1], room.slug, cookie(bobs))
    assert await hasty.join() == {"type": "refused", "code": "wait", "reason": "", "seconds": 60}
    assert await hasty.closed() == 4403
    await stage.live(60)
    assert (await Tab(stage[0], room.slug, cookie(bobs)).join())["type"] == "welcomed"


async def test_whose_line_was_down_when_it_was_decided_hears_of_it(
    stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab, carol_tab: Tab, bobs: Client, carols: Client
) -> None:
    await lock(room)
    await meet(alice_tab, bob_tab)
    await carol_tab.join()
    await alice_tab.receive("knocked")
    for tab in (bob_tab, carol_tab):
        await tab.vanished()
        await alice_tab.receive("updated")
    alice_tab.send({"type": "deny", "id": carol_tab.id})
    await alice_tab.receive("left")
    await stage[0].end(str(room.pk))
    for before, client, verdict in (
        (bob_tab, bobs, {"type": "removed", "reason": "ended"}),
        (carol_tab, carols, {"type": "denied", "reason": "denied"}),
    ):
        back = Tab(stage[0], room.slug, cookie(client))
        assert (await back.resume(before), await back.closed()) == (verdict, 4003)


@pytest.mark.parametrize("act", ["admit", "deny", "remove"])
async def test_only_hosts_decide_about_others(alice_tab: Tab, bob_tab: Tab, act: str) -> None:
    await meet(alice_tab, bob_tab)
    bob_tab.send({"type": act, "id": alice_tab.id})
    assert (await bob_tab.receive("refused"))["code"] == "forbidden"
    await alice_tab.receives_nothing()


async def test_hosts_cannot_remove_the_owner_or_themselves(
    stage: Stage, room: Room, alice_tab: Tab, carol: User, carol_tab: Tab
) -> None:
    await from_database(lambda: room.memberships.create(user=carol, role="host"))
    await alice_tab.join()
    await carol_tab.join()
    for target, code in ((alice_tab, "forbidden"), (carol_tab, "stranger")):
        carol_tab.send({"type": "remove", "id": target.id})
        assert (await carol_tab.receive("refused"))["code"] == code


@pytest.mark.parametrize("ban", [False, True])
async def test_a_host_expels_no_other_host(
    stage: Stage, room: Room, alice_tab: Tab, carol: User, carol_tab: Tab, bob: User, bob_tab: Tab, ban: bool
) -> None:
    await from_database(lambda: room.memberships.filter(user=bob).update(role="host"))
    await from_database(lambda: room.memberships.create(user=carol, role="host"))
    await meet(alice_tab, bob_tab)
    await carol_tab.join()
    for tab in (alice_tab, bob_tab):
        await tab.receive("joined")
    carol_tab.send({"type": "remove", "id": bob_tab.id, "ban": ban})
    assert (await carol_tab.receive("refused"))["code"] == "forbidden"
    await bob_tab.receives_nothing()
    await written(stage)
    assert not await from_database(lambda: Ban.objects.exists() or AuditEntry.objects.exists())
    assert await from_database(lambda: room.memberships.filter(user=bob, role="host").exists())
    alice_tab.send({"type": "remove", "id": bob_tab.id, "ban": ban})
    assert await bob_tab.closed() == 4003


async def test_rights_come_with_the_welcome_and_with_every_role(
    stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab, bob: User
) -> None:
    await meet(alice_tab, bob_tab)
    await alice_tab.receives_nothing()
    await bob_tab.receives_nothing()
    assert (alice_tab.rights, bob_tab.rights) == (rights("owner"), {})
    await stage[0].set_role(str(room.pk), f"user:{bob.pk}", "host")
    await bob_tab.receive("updated")
    await bob_tab.receive("roster")
    await bob_tab.receives_nothing()
    assert bob_tab.rights == rights("host")
    await stage[1].set_role(str(room.pk), f"user:{bob.pk}", "guest")
    await bob_tab.receive("updated")
    await bob_tab.receive("roster")
    await bob_tab.receives_nothing()
    assert bob_tab.rights == {}


async def test_somebody_gone_cannot_be_decided_about(room: Room, alice_tab: Tab) -> None:
    await alice_tab.join()
    for act in ("admit", "deny", "remove"):
        alice_tab.send({"type": act, "id": "nobody"})
        assert (await alice_tab.receive("refused"))["code"] == "stranger"
    await alice_tab.receives_nothing()


async def test_an_end_for_all(stage: Stage, alice_tab: Tab, bob_tab: Tab, room: Room) -> None:
    await meet(alice_tab, bob_tab)
    assert await stage[0].end(str(room.pk))
    for tab in (alice_tab, bob_tab):
        while (fact := await tab.receive())["type"] == "left":
            pass
        assert (fact["type"], fact["reason"], await tab.closed()) == ("removed", "ended", 4003)


async def test_the_lock_is_told(stage: Stage, alice_tab: Tab, bob_tab: Tab, room: Room) -> None:
    await meet(alice_tab, bob_tab)
    for locked in (True, False):
        await configure(stage[1], room, locked=locked)
        for tab in (alice_tab, bob_tab):
            assert (await tab.receive("locked"))["locked"] is locked


async def test_a_member_becomes_a_host_and_a_member_again(
    stage: Stage, alice_tab: Tab, bob_tab: Tab, carol_tab: Tab, room: Room, bob: User
) -> None:
    await meet(alice_tab, bob_tab)
    await configure(stage[0], room, locked=True)
    await bob_tab.receive("locked")
    assert (await carol_tab.join())["type"] == "waiting"
    await alice_tab.receive("locked")
    await alice_tab.receive("knocked")
    assert await stage[0].set_role(str(room.pk), f"user:{bob.pk}", "host")
    assert (await bob_tab.receive("updated"))["participant"]["role"] == "host"
    assert [one["id"] for one in (await bob_tab.receive("roster"))["waiting"]] == [carol_tab.id]
    bob_tab.send({"type": "deny", "id": carol_tab.id})
    assert await carol_tab.closed() == 4003

    await bob_tab.receive("left")
    assert await stage[1].set_role(str(room.pk), f"user:{bob.pk}", "member")
    assert (await bob_tab.receive("updated"))["participant"]["role"] == "member"
    assert (await bob_tab.receive("roster"))["waiting"] == []
    bob_tab.send({"type": "remove", "id": alice_tab.id})
    assert (await bob_tab.receive("refused"))["code"] == "forbidden"
    for kind in ("updated", "left", "updated"):
        await alice_tab.receive(kind)
    await alice_tab.receives_nothing()


async def test_a_role_reaches_every_tab_of_a_person(
    stage: Stage, alice_tab: Tab, bob_tab: Tab, room: Room, bob: User, bobs: Client
) -> None:
    await meet(alice_tab, bob_tab)
    other = Tab(stage[0], room.slug, cookie(bobs))
    await other.join()
    await alice_tab.receive("joined")
    assert await stage[0].set_role(str(room.pk), f"user:{bob.pk}", "host")
    changed = [(await alice_tab.receive("updated"))["participant"] for _ in range(2)]
    assert {(one["id"], one["role"]) for one in changed} == {(bob_tab.id, "host"), (other.id, "host")}
    assert not await stage[0].set_role(str(room.pk), f"user:{bob.pk}", "host")
    assert not await stage[0].set_role(str(room.pk), "user:0", "host")
    await alice_tab.receives_nothing()


async def test_a_socket_that_was_opened_before_its_login_ended_does_not_join(
    stage: Stage, alice_tab: Tab, bob_tab: Tab, bob: User, bobs: Client
) -> None:
    await alice_tab.join()
    await bob_tab.open()
    await from_database(bobs.session.flush)
    await stage[1].revoke(identity=f"user:{bob.pk}")
    bob_tab.send({"type": "join"})
    assert ((await bob_tab.receive("refused"))["code"], await bob_tab.closed()) == ("closed", 4403)
    await alice_tab.receives_nothing()


async def test_a_login_that_ends_closes_its_sockets_everywhere(stage: Stage, alice_tab: Tab, bob_tab: Tab, bobs: Client) -> None:
    await meet(alice_tab, bob_tab)
    await stage[0].revoke(login=await from_database(lambda: logins.of(bobs.session)))
    assert await bob_tab.closed() == 4401
    assert (await alice_tab.receive("left"))["id"] == bob_tab.id
    await alice_tab.receives_nothing()


async def test_who_waits_knows_whether_a_host_is_there_and_not_who(
    stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab, carol_tab: Tab, bob: User
) -> None:
    await lock(room)
    await bob_tab.join()
    assert (await carol_tab.join())["type"] == "waiting"
    await alice_tab.join()
    await bob_tab.receive("joined")
    alice_tab.send({"type": "leave"})
    await alice_tab.closed()
    await bob_tab.receive("left")
    await stage[0].set_role(str(room.pk), f"user:{bob.pk}", "host")
    await bob_tab.receive("updated")
    bob_tab.send({"type": "admit", "id": carol_tab.id})
    await carol_tab.receive("welcomed")
    assert carol_tab.hosted == [False, True, False, True]
    told = [message["type"] for text in carol_tab.frames for message in json.loads(text)]
    assert told[:7] == ["waiting", "hosted", "lobby", "hosted", "hosted", "hosted", "welcomed"]
