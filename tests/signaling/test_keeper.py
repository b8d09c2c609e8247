"""What a keeper does, with two workers: a worker dies, mail is lost, Redis loses data, freezes and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from accounts.models import User
from events.models import Event
from rooms import history
from rooms.models import Attendance, Meeting, Room
from signaling.roster.base import LEASE_SECONDS, Lease, Record, Renewal
from tests.redis_server import RedisServer, running_redis
from tests.rooms.scenes import make_room
from tests.signaling.stage import STILL, Stage, Tab, candidate, configure, cookie, from_database, meet, two_workers, written

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


@pytest.fixture
async def stage(redis_url: str) -> AsyncIterator[Stage]:
    async with two_workers(redis_url) as running:
        yield running


async def test_an_idle_room_stays(stage: Stage, room: Room, alices: Client, bobs: Client) -> None:
    alice, bob = await meet(stage, room, alices, bobs)
    await stage.live(60)
    await alice.receives_nothing()
    await bob.receives_nothing()


async def test_a_worker_that_dies_takes_its_people_with_it_after_lease_and_grace(
    stage: Stage, room: Room, alices: Client, bobs: Client
) -> None:
    alice, bob = await meet(stage, room, alices, bobs)
    await stage.live(13)
    dead = stage.workers.pop()
    await stage.live(int(LEASE_SECONDS) + 1)
    assert (await alice.receive("updated"))["participant"]["link"] == "detached"
    await stage.live(12)
    await alice.receives_nothing()
    await stage.live(4)
    left = await alice.receive("left")
    assert (left["id"], left["reason"]) == (bob.id, "timeout")
    await stage.live(5)
    await alice.receives_nothing()

    await dead.keeper.renew()
    assert await bob.closed() == 4010


async def test_a_worker_that_stalls_gets_its_people_back(stage: Stage, room: Room, alices: Client, bobs: Client) -> None:
    alice, bob = await meet(stage, room, alices, bobs)
    await stage.live(13)
    stalled = stage.workers.pop()
    await stage.live(int(LEASE_SECONDS) + 1)
    await alice.receive("updated")
    stage.workers.append(stalled)
    await stalled.keeper.renew()
    await stage[0].keeper.renew()
    roster = await alice.receive("roster")
    assert [(one["id"], one["link"]) for one in roster["participants"]] == [(alice.id, "attached"), (bob.id, "attached")]
    alice.send(candidate(bob))
    while (await bob.receive())["type"] != "signal":
        pass


async def test_a_reaper_that_stalled_waits_a_lease(stage: Stage, room: Room, alices: Client, bobs: Client) -> None:
    alice, bob = await meet(stage, room, alices, bobs)
    await stage.live(13)
    stage.clock.advance(60)
    for worker in stage.workers:
        await worker.keeper.reap()
    for worker in stage.workers:
        await worker.keeper.renew()
    await stage.live(20)
    await alice.receives_nothing()
    await bob.receives_nothing()


async def test_lost_mail_is_found_by_the_heartbeat(
    stage: Stage, room: Room, alices: Client, bobs: Client, carols: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, bob = await meet(stage, room, alices, bobs)
    with monkeypatch.context() as patch:
        patch.setattr(stage[1].mailbox, "post", lambda worker, mail: None)
        carol = Tab(stage[1], room.slug, cookie(carols))
        await carol.join()
        await bob.receive("joined")
        await configure(stage[1], room, locked=True)
        await bob.receive("locked")
    await alice.receives_nothing()
    await stage[0].keeper.renew()
    roster = await alice.receive("roster")
    assert [one["id"] for one in roster["participants"]] == [alice.id, bob.id, carol.id]
    assert roster["locked"]


async def test_lost_mail_about_oneself_is_found_by_the_heartbeat(
    stage: Stage, room: Room, alices: Client, bobs: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, bob = await meet(stage, room, alices, bobs)
    with monkeypatch.context() as patch:
        patch.setattr(stage[0].mailbox, "post", lambda worker, mail: None)
        alice.send({"type": "remove", "id": bob.id})
        await alice.receive("left")
    await bob.receives_nothing()
    await stage[1].keeper.renew()
    assert ((await bob.receive("removed"))["reason"], await bob.closed()) == ("removed", 4003)


async def test_somebody_who_was_let_in_learns_it_though_the_mail_was_lost(
    stage: Stage, room: Room, alices: Client, carols: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.locked = True
    await from_database(room.save)
    alice, carol = Tab(stage[0], room.slug, cookie(alices)), Tab(stage[1], room.slug, cookie(carols))
    await alice.join()
    assert (await carol.join())["type"] == "waiting"
    await alice.receive("knocked")
    with monkeypatch.context() as patch:
        patch.setattr(stage[0].mailbox, "post", lambda worker, mail: None)
        alice.send({"type": "admit", "id": carol.id})
        await alice.receive("joined")
    await stage[1].keeper.renew()
    await carol.receive("welcomed")


async def test_redis_forgets_everything(stage: Stage, room: Room, alices: Client, bobs: Client, redis_url: str) -> None:
    alice, bob = await meet(stage, room, alices, bobs)
    for key in redis_keys(redis_url, stage):
        forget(redis_url, key)
    for worker in stage.workers:
        await worker.keeper.renew()
    for tab in (alice, bob):
        ids: list[str] = []
        epochs = set()
        while len(ids) < 2 or tab.welcome["epoch"] in epochs:
            roster = await tab.receive()
            if roster["type"] == "roster":
                ids = [one["id"] for one in roster["participants"]]
                epochs = {roster["epoch"]}
                assert ids == [alice.id, bob.id]
    alice.send(candidate(bob))
    while (await bob.receive())["type"] != "signal":
        pass
    snapshot = await stage[0].roster.snapshot(str(room.pk))
    assert snapshot is not None
    assert {record.id for record in snapshot.people} == {alice.id, bob.id}


def redis_keys(url: str, stage: Stage) -> list[str]:
    with redis.Redis.from_url(url, decode_responses=True) as client:
        return [key for key in client.scan_iter(f"{stage.prefix}:*") if not key.endswith(":clock")]


def forget(url: str, key: str) -> None:
    with redis.Redis.from_url(url) as client:
        client.delete(key)


async def test_a_heartbeat_that_was_overtaken_takes_nobody_for_gone(
    stage: Stage, room: Room, alices: Client, bobs: Client, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, _ = await meet(stage, room, alices, bobs)
    for key in redis_keys(redis_url, stage):
        forget(redis_url, key)
    await stage[1].keeper.renew()
    keeper, renew, answered = stage[0].keeper, stage[0].roster.renew, asyncio.Event()

    async def late(leases: list[Lease]) -> list[Renewal]:
        answer = await renew(leases)
        await answered.wait()
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(stage[0].roster, "renew", late)
        first = asyncio.create_task(keeper.renew())
        await asyncio.sleep(0)
    second = asyncio.create_task(keeper.renew())
    await asyncio.wait([second], timeout=0.3)
    answered.set()
    await asyncio.gather(first, second)
    alice.send({"type": "ping"})
    while (await alice.receive())["type"] != "pong":
        pass


async def test_whoever_was_not_put_back_is_gone_in_the_end(
    stage: Stage, room: Room, alices: Client, bobs: Client, redis_url: str
) -> None:
    alice, bob = await meet(stage, room, alices, bobs)
    stage.workers.pop()
    for key in redis_keys(redis_url, stage):
        forget(redis_url, key)
    await stage[0].keeper.renew()
    first, last = await alice.receive("roster"), await alice.receive("roster")
    assert [one["id"] for one in first["participants"]] == [alice.id, bob.id]
    assert [one["id"] for one in last["participants"]] == [alice.id]


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    with running_redis() as server:
        yield server


async def test_redis_goes_away_and_comes_back_empty(
    own_redis: RedisServer, room: Room, alices: Client, bobs: Client, carols: Client
) -> None:
    async with two_workers(own_redis.url) as stage:
        alice, bob = await meet(stage, room, alices, bobs)
        neighbour = Tab(stage[0], room.slug, cookie(carols))
        await neighbour.join()
        await alice.receive("joined")
        own_redis.kill()

        for worker in stage.workers:
            for beat in (worker.keeper.renew, worker.keeper.reap, worker.keeper.tidy):
                await worker.keeper.attempt(beat)
        alice.send(candidate(neighbour))
        await neighbour.receive("signal")
        alice.send({"type": "remove", "id": neighbour.id})
        assert (await alice.receive("refused"))["code"] == "busy"
        late = Tab(stage[1], room.slug, cookie(carols))
        assert ((await late.join())["code"], await late.closed()) == ("busy", 4503)

        own_redis.start()
        stage.clock.advance(1)
        for worker in stage.workers:
            await worker.keeper.attempt(worker.keeper.renew)
        roster = await alice.receive("roster")
        assert roster["epoch"] != alice.welcome["epoch"]
        assert {one["id"] for one in roster["participants"]} == {alice.id, bob.id, neighbour.id}
        assert [tab.code for tab in (alice, bob, neighbour)] == [None, None, None]


class Past:
    """A copy of everything in Redis, and Redis as it was then: a replica that was behind takes over."""

    def __init__(self, url: str, stage: Stage) -> None:
        self._client = redis.Redis.from_url(url)
        self._pattern = f"{stage.prefix}:*"
        self._copies = {key: self._client.dump(key) or b"" for key in self._keys()}

    def _keys(self) -> list[bytes]:
        return [key for key in self._client.scan_iter(self._pattern) if not key.endswith(b":clock")]

    def return_to(self) -> None:
        for key in self._keys():
            self._client.delete(key)
        for key, copy in self._copies.items():
            self._client.restore(key, 0, copy)
        self._client.close()


async def found_out(stage: Stage, room: Room) -> None:
    """Every worker notices and reads the room again before anybody's turn to be put back comes."""
    for _ in range(2):
        for worker in stage.workers:
            await worker.keeper.renew()
            for other in stage.workers:
                await other.keeper._read(str(room.pk))


async def in_the_store(stage: Stage, room: Room) -> dict[str, Record]:
    snapshot = await stage[0].roster.snapshot(str(room.pk))
    return {} if snapshot is None else {record.id: record for record in snapshot.people}


async def test_redis_goes_back_in_time(stage: Stage, room: Room, alices: Client, bobs: Client, redis_url: str) -> None:
    """Bob has come, and Alice has resumed, since."""
    alice = Tab(stage[0], room.slug, cookie(alices))
    await alice.join()
    past = Past(redis_url, stage)
    again, bob = Tab(stage[1], room.slug, cookie(alices)), Tab(stage[1], room.slug, cookie(bobs))
    await again.resume(alice)
    await bob.join()
    past.return_to()
    for _ in range(2):
        for worker in stage.workers:
            await worker.keeper.renew()
    for tab in (again, bob):
        epoch = tab.welcome["epoch"]
        while epoch == tab.welcome["epoch"]:
            if (roster := await tab.receive())["type"] == "roster":
                epoch = roster["epoch"]
        assert {one["id"] for one in roster["participants"]} == {alice.id, bob.id}
        assert tab.code is None
    people = await in_the_store(stage, room)
    assert {(record.id, record.generation) for record in people.values()} == {(alice.id, 2), (bob.id, 1)}


async def test_those_who_moved_before_redis_went_back_are_where_they_moved(
    stage: Stage, room: Room, alices: Client, bobs: Client, redis_url: str
) -> None:
    alice, bob = await meet(stage, room, alices, bobs)
    past = Past(redis_url, stage)
    alice2, bob2 = Tab(stage[1], room.slug, cookie(alices)), Tab(stage[0], room.slug, cookie(bobs))
    await alice2.resume(alice)
    await bob2.resume(bob)
    past.return_to()
    await found_out(stage, room)
    people = await in_the_store(stage, room)
    there, here = stage[1].mailbox.address, stage[0].mailbox.address
    assert {one.id: (one.worker, one.generation) for one in people.values()} == {alice.id: (there, 2), bob.id: (here, 2)}
    alice2.send(candidate(bob2))
    while (await bob2.receive())["type"] != "signal":
        pass
    assert (alice2.code, bob2.code) == (None, None)


async def test_whoever_was_let_in_before_redis_went_back_stays_inside(
    stage: Stage, room: Room, alices: Client, carols: Client, redis_url: str
) -> None:
    room.locked = True
    await from_database(room.save)
    alice, carol = Tab(stage[0], room.slug, cookie(alices)), Tab(stage[1], room.slug, cookie(carols))
    await alice.join()
    await carol.join()
    past = Past(redis_url, stage)
    await alice.receive("knocked")
    alice.send({"type": "admit", "id": carol.id})
    await carol.receive("welcomed")
    past.return_to()
    await found_out(stage, room)
    assert {one.id: one.state for one in (await in_the_store(stage, room)).values()} == {alice.id: "present", carol.id: "present"}
    await alice.receive("joined")
    for tab in (alice, carol):
        assert {one["id"] for one in (await tab.receive("roster"))["participants"]} == {alice.id, carol.id}
    carol.send(candidate(alice))
    while (await alice.receive())["type"] != "signal":
        pass
    assert carol.code is None


# History


async def test_who_knocks_is_told_of(stage: Stage, alice: User, alices: Client, carols: Client) -> None:
    room = await from_database(lambda: make_room(alice, waits="nonmembers"))
    alice_, carol = Tab(stage[0], room.slug, cookie(alices)), Tab(stage[1], room.slug, cookie(carols))
    await alice_.join()
    await carol.join()
    await written(stage)
    knock = await from_database(lambda: Event.objects.get(kind=Event.Kind.KNOCKED))
    assert (knock.room, knock.details) == (room.pk, {"participant": carol.id})


async def test_a_crash_is_closed_in_history(stage: Stage, room: Room) -> None:
    def crashed() -> None:
        long_ago = timezone.now() - timedelta(hours=1)
        meeting = Meeting.objects.create(room=room, started_at=long_ago, seen_at=long_ago)
        Attendance.objects.create(meeting=meeting, participant="ghost", name="Ghost", role="guest", joined_at=long_ago)

    async def closed() -> bool:
        await stage[0].keeper.tidy()
        await written(stage)
        row = await from_database(lambda: Attendance.objects.get(participant="ghost"))
        return row.left_at is not None

    await from_database(crashed)
    assert not await closed(), "a worker that has just come up does not know whether the store is whole"
    stage.clock.advance(STILL.rebuild)
    assert await closed()


async def test_whoever_goes_while_history_is_compared_is_not_lost(
    stage: Stage, room: Room, alices: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis has lost the room, and nobody here would know it any more a moment later."""
    alice = Tab(stage[0], room.slug, cookie(alices))
    await alice.join()
    await written(stage)
    await from_database(lambda: Attendance.objects.update(joined_at=timezone.now() - timedelta(hours=1)))
    stage.clock.advance(STILL.rebuild)

    async def empty() -> list[str]:
        await alice.vanished()
        return []

    monkeypatch.setattr(stage[0].roster, "rooms", empty)
    await stage[0].keeper.tidy()
    await written(stage)
    assert await from_database(lambda: Attendance.objects.get().left_at) is None


async def test_whoever_is_not_put_back_yet_stays_in_history(own_redis: RedisServer, room: Room, alices: Client) -> None:
    async with two_workers(own_redis.url, pace=replace(STILL, rebuild=10)) as stage:
        idle, busy = stage[0].keeper, stage[1].keeper
        await Tab(stage[1], room.slug, cookie(alices)).join()
        await written(stage)

        def of_a_third_worker() -> None:
            meeting = Meeting.objects.get(room=room)
            Attendance.objects.create(meeting=meeting, participant="dave", name="Dave", role="guest", joined_at=timezone.now())
            Attendance.objects.update(joined_at=timezone.now() - timedelta(hours=1))

        await from_database(of_a_third_worker)

        async def inside() -> int:
            await written(stage)
            return await from_database(lambda: Attendance.objects.filter(left_at=None).count())

        own_redis.kill()
        await idle.attempt(idle.reap)
        own_redis.start()
        stage.clock.advance(0)
        for keeper in (idle, busy):
            await keeper.tidy()
            assert await inside() == 2
        await idle.reap()
        await idle.tidy()
        assert await inside() == 2
        await busy.renew()
        await busy.tidy()
        assert await inside() == 2

        await stage[1].roster.end(str(room.pk))
        stage.clock.advance(10)
        await idle.tidy()
        assert await inside() == 0


def down(*args: Any, **fields: Any) -> None:
    raise OperationalError("the database is down")


async def test_who_came_and_went_while_the_database_was_down_is_in_history_later(
    stage: Stage, room: Room, alices: Client, bobs: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(history, "joined", down)
        alice, bob = await meet(stage, room, alices, bobs)
        bob.send({"type": "leave"})
        await bob.ended()
        await written(stage)
    assert await from_database(Attendance.objects.count) == 0
    for worker in stage.workers:
        await worker.keeper.renew()
    await written(stage)
    rows = await from_database(lambda: set(Attendance.objects.values_list("participant", "reason")))
    assert rows == {(alice.id, ""), (bob.id, "left")}


async def test_the_living_stay_in_history(stage: Stage, room: Room, alices: Client, bobs: Client) -> None:
    await meet(stage, room, alices, bobs)
    await written(stage)
    long_ago = timezone.now() - timedelta(hours=1)
    await from_database(lambda: Attendance.objects.update(joined_at=long_ago))
    await from_database(lambda: Meeting.objects.update(seen_at=long_ago))
    for worker in stage.workers:
        await worker.keeper.tidy()
    await written(stage)
    assert await from_database(lambda: Attendance.objects.filter(left_at=None).count()) == 2
    meeting = await from_database(lambda: Meeting.objects.get(room=room))
    assert meeting.seen_at > long_ago
