from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from signaling.roster.base import Roster
from tests.signaling.roster.stage import MemoryStage, RedisStage


@pytest.fixture(params=["memory", "redis"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[MemoryStage | RedisStage]:
    made = MemoryStage() if request.param == "memory" else RedisStage(request.getfixturevalue("redis_url"))
    yield made
    await made.roster.close()
    made.close()


@pytest.fixture
def roster(stage: MemoryStage | RedisStage) -> Roster:
    return stage.roster
