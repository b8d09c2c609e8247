"""A real coturn and a real Redis: who sends through the relay is in the ledger."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiortc import RTCConfiguration, RTCDataChannel, RTCIceServer, RTCPeerConnection

from conference.models import RelayUse
from conference.relay_reader import RelayReader
from rooms.models import Room
from signaling import ice
from tests.browser.servers import Server, coturn
from tests.redis_server import RedisServer, running_redis
from tests.rooms.scenes import make_room
from tests.signaling.stage import from_database

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "shared with coturn"
PATIENCE = 60.0
MESSAGE = b"x" * 1000
MESSAGES = 200


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with running_redis() as server:
        yield server


@pytest.fixture
def relay(tmp_path: Path, redis: RedisServer) -> Iterator[Server]:
    with coturn(tmp_path, SECRET, f'redis-statsdb="host=127.0.0.1 dbname=0 port={redis.port}"') as server:
        yield server


@pytest.fixture
def reader(redis: RedisServer) -> Iterator[RelayReader]:
    reader = RelayReader(redis.url)
    reader.start()
    assert reader.listening.wait(PATIENCE)
    yield reader
    reader.stop()


def browser(relay: Server, room: Room, participant: str) -> RTCPeerConnection:
    """One that may use the relay."""
    urls = [f"turn:127.0.0.1:{relay.port}?transport=udp"]
    [lent] = ice.servers([], urls, SECRET, participant, str(room.pk), 600, time.time())
    server = RTCIceServer(urls=urls, username=str(lent["username"]), credential=str(lent["credential"]))
    return RTCPeerConnection(RTCConfiguration(iceServers=[server]))


def only_relayed(sdp: str) -> str:
    return "".join(line for line in sdp.splitlines(True) if not line.startswith("a=candidate") or "typ relay" in line)


async def talk(relay: Server, room: Room) -> None:
    """Alice sends a lot to Bob, through the relay alone, and both hang up."""
    alice, bob = browser(relay, room, "pa"), browser(relay, room, "pb")
    arrived = asyncio.Event()
    count = [0]

    @bob.on("datachannel")
    def opened(channel: RTCDataChannel) -> None:
        @channel.on("message")
        def received(message: bytes) -> None:
            count[0] += 1
            if count[0] == MESSAGES:
                arrived.set()

    channel = alice.createDataChannel("data")

    @channel.on("open")
    def send() -> None:
        for _ in range(MESSAGES):
            channel.send(MESSAGE)

    await alice.setLocalDescription(await alice.createOffer())
    offer = alice.localDescription
    offer.sdp = only_relayed(offer.sdp)
    await bob.setRemoteDescription(offer)
    await bob.setLocalDescription(await bob.createAnswer())
    answer = bob.localDescription
    answer.sdp = only_relayed(answer.sdp)
    await alice.setRemoteDescription(answer)
    try:
        async with asyncio.timeout(PATIENCE):
            await arrived.wait()
    finally:
        await alice.close()
        await bob.close()


async def rows(least: int) -> dict[str, tuple[int, int]]:
    """The bytes of each participant, once so many were sent in all."""

    def read() -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        for one in RelayUse.objects.all():
            received, sent = found.get(one.participant, (0, 0))
            found[one.participant] = received + one.received, sent + one.sent
        return found

    async with asyncio.timeout(PATIENCE):
        while sum(map(sum, (found := await from_database(read)).values())) < least:  # noqa: ASYNC110 - the database has no event to wait for
            await asyncio.sleep(0.1)
    return found


async def test_a_relayed_pair_is_in_the_ledger(relay: Server, reader: RelayReader) -> None:
    room = await from_database(make_room)
    await talk(relay, room)
    size = len(MESSAGE) * MESSAGES
    found = await rows(2 * size)
    assert set(found) == {"pa", "pb"}
    assert found["pa"][0] > size > found["pa"][1]
    assert found["pb"][1] > size > found["pb"][0]
    assert await from_database(lambda: {*RelayUse.objects.values_list("room", flat=True)}) == {room.pk}


async def test_it_goes_on_when_redis_comes_back(relay: Server, reader: RelayReader, redis: RedisServer) -> None:
    room = await from_database(make_room)
    redis.kill()
    reader.listening.clear()
    redis.start()
    assert await asyncio.to_thread(reader.listening.wait, PATIENCE)
    async with asyncio.timeout(PATIENCE):
        while not await from_database(RelayUse.objects.exists):
            await talk(relay, room)
