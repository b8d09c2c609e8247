"""Changes while Redis is away, or whose announcement is lost, take effect when the meeting is compared with the database.

Alice owns the room, Bob is a host of it and Carol a member. Bob and Carol are on the second worker.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from accounts.models import User
from rooms import commands
from rooms.actors import actor
from rooms.bans import keep_out
from rooms.models import Ban, Membership, Room
from signaling import process
from signaling.ports import Presence, Standing
from tests.conftest import browser
from tests.redis_server import RedisServer, running_redis
from tests.rooms.scenes import make_room
from tests.signaling.stage import PATIENCE_SECONDS, Stage, Tab, configure, cookie, embedded, from_database, meet, two_workers

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Story:
    stage: Stage
    redis: RedisServer
    room: Room
    alices: User
    bobs: User
    desk: Client
    alice: Tab
    bob: Tab
    carol: Tab

    def membership(self, name: str) -> Membership:
        return Membership.objects.get(room=self.room, user__display_name=name)

    async def meanwhile(self, act: Callable[[], object]) -> None:
        """Redis goes away, this happens, and Redis comes back empty. No socket is closed."""
        self.redis.kill()
        for worker in self.stage.workers:
            await worker.keeper.attempt(worker.keeper.renew)
        await from_database(act)
        self.redis.start()
        self.stage.clock.advance(1)
        for worker in self.stage.workers:
            await worker.keeper.reap()
        # Mail may be lost until each worker listens again.
        self.stage[0].spawn(self._beat())

    async def _beat(self) -> None:
        while True:
            for worker in self.stage.workers:
                await worker.keeper.attempt(worker.keeper.renew)
            await asyncio.sleep(0.1)


@pytest.fixture
async def story(alice: User, bob: User, carol: User, alices: Client, carols: Client) -> AsyncIterator[Story]:
    room, desk = await from_database(lambda: (make_room(alice, host=bob, access="members"), browser(bob)))
    await from_database(lambda: Membership.objects.create(room=room, user=carol))
    with running_redis() as server:
        async with two_workers(server.url) as stage:
            process.use(stage[0])
            first, second = await meet(stage, room, alices, desk)
            third = Tab(stage[1], room.slug, cookie(carols))
            await third.join()
            await first.receive("joined")
            await second.receive("joined")
            for tab in (first, second, third):
                await joined(tab)
            yield Story(stage, server, room, alice, bob, desk, first, second, third)
            process.use(None)


def known(story: Story, place: int) -> dict[str, str]:
    """Who is in the room by what a worker knows: names and roles."""
    view = story.stage[place].switchboard.view(str(story.room.pk))
    return {one.name: one.role for one in view.people.values()} if view is not None else {}


async def all_know(story: Story, **roles: str) -> None:
    """Both workers know these people, with these roles, and nobody else."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (known(story, 0) == known(story, 1) == roles):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def joined(tab: Tab) -> None:
    """The join is over, and who may join was read again: only then is the next message taken."""
    tab.send({"type": "ping"})
    await until(tab, "pong")


async def until(tab: Tab, kind: str, **fields: Any) -> dict[str, Any]:
    """The first message of this type with these fields."""
    while True:
        message = await tab.receive()
        if message["type"] == kind and all(message.get(key) == value for key, value in fields.items()):
            return message


async def test_a_deleted_room_s_meeting_ends(story: Story) -> None:
    await story.meanwhile(lambda: commands.delete(actor(story.alices, "owner"), Room.objects.get()))
    for tab in (story.alice, story.bob, story.carol):
        assert ((await until(tab, "removed"))["reason"], await tab.closed()) == ("ended", 4003)


async def test_a_dropped_member_leaves(story: Story) -> None:
    await story.meanwhile(lambda: commands.drop(actor(story.alices, "owner"), story.membership("Carol")))
    assert ((await until(story.carol, "removed"))["reason"], await story.carol.closed()) == ("removed", 4003)
    await all_know(story, Alice="owner", Bob="host")
    assert (story.alice.code, story.bob.code) == (None, None)


async def test_a_ban_applies(story: Story) -> None:
    await story.meanwhile(lambda: keep_out(story.room, f"user:{story.bobs.pk}", "Bob", actor(story.alices, "owner")))
    assert ((await until(story.bob, "removed"))["reason"], await story.bob.closed()) == ("removed", 4003)


async def test_a_guest_s_ban_applies(story: Story) -> None:
    identity = f"guest:{'g' * 16}"
    worker = story.stage[1]
    member = next(member for member in worker.switchboard.members() if member.id == story.carol.id)
    member.identity = identity
    await story.meanwhile(lambda: keep_out(story.room, identity, "Carol", actor(story.alices, "owner")))
    assert ((await until(story.carol, "removed"))["reason"], await story.carol.closed()) == ("removed", 4003)


async def test_a_demoted_host_loses_host(story: Story) -> None:
    alice = actor(story.alices, "owner")
    await story.meanwhile(lambda: commands.change_role(alice, story.membership("Bob"), Membership.Role.MEMBER))
    await all_know(story, Alice="owner", Bob="member", Carol="member")
    story.bob.send({"type": "remove", "id": story.carol.id})
    assert (await until(story.bob, "refused"))["code"] == "forbidden"


async def test_a_new_name_is_shown(story: Story) -> None:
    def rename() -> None:
        story.bobs.display_name = "Robert"
        story.bobs.save()

    await story.meanwhile(rename)
    await all_know(story, Alice="owner", Robert="host", Carol="member")


async def test_a_lock_and_seats_are_followed(story: Story) -> None:
    def change() -> None:
        room = Room.objects.get()
        room.locked, room.capacity = True, 20
        commands.save(actor(story.alices, "owner"), room, ["locked", "capacity"])

    await story.meanwhile(change)
    while (await story.carol.receive()).get("locked") is not True:
        pass
    snapshot = await story.stage[0].roster.snapshot(str(story.room.pk))
    assert snapshot is not None
    assert snapshot.settings.capacity == 20


def sign_out(story: Story) -> None:
    story.desk.logout()


def new_password(story: Story) -> None:
    story.bobs.set_password("another good one 42")
    story.bobs.save()


def disable(story: Story) -> None:
    story.bobs.is_active = False
    story.bobs.save()


def disable_silently(story: Story) -> None:
    User.objects.filter(pk=story.bobs.pk).update(is_active=False)


def delete_account(story: Story) -> None:
    User.objects.filter(pk=story.bobs.pk).delete()


@pytest.mark.parametrize(
    "act", [sign_out, new_password, disable, disable_silently, delete_account], ids=lambda act: str(act.__name__)
)
async def test_who_is_not_signed_in_any_more_is_closed(story: Story, act: Callable[[Story], None]) -> None:
    await story.meanwhile(lambda: act(story))
    assert await story.bob.closed() == 4401
    await all_know(story, Alice="owner", Carol="member")
    assert (story.alice.code, story.carol.code) == (None, None)


async def test_a_login_that_goes_on_is_spared(story: Story) -> None:
    """Bob signs out at another desk."""
    other = await from_database(lambda: browser(story.bobs))
    phone = Tab(story.stage[0], story.room.slug, cookie(other))
    await phone.join()
    await joined(phone)
    await story.meanwhile(story.desk.logout)
    assert await story.bob.closed() == 4401
    await all_know(story, Alice="owner", Bob="host", Carol="member")
    assert phone.code is None


# Announcements are lost, but Redis is there


@pytest.fixture
def deaf(story: Story) -> Story:
    """No change is passed on to the live meeting."""
    process.use(None)
    return story


async def test_a_lifted_ban_is_lifted(deaf: Story) -> None:
    stage, room = deaf.stage, str(deaf.room.pk)
    for identity in ("guest:lifted", "guest:kept"):
        await from_database(partial(keep_out, deaf.room, identity, "Dan", actor(deaf.alices, "owner")))
        await stage[0].roster.ban(room, identity)
    await stage[0].keeper.review()
    assert len(await stage[0].roster.bans([room])) == 2
    await from_database(lambda: commands.let_back(actor(deaf.alices, "owner"), Ban.objects.get(guest="lifted")))
    await stage[0].keeper.review()
    await stage[0].keeper.review()
    assert await stage[0].roster.bans([room]) == [(room, "guest:kept")]


async def test_a_ban_that_is_not_written_yet_is_not_lifted(deaf: Story) -> None:
    """The worker that wrote it down had lost the database, and tries again every few seconds."""
    stage, room = deaf.stage, str(deaf.room.pk)
    await stage[0].roster.ban(room, "guest:dan")
    await stage[0].keeper.review()
    assert await stage[0].roster.bans([room]) == [(room, "guest:dan")]
    await from_database(partial(keep_out, deaf.room, "guest:dan", "Dan", actor(deaf.alices, "owner")))
    for _again in range(2):
        await stage[0].keeper.review()
    assert await stage[0].roster.bans([room]) == [(room, "guest:dan")]


async def test_settings_of_which_no_news_came_are_found(deaf: Story) -> None:
    keeper = deaf.stage[1].keeper
    await from_database(lambda: Room.objects.update(ice_policy="relay", settings_version=1))
    await keeper.review()
    assert (await until(deaf.bob, "ice"))["policy"] == "relay"
    await configure(deaf.stage[1], deaf.room, ice_policy="direct")
    assert (await until(deaf.bob, "ice"))["policy"] == "direct"
    await keeper.review()
    await deaf.bob.receives_nothing()


async def test_what_changes_while_it_is_read_wins(deaf: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bob is demoted, the review reads that, and before it acts he is made a host again, and the roster knows."""
    worker, room = deaf.stage[1], str(deaf.room.pk)
    bob, read = f"user:{deaf.bobs.pk}", worker.rooms.standings
    await from_database(lambda: commands.change_role(actor(deaf.alices, "owner"), deaf.membership("Bob"), Membership.Role.MEMBER))
    readings = []

    async def overtaken(people: Collection[Presence]) -> Mapping[Presence, Standing]:
        standings = await read(people)
        readings.append(standings)
        if len(readings) == 1:
            await from_database(
                lambda: commands.change_role(actor(deaf.alices, "owner"), deaf.membership("Bob"), Membership.Role.HOST)
            )
        return standings

    monkeypatch.setattr(worker.rooms, "standings", overtaken)
    await worker.keeper.review()
    assert [standing.role for reading in readings for one, standing in reading.items() if one.identity == bob][:2] == [
        "member",
        "host",
    ]
    snapshot = await worker.roster.snapshot(room)
    assert snapshot is not None
    assert {one.name: one.role for one in snapshot.people} == {"Alice": "owner", "Bob": "host", "Carol": "member"}


async def test_nothing_changes_where_nothing_differs(deaf: Story) -> None:
    for worker in deaf.stage.workers:
        await worker.keeper.review()
    for tab in (deaf.alice, deaf.bob, deaf.carol):
        await tab.receives_nothing()


async def test_while_the_database_is_away_nobody_is_taken_out(deaf: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(deaf.stage[1].rooms, "room_settings", away)
    await deaf.stage[1].keeper.review()
    assert not deaf.stage[1].keeper.degraded
    await deaf.bob.receives_nothing()


async def test_the_embedded_server_reviews_too(alice: User, bob: User, alices: Client, bobs: Client) -> None:
    room = await from_database(lambda: make_room(alice, member=bob))
    async with embedded() as stage:
        first, second = await meet(stage, room, alices, bobs)
        await joined(second)
        await from_database(lambda: Membership.objects.filter(user=bob).delete())
        await stage[0].keeper.review()
        assert ((await until(second, "removed"))["reason"], await second.closed()) == ("removed", 4003)
        assert (await until(first, "left"))["id"] == second.id
