"""Views and admin look into live rooms and act on them: through the worker of their process, through Redis, or not at all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, override_settings
from msgspec.structs import replace

from accounts import logins
from accounts.models import User
from rooms import commands
from rooms.actors import actor
from rooms.models import AuditEntry, Ban, Room
from signaling import live, process
from signaling.permissions import Actor
from signaling.roster.base import Record
from tests.rooms.scenes import make_room
from tests.signaling.stage import Stage, Tab, candidate, cookie, embedded, from_database, guest, two_workers, written

pytestmark = pytest.mark.django_db(transaction=True)

OLGA = Actor("staff", "user:0", "Olga")
CANDIDATE = "candidate:1 1 udp 1 203.0.113.7 9"
Command = Callable[[Actor, str, str], object]
COMMANDS: dict[str, Command] = {
    "admit": live.admit,
    "deny": live.deny,
    "remove": live.remove,
    "ban": lambda by, room, whom: live.remove(by, room, whom, ban=True),
    "restrict": lambda by, room, whom: live.restrict(by, room, [whom], "camera", "forbidden"),
    "restrict everybody": lambda by, room, whom: live.restrict(by, room, None, "camera", "forbidden"),
    "free": lambda by, room, whom: live.free(by, room, [whom], "camera"),
    "ask": lambda by, room, whom: live.ask(by, room, whom, "camera"),
    "lower": live.lower,
    "lower every hand": lambda by, room, whom: live.lower(by, room, None),
    "broadcast": lambda by, room, whom: live.broadcast(by, room, "Five minutes left."),
    "end": lambda by, room, whom: live.end(by, room),
}
CASES = ["through the worker", "through Redis", "embedded"]


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


@pytest.fixture
def redis_settings(redis_url: str) -> Iterator[str]:
    """The settings of a process in a deployment with an empty Redis."""
    url = f"{redis_url.removesuffix('/0')}/1"
    layer = {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [{"address": url}]}}
    with override_settings(REDIS_URL=url, EMBEDDED=False, CHANNEL_LAYERS={"default": layer}):
        yield url


@pytest.fixture(params=CASES)
async def stage(request: pytest.FixtureRequest, redis_settings: str) -> AsyncIterator[Stage]:
    async with embedded() if request.param == "embedded" else two_workers(redis_settings, prefix="conf") as running:
        process.use(None if request.param == "through Redis" else running[0])
        yield running
        process.use(None)


@pytest.fixture
async def alice_tab(stage: Stage, room: Room, alices: Client) -> Tab:
    tab = Tab(stage[0], room.slug, cookie(alices))
    await tab.join()
    return tab


@pytest.fixture
async def bob_tab(stage: Stage, room: Room, alice_tab: Tab, bobs: Client) -> Tab:
    tab = Tab(stage[1], room.slug, cookie(bobs))
    await tab.join()
    await alice_tab.receive("joined")
    return tab


async def ask(what: Any, *arguments: Any, **options: Any) -> Any:
    return await from_database(lambda: what(*arguments, **options))


async def audit(stage: Stage) -> list[tuple[str, str, str]]:
    await written(stage)
    entries = AuditEntry.objects.order_by("pk").values_list("actor_name", "action", "target")
    return await from_database(lambda: list(entries))


def key(room: Room) -> str:
    return str(room.pk)


async def test_who_is_in_there(room: Room, alice_tab: Tab, bob_tab: Tab) -> None:
    people = await ask(live.people, key(room))
    assert [(record.id, record.name) for record in people] == [(alice_tab.id, "Alice"), (bob_tab.id, "Bob")]
    assert await ask(live.people, "0") == []


async def test_how_many_are_in_there(room: Room, alice_tab: Tab, bob_tab: Tab) -> None:
    counts = await ask(live.counts, [key(room), "0"])
    assert (counts[key(room)], counts.get("0", 0)) == (2, 0)


async def test_a_participant_is_removed(room: Room, alice_tab: Tab, bob_tab: Tab) -> None:
    assert (await ask(live.remove, OLGA, key(room), bob_tab.id)).name == "Bob"
    await bob_tab.receive("removed")
    assert await bob_tab.closed() == 4003
    assert (await alice_tab.receive("left"))["id"] == bob_tab.id
    with pytest.raises(live.Strange):
        await ask(live.remove, OLGA, key(room), bob_tab.id)


async def test_everybody_is_told_something(stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab, carols: Client) -> None:
    carol = Tab(stage[1], room.slug, cookie(carols))
    await carol.join(capabilities=["breakouts"])
    for tab in (alice_tab, bob_tab):
        assert (await tab.receive())["participant"]["name"] == "Carol"
    await ask(live.broadcast, OLGA, key(room), "Five minutes left.")
    said = {"type": "broadcast", "id": "-", "name": "Olga", "text": "Five minutes left."}
    # Alice and Bob take no breakout rooms.
    for tab in (alice_tab, bob_tab, carol):
        assert await tab.receive("broadcast") == said
    with pytest.raises(live.Strange):
        await ask(live.broadcast, OLGA, "0", "Five minutes left.")


async def test_nothing_is_said_to_whoever_waits_alone(stage: Stage, carols: Client, alice: User) -> None:
    locked = await from_database(lambda: make_room(alice, locked=True))
    carol = Tab(stage[0], locked.slug, cookie(carols))
    assert (await carol.join())["type"] == "waiting"
    with pytest.raises(live.Strange):
        await ask(live.broadcast, OLGA, key(locked), "Five minutes left.")


async def test_whoever_is_no_longer_welcome_leaves(room: Room, alice_tab: Tab, bob_tab: Tab, bob: User) -> None:
    assert await ask(live.expel, key(room), f"user:{bob.pk}")
    assert await bob_tab.closed() == 4003
    assert (await alice_tab.receive("left"))["reason"] == "removed"
    assert not await ask(live.expel, key(room), f"user:{bob.pk}")


async def test_bob_is_kept_out(stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab, bob: User, bobs: Client) -> None:
    assert (await ask(live.remove, OLGA, key(room), bob_tab.id, ban=True)).name == "Bob"
    await bob_tab.receive("removed")
    again = Tab(stage[0], room.slug, cookie(bobs))
    assert ((await again.join())["code"], await again.closed()) == ("banned", 4403)
    with pytest.raises(live.Strange):
        await ask(live.remove, OLGA, key(room), bob_tab.id, ban=True)


async def test_who_is_let_back_enters_at_once(
    stage: Stage, room: Room, alice: User, alice_tab: Tab, bob_tab: Tab, bobs: Client
) -> None:
    await ask(live.remove, OLGA, key(room), bob_tab.id, ban=True)
    assert await bob_tab.closed() == 4003
    await written(stage)
    await from_database(lambda: commands.let_back(actor(alice, "owner"), Ban.objects.get()))
    assert (await Tab(stage[0], room.slug, cookie(bobs)).join())["type"] == "welcomed"


async def test_a_role_is_changed(room: Room, alice_tab: Tab, bob_tab: Tab, bob: User) -> None:
    assert await ask(live.set_role, key(room), f"user:{bob.pk}", "host")
    for tab in (alice_tab, bob_tab):
        assert (await tab.receive("updated"))["participant"]["role"] == "host"
    assert not await ask(live.set_role, key(room), f"user:{bob.pk}", "host")


async def test_a_room_is_locked(room: Room, alice_tab: Tab, bob_tab: Tab) -> None:
    locked = replace(room.live_settings, version=1, locked=True)
    assert await ask(live.configure, key(room), locked)
    for tab in (alice_tab, bob_tab):
        assert (await tab.receive("locked"))["locked"] is True
    assert not await ask(live.configure, key(room), locked)


async def test_a_policy_is_kept_by_all_workers(room: Room, alice_tab: Tab, bob_tab: Tab) -> None:
    assert await ask(live.configure, key(room), replace(room.live_settings, version=1, policy="relay"))
    for tab in (alice_tab, bob_tab):
        assert (await tab.receive("ice"))["policy"] == "relay"
    for sender, recipient in ((alice_tab, bob_tab), (bob_tab, alice_tab)):
        sender.send(candidate(recipient, f"{CANDIDATE} typ host"), candidate(recipient, f"{CANDIDATE} typ relay"))
        assert (await recipient.receive("signal"))["candidate"]["candidate"] == f"{CANDIDATE} typ relay"


async def test_alice_changes_the_policy_in_the_settings(room: Room, alice_tab: Tab, bob_tab: Tab, alices: Client) -> None:
    form = {
        "name": "Weekly",
        "access": "link",
        "capacity": 8,
        "new_passcode": "",
        "ice_policy": "direct",
        "chat": "everyone",
        "waits": "nobody",
        "lobby_opens": "never",
    }
    assert (await ask(alices.post, f"/{room.slug}/settings", form)).status_code == 302
    for tab in (alice_tab, bob_tab):
        assert (await tab.receive("ice"))["policy"] == "direct"


async def test_seats_that_alice_adds_in_the_settings_count_at_once(
    stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab, alices: Client, carols: Client
) -> None:
    form = {
        "name": "Weekly",
        "access": "link",
        "capacity": 2,
        "new_passcode": "",
        "ice_policy": "all",
        "waits": "nobody",
        "lobby_opens": "never",
        "chat": "everyone",
        "locked": "on",
    }
    assert (await ask(alices.post, f"/{room.slug}/settings", form)).status_code == 302
    await alice_tab.receive("locked")
    carol = Tab(stage[1], room.slug, cookie(carols))
    assert (await carol.join())["room"]["capacity"] == 2
    await alice_tab.receive("knocked")
    alice_tab.send({"type": "admit", "id": carol.id})
    assert (await alice_tab.receive("refused"))["code"] == "full"
    assert (await ask(alices.post, f"/{room.slug}/settings", {**form, "capacity": 3})).status_code == 302
    alice_tab.send({"type": "admit", "id": carol.id})
    assert (await carol.receive("welcomed"))["room"]["capacity"] == 3


async def test_a_policy_that_a_worker_missed_is_read_at_the_next_resume(
    stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab, bobs: Client
) -> None:
    await bob_tab.receives_nothing()
    await ask(Room.objects.filter(pk=room.pk).update, ice_policy="relay")
    await bob_tab.vanished()
    await alice_tab.receive("updated")
    again = Tab(stage[0], room.slug, cookie(bobs))
    assert (await again.resume(bob_tab))["ice"]["policy"] == "relay"
    fact = await alice_tab.receive("ice")
    assert fact["policy"] == "relay"


@pytest.mark.parametrize("decide", [live.admit, live.deny])
async def test_olga_decides_about_who_waits(
    stage: Stage, room: Room, alice_tab: Tab, decide: Callable[[Actor, str, str], Record]
) -> None:
    await ask(live.configure, key(room), replace(room.live_settings, version=1, locked=True))
    await alice_tab.receive("locked")
    carol = Tab(stage[1], room.slug, guest())
    assert (await carol.join(name="Carol"))["type"] == "waiting"
    await alice_tab.receive("knocked")
    assert (await ask(decide, OLGA, key(room), carol.id)).name == "Carol"
    await carol.receive("welcomed" if decide is live.admit else "denied")
    await alice_tab.receive("joined" if decide is live.admit else "left")
    with pytest.raises(live.Strange):
        await ask(decide, OLGA, key(room), carol.id)
    assert await audit(stage) == [("Olga", "admitted" if decide is live.admit else "denied", "Guest Carol")]


async def test_whoever_is_denied_is_told_why(stage: Stage, room: Room, alice_tab: Tab) -> None:
    await ask(live.configure, key(room), replace(room.live_settings, version=1, locked=True))
    carol = Tab(stage[1], room.slug, guest())
    await carol.join(name="Carol")
    await ask(live.deny, OLGA, key(room), carol.id, "We are full today.")
    assert await carol.receive() == {"type": "denied", "reason": "We are full today."}


async def test_nobody_is_admitted_to_a_full_room(stage: Stage, room: Room, alice_tab: Tab) -> None:
    full = replace(room.live_settings, version=1, locked=True, capacity=1)
    await ask(live.configure, key(room), full)
    carol = Tab(stage[1], room.slug, guest())
    await carol.join(name="Carol")
    with pytest.raises(live.Refusal, match="full"):
        await ask(live.admit, OLGA, key(room), carol.id)


async def test_olga_mutes_somebody_and_lifts_it(stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab) -> None:
    await ask(live.restrict, OLGA, key(room), [bob_tab.id], "microphone", "stopped")
    for tab in (alice_tab, bob_tab):
        assert (await tab.receive("restrictions"))["people"] == {bob_tab.id: {"microphone": "stopped"}}
    await ask(live.free, OLGA, key(room), None, "microphone")
    for tab in (alice_tab, bob_tab):
        assert (await tab.receive("restrictions"))["people"] == {}
    with pytest.raises(live.Strange):
        await ask(live.restrict, OLGA, key(room), ["p-gone"], "microphone", "stopped")
    with pytest.raises(PermissionDenied):
        await ask(live.restrict, OLGA, key(room), [alice_tab.id], "microphone", "stopped")
    assert await audit(stage) == [("Olga", "stopped", "Bob"), ("Olga", "freed", "Bob")]


async def test_olga_asks_somebody_and_is_not_in_the_meeting(room: Room, alice_tab: Tab, bob_tab: Tab) -> None:
    await ask(live.ask, OLGA, key(room), bob_tab.id, "camera")
    assert await bob_tab.receive() == {"type": "asked", "use": "camera", "by": "-"}
    await alice_tab.receives_nothing()


@pytest.mark.parametrize("every", [True, False], ids=["every hand", "one hand"])
async def test_olga_lowers_hands(room: Room, alice_tab: Tab, bob_tab: Tab, every: bool) -> None:
    bob_tab.send({"type": "hand", "raised": True})
    for tab in (alice_tab, bob_tab):
        assert (await tab.receive("hands"))["ids"] == [bob_tab.id]
    await ask(live.lower, OLGA, key(room), None if every else bob_tab.id)
    for tab in (alice_tab, bob_tab):
        assert (await tab.receive("hands"))["ids"] == []


async def test_a_meeting_is_ended(stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab) -> None:
    assert await ask(live.end, OLGA, key(room))
    for tab in (alice_tab, bob_tab):
        assert await tab.closed() == 4003
    assert await ask(live.people, key(room)) == []
    assert not await ask(live.end, OLGA, key(room))
    assert await audit(stage) == [("Olga", "ended", "")]


async def test_a_meeting_in_a_room_that_is_deleted_is_ended(room: Room, alice_tab: Tab, bob_tab: Tab) -> None:
    assert await ask(live.close, key(room))
    for tab in (alice_tab, bob_tab):
        assert await tab.closed() == 4003
    assert not await ask(live.close, key(room))


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
async def test_mallory_is_refused(stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab, command: Command) -> None:
    with pytest.raises(PermissionDenied):
        await ask(command, Actor("member", "user:0", "Mallory"), key(room), bob_tab.id)
    await alice_tab.receives_nothing()
    await bob_tab.receives_nothing()
    assert await audit(stage) == []


async def test_a_login_is_revoked(alice_tab: Tab, bob_tab: Tab, bobs: Client) -> None:
    await ask(live.revoke, login=await from_database(lambda: logins.of(bobs.session)))
    assert await bob_tab.closed() == 4401
    assert (await alice_tab.receive("left"))["id"] == bob_tab.id


async def test_an_account_is_revoked(alice_tab: Tab, bob_tab: Tab, bob: User) -> None:
    await ask(live.revoke, identity=f"user:{bob.pk}")
    assert await bob_tab.closed() == 4401
    await alice_tab.receive("left")


# What is done on a page. No worker compares anything with the database meanwhile, so the change itself reaches the socket.


def new_password(bob: User) -> None:
    bob.set_password("quite another one")
    bob.save()


def disable(bob: User) -> None:
    bob.is_active = False
    bob.save()


ENDS: dict[str, Callable[[Client, User], object]] = {
    "Bob signs out": lambda bobs, bob: bobs.post("/accounts/logout/"),
    "a new password is set elsewhere": lambda bobs, bob: new_password(bob),
    "the account is disabled": lambda bobs, bob: disable(bob),
    "the account is deleted": lambda bobs, bob: bob.delete(),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
async def test_the_end_of_a_login_closes_its_sockets_at_once(
    alice_tab: Tab, bob_tab: Tab, bob: User, bobs: Client, end: Callable[[Client, User], object]
) -> None:
    await ask(end, bobs, bob)
    assert await bob_tab.closed() == 4401
    assert (await alice_tab.receive("left"))["id"] == bob_tab.id


async def test_a_role_given_in_the_call_counts_at_once(room: Room, alice_tab: Tab, bob_tab: Tab, alices: Client) -> None:
    for role, holds in (("host", True), ("member", False)):
        answer = await ask(alices.post, f"/{room.slug}/role", {"id": bob_tab.id, "role": role})
        assert answer.status_code == 204
        for tab in (alice_tab, bob_tab):
            assert (await tab.receive("updated"))["participant"]["role"] == role
        await bob_tab.receive("roster")
        await bob_tab.receives_nothing()
        assert ("restrict" in bob_tab.rights) == holds
    bob_tab.send({"type": "end"})
    assert (await bob_tab.receive("refused"))["code"] == "forbidden"


async def test_what_is_left_to_hosts_in_the_call_is_told_at_once(
    room: Room, alice_tab: Tab, bob_tab: Tab, alices: Client
) -> None:
    assert (await ask(alices.post, f"/{room.slug}/uses", {"use": "screen", "hosts_only": "yes"})).status_code == 204
    for tab in (alice_tab, bob_tab):
        assert await tab.receive() == {"type": "restrictions", "everyone": ["screen"], "people": {}}


# The network of somebody who was banned


async def test_guests_from_a_banned_network_are_refused_and_nobody_is_thrown_out(
    stage: Stage, room: Room, carols: Client, alice_tab: Tab
) -> None:
    school = "2001:db8:1:2::7"
    seated = Tab(stage[1], room.slug, guest(), client=school)
    await seated.join(name="Dave")
    people = await ask(live.people, key(room))
    assert [one.prefix for one in people] == ["192.0.2.7", "2001:db8:1:2::/64"]

    def bar() -> None:
        commands.bar_network(Actor("owner", "user:0", "Alice"), room, seated.id)

    await from_database(bar)
    for worker in stage.workers:
        refused = Tab(worker, room.slug, guest(), client="2001:db8:1:2::8")
        assert ((await refused.join(name="Mallory"))["code"], await refused.closed()) == ("banned", 4403)
    signed_in = Tab(stage[1], room.slug, cookie(carols), client="2001:db8:1:2::8")
    assert (await signed_in.join())["type"] == "welcomed"
    elsewhere = Tab(stage[0], room.slug, guest(), client="2001:db8:1:3::8")
    assert (await elsewhere.join(name="Erin"))["type"] == "welcomed"
    again = Tab(stage[0], room.slug, seated.cookie, client=school)
    assert (await again.resume(seated))["id"] == seated.id
