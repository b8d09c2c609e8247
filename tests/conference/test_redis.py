"""``REDIS_URL``, and the failover of a primary that Sentinels watch."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
import pytest_django
from channels_redis.pubsub import RedisPubSubChannelLayer
from redis import Redis, RedisError

from conference import redis
from signaling.roster.base import Unreachable
from signaling.roster.redis import RedisRoster
from tests.browser import deployment as deploying
from tests.browser.deployment import Deployment
from tests.conference.test_settings import python
from tests.redis_server import Watched, running_redis, watched_redis
from tests.redis_server import redis_url as redis_url
from tests.signaling.roster.stage import person, rules
from tests.signaling.test_real_workers import Browser, Meeting


@pytest.fixture
def watched() -> Iterator[Watched]:
    with watched_redis() as servers:
        yield servers


@pytest.mark.parametrize(
    ("url", "sentinels", "options"),
    [
        ("redis+sentinel://a,b:1/2?service=main", [("a", 26379), ("b", 1)], {"db": 2, "username": None, "password": None}),
        ("redis+sentinel://:p%40ss@[::1]:5?service=main", [("::1", 5)], {"db": 0, "username": None, "password": "p@ss"}),
        (
            "rediss+sentinel://me:s@a?service=main&sentinel_password=w",
            [("a", 26379)],
            {"db": 0, "username": "me", "password": "s", "ssl": True},
        ),
    ],
)
def test_sentinels(url: str, sentinels: list[tuple[str, int]], options: dict[str, object]) -> None:
    watched = redis.parse(url)
    assert watched is not None
    assert (watched.service, watched.sentinels, watched.options) == ("main", sentinels, options)
    assert watched.sentinel_options.get("password") == ("w" if "sentinel_password" in url else None)


@pytest.mark.parametrize("url", ["redis://a:6379/0", "rediss://:secret@a", "unix:///run/redis.sock"])
def test_a_server_of_a_fixed_address(url: str) -> None:
    assert redis.parse(url) is None


async def test_a_socket_in_the_file_system(tmp_path: Path) -> None:
    path = tmp_path / "redis.sock"
    url = f"unix://{path}?db=0"
    with running_redis("--unixsocket", str(path)):
        roster = RedisRoster(url, connect=redis.blocking_pool)
        await roster.enter("1", person("Alice"), token="t", settings=rules())
        assert await present(roster) == ["alice"]
        await roster.close()
        with Redis.from_pool(redis.CachePool.from_url(url)) as client:
            assert client.ping()
        layer = RedisPubSubChannelLayer(hosts=[redis.layer_host(url, socket_keepalive=True)])
        channel = await layer.new_channel()
        await layer.send(channel, {"type": "hello"})
        async with asyncio.timeout(30):
            assert await layer.receive(channel) == {"type": "hello"}
        await layer.flush()


def test_a_dead_connection_of_the_cache_is_found(redis_url: str) -> None:
    connection: Any = redis.CachePool.from_url(redis_url).get_connection()
    options = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
    idle, between, probes = (connection._sock.getsockopt(socket.IPPROTO_TCP, option) for option in options)
    assert connection._sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert idle + between * probes == 20
    connection.disconnect()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("redis+sentinel://:secret@a,b/0", "?service="),
        ("redis+sentinel://:secret@a,,b/0?service=main", "host:port"),
        ("redis+sentinel://:secret@a:x/0?service=main", "host:port"),
        ("redis+sentinel://:secret@a/main?service=main", "number of a database"),
        ("redis+sentinel://:secret@a/0?service=main&master=main", "'master'"),
        ("redis+cluster://:secret@a", "redis+sentinel://"),
        ("redis://:secret@a:x/0", "redis://host:6379/0"),
        ("a:6379", "redis://"),
    ],
)
def test_a_wrong_url_stops_the_start_with_a_line_that_says_what_is_right(tmp_path: Path, url: str, said: str) -> None:
    done = python(tmp_path, {"REDIS_URL": url}, "-c", "import conference.settings")
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert "REDIS_URL" in last
    assert said in last
    assert "secret" not in last


async def test_a_roster_goes_on_when_its_primary_dies(watched: Watched) -> None:
    roster = RedisRoster(watched.url, connect=redis.blocking_pool)
    await roster.enter("1", person("Alice"), token="t", settings=rules())
    with Redis.from_pool(redis.pool(watched.url)) as client:
        await asyncio.to_thread(fail_over, watched, client)
    # Its first question after a failover still goes to the old primary.
    assert (await present(roster) or await present(roster)) == ["alice"]
    await roster.close()


async def present(roster: RedisRoster) -> list[str] | None:
    """The ids that are present; None while the roster finds no primary."""
    try:
        snapshot = await roster.snapshot("1")
    except Unreachable:
        return None
    assert snapshot is not None
    return [record.id for record in snapshot.people]


@pytest.fixture
def deployment(tmp_path: Path, watched: Watched, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[Deployment]:
    with (
        django_db_blocker.unblock(),
        deploying.database(tmp_path) as database,
        deploying.deployed(tmp_path, database=database, static=tmp_path, variables={"REDIS_URL": watched.url}) as running,
    ):
        yield running


@pytest.fixture
def sitting(deployment: Deployment) -> Meeting:
    return Meeting()


@pytest.fixture
async def meeting(sitting: Meeting) -> AsyncIterator[Meeting]:
    yield sitting
    await sitting.close()


async def test_a_call_goes_on_when_the_primary_dies(watched: Watched, deployment: Deployment, meeting: Meeting) -> None:
    """A Sentinel dies with the primary. Nobody leaves, and afterwards signals, a resume and a command of a host work."""
    one, two = deployment.workers
    alice, bob, carol = (
        Browser(one, meeting, meeting.alice),
        Browser(two, meeting, meeting.bob),
        Browser(one, meeting, meeting.carol),
    )
    call = [alice, bob, carol]
    for number, newcomer in enumerate(call):
        await newcomer.join()
        for earlier in call[:number]:
            await earlier.receive("joined")
    watched.sentinels[0].kill()
    with Redis.from_pool(redis.pool(watched.url)) as client:
        await asyncio.to_thread(fail_over, watched, client)
    async with asyncio.timeout(60):
        for sender, receiver in permutations(call, 2):
            while not await has_signaled(sender, receiver, call):
                pass
        again = Browser(one, meeting, meeting.bob)
        assert (await again.resume(bob))["id"] == bob.id
        assert await bob.closed() == 4001
        await alice.send({"type": "remove", "id": carol.id})
        assert await carol.closed() == 4003
        while (message := await again.next())["type"] != "left":
            assert message["type"] == "roster"
        assert message["id"] == carol.id


async def has_signaled(sender: Browser, receiver: Browser, call: list[Browser]) -> bool:
    """Whether a signal arrives. A new roster may come, but everybody is in it."""
    await sender.signal(receiver)
    try:
        async with asyncio.timeout(0.5):
            while (message := await receiver.next())["type"] != "signal":
                assert message["type"] == "roster"
                assert {one["id"] for one in message["participants"]} == {one.id for one in call}
    except TimeoutError:
        return False
    return True


def fail_over(watched: Watched, client: Redis) -> None:
    """Kill the primary once its replica has everything. Returns when a client that was there before writes into the new one."""
    client.set("settled", 1)
    assert client.wait(1, 5000) == 1
    watched.primary.kill()
    deadline = time.monotonic() + 60
    while True:
        try:
            client.set("after", "written")
            return
        except RedisError:
            assert time.monotonic() < deadline, "no new primary"
            time.sleep(0.1)
