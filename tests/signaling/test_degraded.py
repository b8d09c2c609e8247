"""Redis is out of reach: for everybody, or for one worker only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
import redis
from django.test import Client

from accounts.models import User
from rooms.models import Attendance, Room
from signaling.roster.base import Entered, Unreachable
from signaling.roster.redis import RedisRoster
from tests.chaosproxy import ChaosProxy, chaos_proxy
from tests.redis_server import RedisServer, running_redis
from tests.rooms.scenes import make_room
from tests.signaling.stage import (
    STILL,
    Stage,
    Tab,
    candidate,
    cookie,
    from_database,
    meet,
    new_layer,
    new_worker,
    running,
    two_workers,
    written,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    with running_redis() as server:
        yield server


async def outage(stage: Stage, seconds: int) -> None:
    for _ in range(seconds):
        for worker in stage.workers:
            await worker.keeper.attempt(worker.keeper.reap)
        stage.clock._now += 1


async def test_newcomers_are_sent_elsewhere_and_the_sockets_stay(
    own_redis: RedisServer, room: Room, alices: Client, bobs: Client
) -> None:
    async with two_workers(own_redis.url) as stage:
        alice = Tab(stage[0], room.slug, cookie(alices))
        await alice.join()
        own_redis.kill()
        await outage(stage, 8)
        assert stage[0].accepting
        await outage(stage, 2)
        assert stage[0].keeper.degraded
        await alice.receive("moving")
        bob = Tab(stage[0], room.slug, cookie(bobs))
        assert await bob.open()
        assert (await bob.receive("refused"))["code"] == "busy"
        assert await bob.closed() == 4503

        await outage(stage, 5)
        await alice.receives_nothing(others=False)
        await outage(stage, 3)
        await alice.receive("moving")

        own_redis.start()
        stage.clock.advance(0)
        await outage(stage, 1)
        assert stage[0].accepting
        roster = await alice.receive("roster")
        assert [one["id"] for one in roster["participants"]] == [alice.id]


async def test_nobody_is_taken_into_a_room_that_is_not_whole_yet(
    own_redis: RedisServer, room: Room, alices: Client, bobs: Client
) -> None:
    async with two_workers(own_redis.url) as stage:
        alice, bob = Tab(stage[0], room.slug, cookie(alices)), Tab(stage[0], room.slug, cookie(bobs))
        await alice.join()
        await bob.join()
        own_redis.kill()
        await outage(stage, 10)
        own_redis.start()
        stage.clock.advance(0)
        back, other = stage[0].keeper, stage[1].keeper
        await other.attempt(other.reap)
        early = Tab(stage[1], room.slug, cookie(bobs))
        assert ((await early.resume(bob))["code"], await early.closed()) == ("busy", 4503)
        await back.attempt(back.reap)
        async with asyncio.timeout(60):
            while not (snapshot := await stage[0].roster.snapshot(str(room.pk))) or len(snapshot.people) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        stage.clock.advance(4)
        later = Tab(stage[1], room.slug, cookie(bobs))
        welcome = await later.resume(bob)
        assert welcome["type"] == "welcomed", welcome
        assert {one["id"] for one in welcome["participants"]} == {alice.id, bob.id}


async def test_a_stall_of_the_worker_is_no_outage(redis_url: str) -> None:
    async with two_workers(redis_url) as stage:
        stage.clock.advance(60)
        assert stage[0].accepting


@pytest.fixture
async def torn(redis_url: str) -> AsyncIterator[tuple[Stage, ChaosProxy]]:
    """Two workers, the second of which reaches Redis through a proxy."""
    async with AsyncExitStack() as stack:
        proxy = await stack.enter_async_context(chaos_proxy(int(redis_url.rpartition(":")[2].partition("/")[0])))
        stage = await stack.enter_async_context(two_workers(redis_url))
        through, layer = f"redis://127.0.0.1:{proxy.port}/0", new_layer(f"redis://127.0.0.1:{proxy.port}/0")
        now = f"local function now() return tonumber(redis.call('GET', '{stage.prefix}:clock')) end\n"
        roster = RedisRoster(through, prefix=stage.prefix, now=now, timeout_seconds=1)
        worker = new_worker(roster, layer, clock=stage.clock)
        stage.workers[1] = await stack.enter_async_context(running(worker, layer))
        yield stage, proxy


async def test_a_worker_that_is_cut_off_alone_hands_its_people_over(
    torn: tuple[Stage, ChaosProxy], room: Room, alices: Client, bobs: Client
) -> None:
    stage, proxy = torn
    alice, bob = Tab(stage[0], room.slug, cookie(alices)), Tab(stage[1], room.slug, cookie(bobs))
    await alice.join()
    await bob.join()
    await alice.receive("joined")
    proxy.freeze("up")
    proxy.freeze("down")
    proxy.cut()
    cut_off = stage[1].keeper
    for second in range(10):
        stage.clock.advance(1)
        await cut_off.attempt(cut_off.reap)
        await stage[0].keeper.reap()
        if second % 4 == 0:
            await stage[0].keeper.renew()
    await bob.receive("moving")
    again = Tab(stage[0], room.slug, cookie(bobs))
    assert (await again.resume(bob))["id"] == bob.id
    assert bob.code is None
    assert (await alice.receive("updated"))["participant"]["link"] == "attached"
    again.send(candidate(alice))
    await alice.receive("signal")

    proxy.thaw()
    async with asyncio.timeout(60):
        while cut_off._out:
            await cut_off.attempt(cut_off.reap)
    await cut_off.attempt(cut_off.renew)
    assert await bob.closed() == 4001
    assert "conference_fenced_total 1\n" in stage[1].metrics_text()
    assert 'conference_resumes_total{outcome="resumed"} 1\n' in stage[0].metrics_text()
    await stage.live(40)
    snapshot = await stage[0].roster.snapshot(str(room.pk))
    assert snapshot is not None
    assert [(one.id, one.link) for one in snapshot.people] == [(alice.id, "attached"), (bob.id, "attached")]
    await again.receives_nothing(others=False)


# Whoever goes during an outage

# A rebuild does not end in this test, so only a goodbye can announce a departure.
REBUILDING = replace(STILL, rebuild=3600)


@pytest.fixture
async def stage(own_redis: RedisServer) -> AsyncIterator[Stage]:
    async with two_workers(own_redis.url, pace=REBUILDING) as running:
        yield running


async def back(stage: Stage, own_redis: RedisServer, *order: int) -> None:
    """Redis is started again, empty, and the workers find it in this order. No time passes.

    The first message over a connection of before is lost. Where a pass comes right after another, it could be a goodbye.
    """
    for worker in stage.workers:
        await worker.keeper.attempt(worker.keeper.reap)
    own_redis.start()
    stage.clock.advance(0)
    await mail_opened(stage, own_redis)
    for worker in stage.workers:
        await worker.mailbox.check()
    for keeper in (stage[place].keeper for place in order):
        for beat in (keeper.reap, keeper.renew, keeper.reap):
            await keeper.attempt(beat)


async def mail_opened(stage: Stage, server: RedisServer) -> None:
    """Wait until every worker gets mail again."""
    with redis.Redis.from_url(server.url, decode_responses=True) as client:
        async with asyncio.timeout(60):
            while not all(client.pubsub_numsub(worker.mailbox.address)[0][1] for worker in stage.workers):  # noqa: ASYNC110
                await asyncio.sleep(0.02)


@asynccontextmanager
async def beating(stage: Stage) -> AsyncIterator[None]:
    """A context in which the passes of the keepers run, while the clock stands still."""

    async def beat() -> None:
        while True:
            await asyncio.sleep(0.5)
            for worker in stage.workers:
                await worker.keeper.attempt(worker.keeper.renew)

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()


async def receives_gone(tab: Tab, other: Tab) -> int:
    """Listen until somebody is known to be gone; returns how often it was said that somebody has left."""
    people = {tab.id: "attached", other.id: "attached"}
    left = 0
    while other.id in people:
        fact = await tab.receive()
        if fact["type"] == "roster":
            people = {one["id"]: one["link"] for one in fact["participants"]}
        elif fact["type"] == "left":
            left += 1
            people.pop(fact["id"], None)
        elif fact["type"] in {"joined", "updated"}:
            people[fact["participant"]["id"]] = fact["participant"]["link"]
    return left


def leaves(stage: Stage) -> int:
    """How many leaves were announced, by all workers."""
    return sum(worker.metrics.leaves.total() for worker in stage.workers)


def kept(server: RedisServer, stage: Stage) -> list[str]:
    """Keys of rooms that Redis would keep forever."""
    with redis.Redis.from_url(server.url, decode_responses=True) as client:
        return [key for key in client.scan_iter(f"{stage.prefix}:{{*") if client.ttl(key) < 0]


async def test_a_goodbye_during_an_outage_is_honoured_when_it_is_over(
    torn: tuple[Stage, ChaosProxy], room: Room, alices: Client, bobs: Client
) -> None:
    stage, proxy = torn
    alice, bob = await meet(stage, room, alices, bobs)
    proxy.freeze("up")
    proxy.freeze("down")
    proxy.cut()
    bob.send({"type": "leave"})
    assert await bob.closed() == 1000
    await bob.ended()
    await alice.receives_nothing(others=False)
    proxy.thaw()
    async with asyncio.timeout(60):
        while not leaves(stage):
            await stage[1].keeper.attempt(stage[1].keeper.reap)
    assert stage[1].metrics.leaves == {"left": 1}
    await stage[0].keeper.renew()
    await receives_gone(alice, bob)
    await stage.live(40)
    await alice.receives_nothing(others=False)
    assert leaves(stage) == 1


async def test_a_goodbye_that_was_heard_but_not_answered_is_in_history(
    redis_url: str, room: Room, alices: Client, bobs: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with two_workers(redis_url) as stage:
        alice, bob = await meet(stage, room, alices, bobs)
        leave = stage[1].roster.leave

        async def unanswered(*args: Any) -> None:
            await leave(*args)
            raise Unreachable("the answer was lost")

        with monkeypatch.context() as patch:
            patch.setattr(stage[1].roster, "leave", unanswered)
            bob.send({"type": "leave"})
            await bob.ended()
        await stage[1].keeper.reap()
        await stage[0].keeper.renew()
        assert [one["id"] for one in (await alice.receive("roster"))["participants"]] == [alice.id]
        await written(stage)
        row = await from_database(lambda: Attendance.objects.get(participant=bob.id))
        assert (row.reason, row.left_at is None) == ("left", False)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["hers first", "his first"])
async def test_a_goodbye_to_a_store_that_comes_back_empty_is_honoured_at_once(
    stage: Stage, own_redis: RedisServer, room: Room, alices: Client, bobs: Client, order: tuple[int, int]
) -> None:
    alice, bob = await meet(stage, room, alices, bobs)
    own_redis.kill()
    bob.send({"type": "leave"})
    assert await bob.closed() == 1000
    await bob.ended()
    await back(stage, own_redis, *order)
    async with beating(stage):  # mail may be lost, as anywhere
        assert await receives_gone(alice, bob) <= 1
    assert leaves(stage) == 1
    await stage.live(5)
    await alice.receives_nothing(others=False)
    await written(stage)
    row = await from_database(lambda: Attendance.objects.get(participant=bob.id))
    assert row.reason == "left"


async def test_of_those_who_all_went_during_an_outage_nothing_is_kept(
    stage: Stage, own_redis: RedisServer, room: Room, alices: Client, bobs: Client
) -> None:
    tabs = await meet(stage, room, alices, bobs)
    own_redis.kill()
    for tab in tabs:
        tab.send({"type": "leave"})
        await tab.ended()
    await back(stage, own_redis, 0, 1)
    assert kept(own_redis, stage) == []
    assert leaves(stage) == 2


@pytest.mark.parametrize("answered", [True, False])
async def test_a_goodbye_while_one_is_put_back_is_a_goodbye(
    stage: Stage,
    own_redis: RedisServer,
    room: Room,
    alices: Client,
    bobs: Client,
    monkeypatch: pytest.MonkeyPatch,
    answered: bool,
) -> None:
    alice, bob = await meet(stage, room, alices, bobs)
    own_redis.kill()
    restore = stage[1].roster.restore

    async def slow(*args: Any, **options: Any) -> Entered:
        """Bob goes while his worker puts him back."""
        monkeypatch.setattr(stage[1].roster, "restore", restore)
        bob.send({"type": "leave"})
        await bob.ended()
        entered = await restore(*args, **options)
        if not answered:
            raise Unreachable("the answer was lost")
        return entered

    monkeypatch.setattr(stage[1].roster, "restore", slow)
    await back(stage, own_redis, 0, 1)
    await stage[1].keeper.reap()
    assert await receives_gone(alice, bob) <= 1
    assert leaves(stage) == 1


async def test_a_socket_that_is_lost_during_an_outage_can_be_taken_up_again(
    stage: Stage, own_redis: RedisServer, room: Room, alices: Client, bobs: Client
) -> None:
    alice, bob = await meet(stage, room, alices, bobs)
    own_redis.kill()
    await bob.vanished()
    await back(stage, own_redis, 0, 1)
    again = Tab(stage[0], room.slug, cookie(bobs))
    assert (await again.resume(bob))["id"] == bob.id
    await stage.live(40)
    assert leaves(stage) == 0
    snapshot = await stage[0].roster.snapshot(str(room.pk))
    assert snapshot is not None
    assert {(one.id, one.link) for one in snapshot.people} == {(alice.id, "attached"), (bob.id, "attached")}


async def test_a_socket_that_is_lost_during_an_outage_leaves_after_its_grace(
    stage: Stage, own_redis: RedisServer, room: Room, alices: Client, bobs: Client
) -> None:
    alice, bob = await meet(stage, room, alices, bobs)
    own_redis.kill()
    await bob.vanished()
    await back(stage, own_redis, 0, 1)
    await stage.live(14)
    assert leaves(stage) == 0
    await stage.live(3)
    assert await receives_gone(alice, bob) <= 1
    assert leaves(stage) == 1


async def test_whoever_was_taken_up_elsewhere_is_not_told_to_be_removed(
    stage: Stage, own_redis: RedisServer, room: Room, alices: Client, bobs: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, bob = await meet(stage, room, alices, bobs)
    own_redis.kill()
    own_redis.start()
    stage.clock.advance(0)
    late = await stage[1].roster.renew(stage[1].switchboard.leases())
    await stage[1].keeper.renew()
    with monkeypatch.context() as patch:
        patch.setattr(stage[0].mailbox, "post", lambda worker, mail: None)
        await Tab(stage[0], room.slug, cookie(bobs)).resume(bob)
    for renewal in late:
        await stage[1].keeper._heed(renewal)
    assert await bob.closed() == 4001
