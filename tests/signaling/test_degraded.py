"""Redis is out of reach: for everybody, or for one worker only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest
from django.test import Client

from accounts.models import User
from rooms.models import Room
from signaling.roster.redis import RedisRoster
from tests.chaosproxy import ChaosProxy, chaos_proxy
from tests.redis_server import RedisServer, running_redis
from tests.rooms.scenes import make_room
from tests.signaling.stage import Stage, Tab, candidate, cookie, new_layer, new_worker, running, two_workers

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
        await alice.hear("moving")
        bob = Tab(stage[0], room.slug, cookie(bobs))
        assert await bob.open()
        assert (await bob.hear("refused"))["code"] == "busy"
        assert await bob.closed() == 4503

        await outage(stage, 5)
        await alice.hears_nothing()
        await outage(stage, 3)
        await alice.hear("moving")

        own_redis.start()
        stage.clock.advance(0)
        await outage(stage, 1)
        assert stage[0].accepting
        roster = await alice.hear("roster")
        assert [one["id"] for one in roster["participants"]] == [alice.id]


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
        roster = RedisRoster(through, prefix=stage.prefix, now=now, timeout_seconds=0.3)
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
    await alice.hear("joined")
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
    await bob.hear("moving")
    again = Tab(stage[0], room.slug, cookie(bobs))
    assert (await again.resume(bob))["id"] == bob.id
    assert bob.code is None
    assert (await alice.hear("updated"))["participant"]["link"] == "attached"
    again.say(candidate(alice))
    await alice.hear("signal")

    proxy.thaw()
    async with asyncio.timeout(10):
        while cut_off._out:
            await cut_off.attempt(cut_off.reap)
    await cut_off.attempt(cut_off.renew)
    assert await bob.closed() == 4001
    assert "conference_fenced_total 1\n" in stage[1].metrics()
    assert 'conference_resumes_total{outcome="resumed"} 1\n' in stage[0].metrics()
    await stage.live(40)
    snapshot = await stage[0].roster.snapshot(str(room.pk))
    assert snapshot is not None
    assert [(one.id, one.link) for one in snapshot.people] == [(alice.id, "attached"), (bob.id, "attached")]
    await again.hears_nothing()
