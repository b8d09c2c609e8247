"""Who may join is decided at the join: not at the handshake, and not by what was read before a concurrent change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from redis.exceptions import TimeoutError as RedisTimeout

from accounts.models import User
from rooms import commands
from rooms import sockets as rooms
from rooms.actors import actor
from rooms.bans import keep_out
from rooms.models import Membership, Room
from signaling import live, process
from signaling.ports import Entry
from signaling.roster.base import Entered, Record, Unreachable
from signaling.roster.memory import MemoryRoster
from tests.rooms.scenes import make_room
from tests.signaling.stage import Clock, Stage, Tab, cookie, embedded, from_database, guest, new_worker, running

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Story:
    """Alice owns the room; Bob, who was a host of it, is about to join."""

    alice: User
    bob: User
    bobs: Client
    room: Room

    def membership(self) -> Membership:
        return Membership.objects.get(room=self.room, user=self.bob)

    def demote(self) -> None:
        commands.change_role(actor(self.alice, "owner"), self.membership(), Membership.Role.MEMBER)

    def drop(self) -> None:
        commands.drop(actor(self.alice, "owner"), self.membership())

    def ban(self) -> None:
        keep_out(self.room, f"user:{self.bob.pk}", "Bob", actor(self.alice, "owner"))
        live.expel(str(self.room.pk), f"user:{self.bob.pk}")

    def delete(self) -> None:
        commands.delete(actor(self.alice, "owner"), Room.objects.get(pk=self.room.pk))

    def sign_out(self) -> None:
        self.bobs.logout()

    def disable(self) -> None:
        self.bob.is_active = False
        self.bob.save()


@pytest.fixture
def story(alice: User, bob: User, bobs: Client) -> Story:
    return Story(alice, bob, bobs, make_room(alice, host=bob, access="members"))


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with embedded() as running:
        process.use(running[0])
        yield running
        process.use(None)


async def opened(stage: Stage, slug: str, cookies: str) -> Tab:
    """A socket that was opened a while ago, and has not joined."""
    tab = Tab(stage[0], slug, cookies)
    assert await tab.open()
    return tab


async def joined(tab: Tab, **fields: Any) -> dict[str, Any]:
    tab.send({"type": "join", **fields})
    return await tab.receive()


async def test_a_host_who_was_demoted_since_the_handshake_joins_as_a_member(stage: Stage, story: Story, alices: Client) -> None:
    alice, bob = Tab(stage[0], story.room.slug, cookie(alices)), await opened(stage, story.room.slug, cookie(story.bobs))
    await alice.join()
    await from_database(story.demote)
    welcome = await joined(bob)
    assert {one["name"]: one["role"] for one in welcome["participants"]} == {"Alice": "owner", "Bob": "member"}
    bob.send({"type": "remove", "id": alice.id})
    assert (await bob.receive("refused"))["code"] == "forbidden"


@pytest.mark.parametrize("act", [Story.drop, Story.ban, Story.delete, Story.disable], ids=lambda act: act.__name__)
async def test_who_may_not_enter_since_the_handshake_does_not(stage: Stage, story: Story, act: Callable[[Story], None]) -> None:
    bob = await opened(stage, story.room.slug, cookie(story.bobs))
    await from_database(lambda: act(story))
    assert (await joined(bob))["type"] == "refused"
    assert await bob.closed() == 4403
    assert stage[0].switchboard.rooms() == []


async def test_a_passcode_that_is_new_since_the_handshake_is_asked_for(stage: Stage, story: Story) -> None:
    room = await from_database(lambda: make_room(story.alice, access="link"))
    carol = await opened(stage, room.slug, await from_database(guest))

    def protect() -> None:
        room.set_passcode("7351")
        commands.save(actor(story.alice, "owner"), room, ["passcode"])

    await from_database(protect)
    assert ((await joined(carol, name="Carol"))["code"], await carol.closed()) == ("closed", 4403)


# A change that overtakes the join


class Overtaken(MemoryRoster):
    """Something happens between the reading of the database and the step of the roster."""

    act: Callable[[], None] | None = None

    async def enter(self, *arguments: Any, **options: Any) -> Entered:
        await self._happen()
        return await super().enter(*arguments, **options)

    async def resume(self, *arguments: Any, **options: Any) -> Entered:
        await self._happen()
        return await super().resume(*arguments, **options)

    async def _happen(self) -> None:
        act, self.act = self.act, None
        if act is not None:
            await from_database(act)


@pytest.fixture
async def overtaken() -> AsyncIterator[Stage]:
    async with running(new_worker(Overtaken(), None)) as worker:
        process.use(worker)
        yield Stage([worker], Clock())
        process.use(None)


def people(stage: Stage) -> list[Record]:
    return [record for member in stage[0].switchboard.members()[:1] for record in member.view.people.values()]


@pytest.mark.parametrize("again", [False, True], ids=["enter", "resume"])
async def test_a_demotion_that_overtakes_the_join_holds(overtaken: Stage, story: Story, alices: Client, again: bool) -> None:
    alice, bob = [Tab(overtaken[0], story.room.slug, cookie(client)) for client in (alices, story.bobs)]
    await alice.join()
    if again:
        await bob.join()
        await bob.vanished()
    overtaken[0].roster.act = story.demote  # type: ignore[attr-defined]
    later = Tab(overtaken[0], story.room.slug, cookie(story.bobs))
    await (later.resume(bob) if again else later.join())
    later.send({"type": "remove", "id": alice.id})
    assert (await later.receive("updated"))["participant"]["role"] == "member"
    await later.receive("roster")
    assert (await later.receive("refused"))["code"] == "forbidden"
    assert {one.name: one.role for one in people(overtaken)} == {"Alice": "owner", "Bob": "member"}


@pytest.mark.parametrize("again", [False, True], ids=["enter", "resume"])
@pytest.mark.parametrize(
    "act", [Story.drop, Story.ban, Story.delete, Story.sign_out, Story.disable], ids=lambda act: act.__name__
)
async def test_what_ends_ones_right_to_enter_and_overtakes_the_join_holds(
    overtaken: Stage, story: Story, alices: Client, act: Callable[[Story], None], again: bool
) -> None:
    bob = Tab(overtaken[0], story.room.slug, cookie(story.bobs))
    if again:
        await bob.join()
        await bob.vanished()
    overtaken[0].roster.act = lambda: act(story)  # type: ignore[attr-defined]
    later = Tab(overtaken[0], story.room.slug, bob.cookie if again else cookie(story.bobs))
    await (later.resume(bob) if again else later.join())
    assert await later.closed() in {4003, 4010, 4401, 4403}
    await later.ended()
    async with asyncio.timeout(60):
        while await overtaken[0].roster.snapshot(str(story.room.pk)) is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


class Forgetful:
    """The rooms of a database that answers only once."""

    def __init__(self, error: Exception) -> None:
        self._error = error
        self._asked = 0

    def find(self, slug: str, cookies: str, client: str) -> Entry:
        self._asked += 1
        if self._asked > 1:
            raise self._error
        return rooms.find(slug, cookies, client)

    def __getattr__(self, name: str) -> Any:
        return getattr(rooms, name)


@pytest.mark.parametrize("error", [RedisTimeout(), Unreachable()])
async def test_whoever_is_in_stays_when_the_second_reading_is_not_answered(story: Story, error: Exception) -> None:
    async with running(new_worker(MemoryRoster(), None, rooms=Forgetful(error))) as worker:
        bob = Tab(worker, story.room.slug, cookie(story.bobs))
        await bob.join()
        bob.send({"type": "ping"})
        assert await bob.receive() == {"type": "pong"}
