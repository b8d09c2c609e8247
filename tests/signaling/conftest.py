from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from django.test import Client

from rooms.models import Room
from tests.redis_server import redis_url as redis_url
from tests.signaling.stage import Stage, Tab, cookie, embedded, from_database, guest, two_workers


@pytest.fixture(params=["two workers", "embedded"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    redis_url = request.getfixturevalue("redis_url")
    async with two_workers(redis_url) if request.param == "two workers" else embedded() as running:
        yield running


@pytest.fixture
async def tabs(stage: Stage, room: Room, alices: Client, bobs: Client) -> list[Tab]:
    """Alice, Bob, and Dave, who is a guest, in the ``room`` of the test, on either worker."""
    cookies = [cookie(alices), cookie(bobs), await from_database(guest)]
    tabs = [Tab(stage[place], room.slug, text) for place, text in enumerate(cookies)]
    for count, tab in enumerate(tabs):
        await tab.join(name="Dave")
        for other in tabs[:count]:
            await other.receive("joined")
    return tabs
