"""Two daphne processes and a Redis, and an unreliable network between them and Bob."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_django
from django.conf import settings
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from tests.browser import deployment as deploying
from tests.browser.deployment import Deployment
from tests.browser.servers import Server
from tests.chaosproxy import chaos_proxy

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 90.0

Message = dict[str, Any]


class Meeting:
    """A room of Alice's with Bob and Carol as members, their cookies, and the sockets that came to it."""

    def __init__(self) -> None:
        alice, bob, carol = map(deploying.user, ("Alice", "Bob", "Carol"))
        self.slug = deploying.room(owner=alice, members=[bob, carol]).slug
        self.alice, self.bob, self.carol = map(deploying.login, (alice, bob, carol))
        self.wires: list[ClientConnection] = []

    async def close(self) -> None:
        """Close every socket, while there is a loop for it."""
        await asyncio.gather(*(wire.close() for wire in self.wires))


class Browser:
    """A socket of a real network."""

    def __init__(self, server: Server, meeting: Meeting, login: str, port: int = 0) -> None:
        self._address = f"ws://127.0.0.1:{port or server.port}/socket/{meeting.slug}"
        self._origin = server.origin
        self._login = login
        self._wires = meeting.wires
        self._received: list[Message] = []
        self._wire: ClientConnection
        self.welcome: Message = {}

    @property
    def id(self) -> str:
        return str(self.welcome["id"])

    async def open(self, origin: str = "") -> None:
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={self._login}"}
        self._wire = await connect(self._address, origin=Origin(origin or self._origin), additional_headers=headers)
        self._wires.append(self._wire)

    async def join(self, **fields: Any) -> Message:
        await self.open()
        await self.send({"type": "join", **fields})
        self.welcome = await self.receive("welcomed")
        return self.welcome

    async def resume(self, before: Browser) -> Message:
        return await self.join(resume={"id": before.id, "token": before.welcome["token"]})

    async def send(self, *messages: Message) -> None:
        await self._wire.send(json.dumps(messages))

    async def signal(self, to: Browser, text: str = "candidate:1") -> None:
        envelope = {"type": "signal", "to": to.id, "connection": "c", "negotiation": 1}
        await self.send({**envelope, "candidate": {"candidate": text}})

    async def receive(self, kind: str) -> Message:
        """The next message but `rights` and `chat`, which must be of this type."""
        message = await self.next()
        assert message["type"] == kind, message
        return message

    async def link(self, other: Browser) -> str:
        """The next `link` of another participant: from `updated`, or from a whole `roster` if changes arrived out of order."""
        message = await self.next()
        assert message["type"] in {"updated", "roster"}, message
        known = message["participants"] if message["type"] == "roster" else [message["participant"]]
        return next(str(one["link"]) for one in known if one["id"] == other.id)

    async def next(self) -> Message:
        """The next message but `rights` and `chat`."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not self._received:
                self._received += [one for one in json.loads(await self._wire.recv()) if one["type"] not in {"rights", "chat"}]
        return self._received.pop(0)

    async def closed(self) -> int:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._wire.wait_closed()
        return self._wire.close_code or 0


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[Path]:
    with django_db_blocker.unblock(), deploying.database(tmp_path_factory.mktemp("database")) as path:
        yield path


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory, database: Path) -> Iterator[Deployment]:
    directory = tmp_path_factory.mktemp("workers")
    with deploying.deployed(directory, database=database, static=directory) as running:
        yield running


@pytest.fixture
def mortal(tmp_path: Path, database: Path) -> Iterator[Deployment]:
    """A deployment that need not survive the test."""
    with deploying.deployed(tmp_path, database=database, static=tmp_path) as running:
        yield running


@pytest.fixture
def sitting(database: Path) -> Meeting:
    return Meeting()


@pytest.fixture
async def meeting(sitting: Meeting) -> AsyncIterator[Meeting]:
    yield sitting
    await sitting.close()


async def test_a_socket_that_is_cut_resumes_on_the_other_worker(deployment: Deployment, meeting: Meeting) -> None:
    one, two = deployment.workers
    alice = Browser(one, meeting, meeting.alice)
    await alice.join()
    async with chaos_proxy(two.port) as proxy:
        bob = Browser(two, meeting, meeting.bob, proxy.port)
        await bob.join()
        await alice.receive("joined")
        await bob.signal(alice)
        assert (await alice.receive("signal"))["from"] == bob.id

        proxy.cut()
        assert await alice.link(bob) == "detached"
        again = Browser(one, meeting, meeting.bob)
        assert (await again.resume(bob))["id"] == bob.id
        assert await alice.link(bob) == "attached"
        await alice.signal(again)
        await again.receive("signal")

        proxy.thaw()
        back = Browser(two, meeting, meeting.bob, proxy.port)
        assert (await back.resume(again))["id"] == bob.id
        assert await again.closed() == 4001
        assert await alice.link(bob) == "attached"
        await back.signal(alice)
        await alice.receive("signal")


async def test_a_half_open_socket_is_taken_over(deployment: Deployment, meeting: Meeting) -> None:
    one, two = deployment.workers
    alice = Browser(one, meeting, meeting.alice)
    await alice.join()
    async with chaos_proxy(two.port) as proxy:
        bob = Browser(two, meeting, meeting.bob, proxy.port)
        await bob.join()
        await alice.receive("joined")
        proxy.freeze("down")
        proxy.freeze("up")
        again = Browser(one, meeting, meeting.bob)
        assert (await again.resume(bob))["id"] == bob.id
        assert await alice.link(bob) == "attached"
        await alice.signal(again)
        await again.receive("signal")
        proxy.thaw()
        assert await bob.closed() == 4001


async def test_a_slow_line_keeps_the_order(deployment: Deployment, meeting: Meeting) -> None:
    one, two = deployment.workers
    alice = Browser(one, meeting, meeting.alice)
    await alice.join()
    async with chaos_proxy(two.port) as proxy:
        proxy.delay(0.05)
        bob = Browser(two, meeting, meeting.bob, proxy.port)
        await bob.join()
        await alice.receive("joined")
        for number in range(40):
            await bob.signal(alice, f"candidate:{number}")
        received = [(await alice.receive("signal"))["candidate"]["candidate"] for _ in range(40)]
        assert received == [f"candidate:{number}" for number in range(40)]


async def test_a_worker_that_is_killed_costs_nobody_their_place(mortal: Deployment, meeting: Meeting) -> None:
    one, two = mortal.workers
    alice, bob = Browser(one, meeting, meeting.alice), Browser(two, meeting, meeting.bob)
    await alice.join()
    await bob.join()
    await alice.receive("joined")
    os.kill(two.pid, signal.SIGKILL)
    with pytest.raises(ConnectionClosed):
        await bob.receive("nothing")
    again = Browser(one, meeting, meeting.bob)
    assert (await again.resume(bob))["id"] == bob.id
    assert await alice.link(bob) == "attached"
    await alice.signal(again)
    await again.receive("signal")
    await again.send({"type": "leave"})
    assert (await alice.receive("left"))["reason"] == "left"


async def test_a_deploy_costs_nobody_their_place(mortal: Deployment, meeting: Meeting) -> None:
    one, two = mortal.workers
    alice, bob = Browser(one, meeting, meeting.alice), Browser(two, meeting, meeting.bob)
    await alice.join()
    await bob.join()
    await alice.receive("joined")
    os.kill(two.pid, signal.SIGTERM)
    assert await bob.closed() == 4012
    again = Browser(one, meeting, meeting.bob)
    assert (await again.resume(bob))["id"] == bob.id
    while (link := await alice.link(bob)) == "detached":
        pass
    assert link == "attached"
    assert await asyncio.to_thread(two.process.wait, PATIENCE_SECONDS) == 0


async def test_another_site_gets_403(deployment: Deployment, meeting: Meeting) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await Browser(deployment.workers[0], meeting, meeting.alice).open("http://evil.example")
    assert refused.value.response.status_code == 403


def test_without_redis_a_second_server_is_refused(tmp_path: Path) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "conference.settings", "VAR_DIR": str(tmp_path)}
    program = [sys.executable, "-c", "import conference.asgi; print('serving', flush=True); input()"]
    first = subprocess.Popen(program, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert first.stdin is not None
    assert first.stdout is not None
    with first:
        assert first.stdout.readline() == b"serving\n"
        second = subprocess.run(program, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        assert second.returncode == 1
        assert second.stderr.startswith("Another server is running")
        assert "Traceback" not in second.stderr
        first.stdin.write(b"\n")
    assert first.returncode == 0
