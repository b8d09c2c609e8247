"""The store has lost everything: the embedded server was started anew, or Redis and all workers were.

Alice and Bob are in a meeting with Dave, a guest; Carol waits; Mallory was removed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from rooms import history
from rooms.actors import actor
from rooms.models import Attendance, Meeting, Membership, Room
from signaling.permissions import Actor
from tests.cast import person
from tests.rooms.scenes import make_room
from tests.signaling.stage import Stage, Tab, candidate, cookie, embedded, from_database, guest, two_workers, written

pytestmark = pytest.mark.django_db(transaction=True)

ALICE = Actor("owner", "user:0", "Alice")

Servers = Callable[[], AbstractAsyncContextManager[Stage]]


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


@pytest.fixture(params=["two workers", "embedded"])
def servers(request: pytest.FixtureRequest) -> Servers:
    """Makes servers with an empty store each time."""
    redis_url = request.getfixturevalue("redis_url")
    return (lambda: two_workers(redis_url)) if request.param == "two workers" else embedded


class Trio:
    """Three people, all of whose servers have ended at once, without close frames."""

    def __init__(self, room: Room, cookies: list[str]) -> None:
        self.room = room
        self.cookies = cookies
        self.tabs: list[Tab] = []

    @property
    def ids(self) -> list[str]:
        return [tab.id for tab in self.tabs]

    async def begin(self, stage: Stage) -> None:
        for place, cookies in enumerate(self.cookies):
            self.tabs.append(Tab(stage[place], self.room.slug, cookies))
            await self.tabs[-1].join(name="Dave")
            await written(stage)

    async def back(self, stage: Stage, number: int, place: int = 0) -> Tab:
        tab = Tab(stage[place], self.room.slug, self.cookies[number])
        await tab.resume(self.tabs[number])
        return tab


@pytest.fixture
async def meeting(servers: Servers, room: Room, alices: Client, bobs: Client) -> AsyncIterator[Trio]:
    meeting = Trio(room, [cookie(alices), cookie(bobs), await from_database(guest)])
    async with servers() as before:
        await meeting.begin(before)
    yield meeting


def links(fact: dict[str, list[dict[str, str]]]) -> dict[str, str]:
    return {one["id"]: one["link"] for one in fact["participants"]}


async def refused(tab: Tab) -> tuple[str, int]:
    return tab.welcome.get("code") or tab.welcome["type"], await tab.closed()


async def test_everybody_is_who_they_were_and_knows_all_the_others(meeting: Trio, servers: Servers) -> None:
    async with servers() as stage:
        first = await meeting.back(stage, 1)
        assert first.welcome["epoch"] != meeting.tabs[1].welcome["epoch"]
        alice, bob, dave = meeting.ids
        assert links(first.welcome) == {alice: "detached", bob: "attached", dave: "detached"}
        assert [one["name"] for one in first.welcome["participants"]] == ["Alice", "Bob", "Dave"]
        second = await meeting.back(stage, 2, place=1)
        assert links(second.welcome) == {alice: "detached", bob: "attached", dave: "attached"}
        assert (await first.receive("updated"))["participant"] == {
            "id": dave,
            "name": "Dave",
            "role": "guest",
            "link": "attached",
        }
        third = await meeting.back(stage, 0)
        assert third.welcome["participants"][0] == {"id": alice, "name": "Alice", "role": "owner", "link": "attached"}
        assert [one.id for one in (third, first, second)] == meeting.ids
        await first.receive("updated")
        await second.receive("updated")
        first.send(candidate(second))
        assert (await second.receive("signal"))["from"] == bob
        await stage.live(40)
        for tab in (first, second, third):
            await tab.receives_nothing()


async def test_history_goes_on(meeting: Trio, servers: Servers) -> None:
    async with servers() as stage:
        for number in range(3):
            await meeting.back(stage, number)
        await written(stage)
    assert await from_database(lambda: Meeting.objects.count()) == 1
    stays = await from_database(lambda: list(Attendance.objects.values_list("participant", "left_at", "reason")))
    assert stays == [(one, None, "") for one in meeting.ids]


async def test_who_does_not_come_back_has_left_once(meeting: Trio, servers: Servers) -> None:
    async with servers() as stage:
        bob = await meeting.back(stage, 1)
        dave = await meeting.back(stage, 2)
        await bob.receive("updated")
        await stage.live(26)
        await bob.receives_nothing()
        await stage.live(3)
        for tab in (bob, dave):
            left = await tab.receive("left")
            assert (left["id"], left["reason"]) == (meeting.ids[0], "timeout")
            await tab.receives_nothing()
        await written(stage)
        assert await refused(await meeting.back(stage, 0)) == ("expired", 4010)


async def test_a_newcomer_who_is_first_learns_of_the_others(meeting: Trio, servers: Servers, mallorys: Client) -> None:
    async with servers() as stage:
        mallory = Tab(stage[0], meeting.room.slug, cookie(mallorys))
        assert len((await mallory.join())["participants"]) == 1
        bob = await meeting.back(stage, 1)
        assert set(links(bob.welcome)) == {mallory.id, *meeting.ids}
        assert links(await mallory.receive("roster")) == links(bob.welcome)


async def test_a_token_is_good_again_after_the_next_loss(meeting: Trio, servers: Servers) -> None:
    for _ in range(2):
        async with servers() as stage:
            meeting.tabs = [await meeting.back(stage, number) for number in range(3)]
            await written(stage)
    assert len(set(meeting.ids)) == 3


async def test_an_older_token_takes_nobodys_place(servers: Servers, room: Room, bobs: Client) -> None:
    async with servers() as before:
        older = Tab(before[0], room.slug, cookie(bobs))
        await older.join()
        newer = Tab(before[0], room.slug, cookie(bobs))
        await newer.resume(older)
        await written(before)
    async with servers() as stage:
        bob = Tab(stage[0], room.slug, cookie(bobs))
        await bob.resume(newer)
        copy = Tab(stage[1], room.slug, cookie(bobs))
        await copy.resume(older)
        assert await refused(copy) == ("expired", 4010)
        await bob.receives_nothing()
    async with servers() as stage:
        copy = Tab(stage[1], room.slug, cookie(bobs))
        assert (await copy.resume(newer))["id"] == newer.id
        again = Tab(stage[0], room.slug, cookie(bobs))
        assert (await again.resume(bob))["id"] == newer.id
        assert await copy.closed() == 4001


async def test_a_token_is_no_use_to_another_person_or_in_another_room(
    meeting: Trio, servers: Servers, alice: User, carols: Client
) -> None:
    elsewhere = await from_database(lambda: make_room(alice, name="Elsewhere"))
    async with servers() as stage:
        for slug, cookies in ((meeting.room.slug, cookie(carols)), (elsewhere.slug, meeting.cookies[1])):
            stolen = Tab(stage[0], slug, cookies)
            await stolen.resume(meeting.tabs[1])
            assert await refused(stolen) == ("expired", 4010)


@pytest.mark.parametrize(
    "change", [lambda token: token[:-1] + "x", lambda token: token[:43] + "x" * 43 + token[86:], lambda token: token[:43]]
)
async def test_a_token_that_was_changed_is_no_token(meeting: Trio, servers: Servers, change: Callable[[str], str]) -> None:
    meeting.tabs[1].welcome["token"] = change(meeting.tabs[1].welcome["token"])
    async with servers() as stage:
        assert await refused(await meeting.back(stage, 1)) == ("expired", 4010)


async def test_a_login_that_has_ended_takes_up_no_place(meeting: Trio, servers: Servers, bob: User) -> None:
    def sign_in() -> str:
        client = Client()
        client.force_login(bob)
        return cookie(client)

    meeting.cookies[1] = await from_database(sign_in)
    async with servers() as stage:
        assert await refused(await meeting.back(stage, 1)) == ("expired", 4010)


async def test_role_ban_and_room_are_read_afresh(meeting: Trio, servers: Servers) -> None:
    def change() -> None:
        Membership.objects.filter(room=meeting.room, user__email__startswith="bob").update(role="host")
        history.banned(str(meeting.room.pk), actor(person("Alice"), "owner"), attendance("Dave"), "Dave", "guest")

    def attendance(name: str) -> str:
        stay = Attendance.objects.get(name=name)
        return f"user:{stay.user_id}" if stay.user_id else f"guest:{stay.guest}"

    await from_database(change)
    async with servers() as stage:
        bob = await meeting.back(stage, 1)
        assert {one["name"]: one["role"] for one in bob.welcome["participants"]}["Bob"] == "host"
        assert await refused(await meeting.back(stage, 2)) == ("banned", 4403)
    await from_database(meeting.room.delete)
    async with servers() as stage:
        assert await refused(await meeting.back(stage, 0)) == ("closed", 4403)


@pytest.mark.parametrize("verdict", ["removed", "ended"])
async def test_a_verdict_outlives_the_loss(servers: Servers, room: Room, alices: Client, bobs: Client, verdict: str) -> None:
    async with servers() as before:
        alice, bob = Tab(before[0], room.slug, cookie(alices)), Tab(before[1], room.slug, cookie(bobs))
        await alice.join()
        await bob.join()
        await written(before)
        if verdict == "removed":
            await before[0].moderation.remove(ALICE, str(room.pk), bob.id)
        else:
            await before[0].end(str(room.pk))
        await written(before)
    async with servers() as stage:
        again = Tab(stage[0], room.slug, cookie(bobs))
        assert await again.resume(bob) == {"type": verdict if verdict == "removed" else "removed", "reason": verdict}
        assert await again.closed() == 4003


async def test_who_was_turned_away_before_the_loss_is_told_so(
    servers: Servers, room: Room, alices: Client, carols: Client
) -> None:
    room.locked = True
    await from_database(room.save)
    async with servers() as before:
        alice, carol = Tab(before[0], room.slug, cookie(alices)), Tab(before[0], room.slug, cookie(carols))
        await alice.join()
        assert (await carol.join())["type"] == "waiting"
        await before[0].moderation.deny(ALICE, str(room.pk), carol.id)
        await written(before)
    async with servers() as stage:
        again = Tab(stage[0], room.slug, cookie(carols))
        assert await again.resume(carol) == {"type": "denied", "reason": "denied"}
        assert await again.closed() == 4003


async def test_who_waited_knocks_anew(servers: Servers, room: Room, alices: Client, carols: Client) -> None:
    room.locked = True
    await from_database(room.save)
    async with servers() as before:
        alice, carol = Tab(before[0], room.slug, cookie(alices)), Tab(before[0], room.slug, cookie(carols))
        await alice.join()
        await carol.join()
        await written(before)
    async with servers() as stage:
        again = Tab(stage[0], room.slug, cookie(carols))
        await again.resume(carol)
        assert await refused(again) == ("expired", 4010)


async def test_who_was_let_in_stays_inside_a_locked_room(servers: Servers, room: Room, alices: Client, carols: Client) -> None:
    room.locked = True
    await from_database(room.save)
    async with servers() as before:
        alice, carol = Tab(before[0], room.slug, cookie(alices)), Tab(before[0], room.slug, cookie(carols))
        await alice.join()
        await carol.join()
        alice.send({"type": "admit", "id": carol.id})
        carol.welcome = await carol.receive("welcomed")
        await written(before)
    async with servers() as stage:
        again = Tab(stage[0], room.slug, cookie(carols))
        assert (await again.resume(carol))["type"] == "welcomed"
        assert (again.id, again.welcome["room"]["locked"]) == (carol.id, True)


@pytest.mark.parametrize("gone", ["left", "too long ago"])
async def test_nobody_takes_up_a_place_that_is_over(meeting: Trio, servers: Servers, gone: str) -> None:
    def over() -> None:
        if gone == "left":
            history.left(str(meeting.room.pk), meeting.ids[1], "left")
        else:
            Meeting.objects.update(seen_at=timezone.now() - history.REMEMBERED - timedelta(seconds=1))

    await from_database(over)
    async with servers() as stage:
        assert await refused(await meeting.back(stage, 1)) == ("expired", 4010)


def test_a_closed_stay_does_not_keep_whose_cookie_it_was(room: Room) -> None:
    history.joined(str(room.pk), "pd", "guest:secret", "Dave", "guest")
    assert Attendance.objects.get().guest == "secret"
    history.left(str(room.pk), "pd", "left")
    assert Attendance.objects.get().guest == ""
