"""Another system sees at once which meetings are going on."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.models import User
from api.scopes import Scope
from rooms.models import Room
from signaling import process
from tests.api.scenes import System, problem
from tests.redis_server import redis_url as redis_url
from tests.rooms.scenes import make_room
from tests.signaling.stage import Stage, Tab, configure, cookie, from_database, guest, told, two_workers

pytestmark = pytest.mark.django_db(transaction=True)


async def test_each_sees_the_meetings_in_their_rooms(
    redis_url: str, alice: User, bob: User, alices: Client, bobs: Client, mallory: User
) -> None:
    rooms = await from_database(lambda: [make_room(alice, member=bob, name=name) for name in ("Weekly", "Empty", "Tea")])
    systems = await from_database(lambda: [System(user) for user in (None, alice, bob, mallory)])
    async with two_workers(redis_url) as stage:
        process.use(stage[0])
        try:
            await _meet(stage, rooms, alices, bobs)
            answers = [await from_database(lambda system=system: system.get("live")) for system in systems]  # type: ignore[misc]
        finally:
            process.use(None)
    seen = [[(one["name"], one["present"], one["waiting"]) for one in answer.json()["items"]] for answer in answers]
    hosts = [("Tea", 1, 0), ("Weekly", 2, 1)]
    assert seen == [hosts, hosts, [("Tea", 1, None), ("Weekly", 2, None)], []]


async def _meet(stage: Stage, rooms: list[Room], alices: Client, bobs: Client) -> None:
    """Alice and Bob are in the first room, on two workers, and Carol waits there. Bob is in the last room, too."""
    for place, (room, client) in enumerate(((rooms[0], alices), (rooms[0], bobs), (rooms[2], bobs))):
        await Tab(stage[place], room.slug, cookie(client)).join()
    await configure(stage[0], rooms[0], locked=True)
    assert (await Tab(stage[1], rooms[0].slug, guest()).join(name="Carol"))["type"] == "waiting"
    await told(stage)


def test_it_takes_the_scope_and_a_roster_that_answers(alice: User, settings: LazySettings) -> None:
    assert System(alice, [Scope.ROOMS_READ]).get("live").json()["scope"] == "live:read"
    settings.EMBEDDED, settings.REDIS_URL = False, "redis://127.0.0.1:9/0"
    assert problem(System(alice).get("live")) == "unavailable"
