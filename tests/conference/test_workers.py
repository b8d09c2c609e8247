"""What a deployer sets reaches the roster of a worker."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from conference import workers
from signaling.roster.base import Refusal
from tests.redis_server import redis_url as redis_url
from tests.signaling.roster.stage import person, rules


@pytest.mark.parametrize("embedded", [True, False], ids=["embedded", "redis"])
async def test_how_many_of_one_address_wait_is_a_setting(settings: Settings, redis_url: str, embedded: bool) -> None:
    settings.EMBEDDED, settings.REDIS_URL, settings.WAITING_PER_ADDRESS = embedded, redis_url, 1
    worker = workers.serving() if embedded else workers.brief()
    lobby = rules(locked=True)
    try:
        await worker.roster.enter("a", person("Carol", prefix="192.0.2.7"), token="c", settings=lobby)
        with pytest.raises(Refusal, match="crowded"):
            await worker.roster.enter("a", person("Dave", prefix="192.0.2.7"), token="d", settings=lobby)
    finally:
        await worker.stop()
