from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.redis_server import redis_url as redis_url
from tests.signaling.stage import Stage, embedded, two_workers


@pytest.fixture(params=["two workers", "embedded"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    redis_url = request.getfixturevalue("redis_url")
    async with two_workers(redis_url) if request.param == "two workers" else embedded() as running:
        yield running
