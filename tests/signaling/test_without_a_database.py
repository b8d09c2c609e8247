"""PostgreSQL is stopped in the middle of a meeting. Real programs: the server, its database, sockets."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from tests.browser.servers import Server, daphne
from tests.conference.test_settings import python
from tests.redis_server import free_port
from tests.stores import PostgreSQL, running_postgresql

BACK_SECONDS = 120.0

PEOPLE = """
import django, json
django.setup()
from django.conf import settings
from django.test import Client
from tests.rooms.scenes import make_room
from tests.cast import person

def cookie(name):
    client = Client()
    client.force_login(person(name))
    return f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}"

print(json.dumps([make_room().slug, {name: cookie(name) for name in ("Alice", "Bob", "Mallory", "Carol")}]))
"""


@pytest.fixture
def postgresql(cluster: Path) -> Iterator[PostgreSQL]:
    with running_postgresql(cluster=cluster) as server:
        yield server


@pytest.fixture
def environment(tmp_path: Path, postgresql: PostgreSQL) -> dict[str, str]:
    port = free_port()
    return {
        "VAR_DIR": str(tmp_path / "var"),
        "DJANGO_SETTINGS_MODULE": "conference.settings",
        "DATABASE_URL": postgresql.url,
        "ORIGINS": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "SECRET_KEY": settings.SECRET_KEY,
    }


@pytest.fixture
def story(tmp_path: Path, environment: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The code of Alice's room, and everybody's cookies."""
    done = python(tmp_path, environment, "-c", PEOPLE)
    assert done.returncode == 0, done.stderr
    slug, cookies = json.loads(done.stdout)
    return slug, cookies


@pytest.fixture
def server(tmp_path: Path, environment: dict[str, str], story: object) -> Iterator[Server]:
    with daphne("conference.asgi:application", int(environment["PORT"]), tmp_path / "server.log", environment) as server:
        server.wait()
        yield server


class Browser:
    """A socket in a room."""

    def __init__(self, wire: ClientConnection) -> None:
        self._wire = wire
        self._received: list[dict[str, Any]] = []
        self.id = ""

    async def send(self, message: dict[str, Any]) -> None:
        await self._wire.send(json.dumps([message]))

    async def until(self, *kinds: str) -> dict[str, Any]:
        async with asyncio.timeout(60):
            while True:
                while not self._received:
                    self._received += json.loads(await self._wire.recv())
                if (message := self._received.pop(0))["type"] in kinds:
                    return message


@pytest.fixture
async def meeting(server: Server, story: tuple[str, dict[str, str]]) -> AsyncIterator[dict[str, Browser]]:
    """Everybody in Alice's room."""
    slug, cookies = story
    async with AsyncExitStack() as stack:
        browsers = {}
        for name, cookie in cookies.items():
            address, headers = f"ws://127.0.0.1:{server.port}/socket/{slug}", {"Cookie": cookie}
            wire = await stack.enter_async_context(connect(address, origin=Origin(server.origin), additional_headers=headers))
            browsers[name] = Browser(wire)
            await browsers[name].send({"type": "join"})
            browsers[name].id = (await browsers[name].until("welcomed"))["id"]
        yield browsers


def waits(log: Path) -> None:
    """Wait until the server has noticed that it cannot write."""
    deadline = time.monotonic() + BACK_SECONDS
    while "history waits" not in log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def rows(postgresql: PostgreSQL, query: str, least: int) -> list[tuple[Any, ...]]:
    """The rows of a query, as soon as there are so many."""
    deadline = time.monotonic() + BACK_SECONDS
    while True:
        with psycopg.connect(postgresql.url) as connection:
            found = connection.execute(query).fetchall()
        if len(found) >= least or time.monotonic() > deadline:
            return found
        time.sleep(0.2)


async def test_a_host_decides_at_once_and_it_is_written_when_the_database_is_back(
    meeting: dict[str, Browser], postgresql: PostgreSQL, tmp_path: Path
) -> None:
    alice, bob, mallory, _carol = meeting.values()
    stays = "SELECT name FROM rooms_attendance WHERE left_at IS NULL"
    assert len(await asyncio.to_thread(rows, postgresql, stays, 4)) == 4
    await asyncio.to_thread(postgresql.stop)

    began = datetime.now(UTC)
    await alice.send({"type": "remove", "id": bob.id})
    assert (await bob.until("removed"))["reason"] == "removed"
    await alice.send({"type": "remove", "id": mallory.id, "ban": True})
    assert (await mallory.until("removed"))["reason"] == "removed"
    assert [(await alice.until("left", "refused"))["id"] for _ in range(2)] == [bob.id, mallory.id]
    await asyncio.to_thread(waits, tmp_path / "server.log")
    ended = datetime.now(UTC)
    await asyncio.to_thread(postgresql.start)
    query = "SELECT actor_name, action, target, at FROM rooms_auditentry WHERE action IN ('removed', 'banned') ORDER BY at"
    entries = await asyncio.to_thread(rows, postgresql, query, 2)
    assert [entry[:3] for entry in entries] == [("Alice", "removed", "Guest Bob"), ("Alice", "banned", "Guest Mallory")]
    assert all(began <= entry[3] <= ended for entry in entries)
    assert [row[0] for row in await asyncio.to_thread(rows, postgresql, "SELECT name FROM rooms_ban", 1)] == ["Mallory"]
    query = "SELECT name, reason, left_at FROM rooms_attendance WHERE left_at IS NOT NULL ORDER BY left_at"
    left = await asyncio.to_thread(rows, postgresql, query, 2)
    assert [row[:2] for row in left] == [("Bob", "removed"), ("Mallory", "removed")]
    assert all(began <= row[2] <= ended for row in left)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(alice.until("refused", "left"), 0.5)
    assert "Traceback" not in (tmp_path / "server.log").read_text()
