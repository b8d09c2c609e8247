"""A worker is told to end: its people are sent to another one, and nobody is announced as having left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from django.test import Client

from accounts.models import User
from rooms.models import Room
from signaling.open_sockets import Farewell
from tests.rooms.scenes import make_room
from tests.signaling.stage import Stage, Tab, candidate, cookie, embedded, two_workers

pytestmark = pytest.mark.django_db(transaction=True)

BRISK = Farewell(batch=1, every=2, patience=10, linger=0)
SLOW = Farewell(batch=1, every=60, patience=120, linger=0)


@pytest.fixture
def room(alice: User, bob: User, carol: User) -> Room:
    return make_room(alice, member=bob)


@pytest.fixture
async def stage(redis_url: str) -> AsyncIterator[Stage]:
    async with two_workers(redis_url, farewell=BRISK) as running:
        yield running


async def test_people_move_on_and_nobody_leaves(stage: Stage, room: Room, alices: Client, bobs: Client) -> None:
    alice, bob = Tab(stage[0], room.slug, cookie(alices)), Tab(stage[1], room.slug, cookie(bobs))
    await alice.join()
    await bob.join()
    await alice.receive("joined")
    draining = asyncio.create_task(stage[1].drain())
    assert await bob.closed() == 4012
    await draining
    assert (await alice.receive("updated"))["participant"]["link"] == "detached"
    again = Tab(stage[0], room.slug, cookie(bobs))
    assert (await again.resume(bob))["id"] == bob.id
    assert (await alice.receive("updated"))["participant"]["link"] == "attached"
    again.send(candidate(alice))
    await alice.receive("signal")


async def test_they_go_in_batches(stage: Stage, room: Room, alices: Client, bobs: Client) -> None:
    alice, bob = Tab(stage[1], room.slug, cookie(alices)), Tab(stage[1], room.slug, cookie(bobs))
    await alice.join()
    await bob.join()
    await alice.receive("joined")
    draining = asyncio.create_task(stage[1].drain())
    assert await alice.closed() == 4012
    assert (await bob.receive("updated"))["participant"]["link"] == "detached"
    assert await bob.closed() == 4012
    await draining


async def test_whoever_comes_is_sent_on(stage: Stage, room: Room, alices: Client) -> None:
    early = Tab(stage[1], room.slug, cookie(alices))
    await early.open()
    await stage[1].drain()
    assert await early.closed() == 4012
    late = Tab(stage[1], room.slug, cookie(alices))
    await late.open()
    assert await late.closed() == 4012
    assert await stage[0].roster.snapshot(str(room.pk)) is None
    elsewhere = Tab(stage[0], room.slug, cookie(alices))
    assert (await elsewhere.join())["type"] == "welcomed"


async def test_a_worker_with_nobody_goes_at_once(redis_url: str) -> None:
    async with two_workers(redis_url, farewell=SLOW) as stage, asyncio.timeout(30):
        await stage[0].drain()


async def test_a_worker_that_is_alone_does_not_take_its_time(room: Room, alices: Client, bobs: Client) -> None:
    async with embedded(farewell=SLOW) as stage:
        alice, bob = Tab(stage[0], room.slug, cookie(alices)), Tab(stage[0], room.slug, cookie(bobs))
        await alice.join()
        await bob.join()
        async with asyncio.timeout(30):
            await stage[0].drain()
        assert [await bob.closed(), await alice.closed()] == [4012, 4012]
