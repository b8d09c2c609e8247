"""Administrators see what happens: in which rooms people are, how their pairs are, and how each part of the deployment is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.core.cache import cache
from django.core.handlers.asgi import ASGIHandler
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from accounts.models import User
from accounts.streams import Streams
from conference import dashboard, overview, relays
from jobs.models import Job
from rooms.models import Room
from signaling.digest import Digest, Sums, Tally
from tests.redis_server import free_port
from tests.redis_server import redis_url as redis_url
from tests.rooms.scenes import make_room
from tests.signaling.stage import Stage, Tab, asked, cookie, from_database, told

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/admin/dashboard/"
EVENTS = "/admin/dashboard/events/"
PATIENCE = 30.0
#: Session, user, branding, whether the database answers, two about jobs, and the names of the rooms.
QUERIES = 7


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


@pytest.fixture
def administrators(carol: User, carols: Client) -> Client:
    User.objects.filter(pk=carol.pk).update(is_staff=True, is_superuser=True)
    return carols


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request looks again."""
    monkeypatch.setattr(dashboard, "picture", dashboard.Picture(dashboard._body, 0))


@pytest.fixture(params=["two workers", "embedded"])
async def stage(request: pytest.FixtureRequest, redis_url: str) -> AsyncIterator[Stage]:
    async with asked(request.param, redis_url) as running:
        yield running


async def get(client: Client, path: str = PAGE) -> Any:
    return await from_database(lambda: client.get(path))


async def test_it_shows_people_pairs_and_joins(
    stage: Stage, room: Room, alices: Client, bobs: Client, administrators: Client
) -> None:
    tabs = [Tab(stage[0], room.slug, cookie(alices)), Tab(stage[1], room.slug, cookie(bobs))]
    for tab in tabs:
        await tab.join()
    await tabs[0].receive("joined")
    tabs[0].send({"type": "report", "connected": 1, "relayed": 1, "unreached": [], "silent": [tabs[1].id]})
    assert await tabs[0].refusals() == []
    await told(stage)
    context = (await get(administrators)).context
    figures = {figure.name: figure.value for figure in context["figures"]}
    assert figures == {"Rooms in use": "1", "People": "2", "Pairs": "1", "Relayed": "100 %", "Failing": "1"}
    [listed] = context["rooms"]
    assert (listed.name, listed.sums.present, listed.sums.failing) == (room.name, 2, 1)
    assert len(context["workers"]) == len(stage.workers)
    assert [chart.about[:8] for chart in context["charts"]] == ["2 in all", "0 in all", "2 in all", "0 in all"]
    parts = {part.name: part.state for part in context["parts"]}
    assert (parts["Workers"], parts["Database"], parts["Jobs"], parts["Relay"]) == ("good", "good", "good", "unknown")
    assert parts["Redis"] == ("unused" if len(stage.workers) == 1 else "good")


async def test_it_costs_the_same_for_many_rooms(stage: Stage, administrators: Client, alice: User) -> None:
    rooms = await from_database(lambda: Room.objects.bulk_create(Room(name=f"Room {number}") for number in range(200)))
    full = {str(room.pk): Sums(5, 0, 20, 4, 0, 1) for room in rooms}

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert administrators.get(PAGE).status_code == 200
        return len(queries)

    digests = stage[0].roster.digests
    await digests.write(Digest(worker="w1", rooms=dict([*full.items()][:1])), Tally())
    assert await from_database(count) == QUERIES
    await digests.write(Digest(worker="w1", rooms=full), Tally())
    assert await from_database(count) == QUERIES
    context = (await get(administrators)).context
    assert context["figures"][1].value == "1,000"
    assert context["others"] == 200 - overview.LISTED


async def test_it_says_in_words_what_is_wrong(stage: Stage, administrators: Client) -> None:
    digests = stage[0].roster.digests
    await digests.write(Digest(worker="w1", degraded=True), Tally())
    await digests.write(Digest(worker="w2", draining=True), Tally())
    await digests.write(Digest(worker="w3", lag=1.5), Tally())
    await from_database(lambda: Job.objects.create(kind="wave", status="given_up"))
    cache.set(overview.RELAYS, [{"part": "turn:x", "result": "did not answer", "advice": "Is it on?"}])
    text = (await get(administrators)).content.decode()
    for words in (
        "Does not reach Redis and takes nobody in",
        "Is ending and sends its people to other workers",
        "Was late: its processor is too busy",
        "1 of 3 work well",
        "1 failed in the last 14 days",
        "turn:x: did not answer",
    ):
        assert words in text
    assert text.count("Needs attention") == 5


def test_where_redis_is_away_the_rest_is_shown(administrators: Client) -> None:
    nowhere = f"redis://127.0.0.1:{free_port()}/0"
    with override_settings(EMBEDDED=False, REDIS_URL=nowhere):
        text = administrators.get(PAGE).content.decode()
    assert "Does not answer: calls go on, but nobody can join" in text
    assert "The workers cannot be asked now" in text
    assert "Answers within" in text


def test_the_relays_are_tried_by_a_job(settings: Any, administrators: Client) -> None:
    settings.TURN_URLS, settings.TURN_SECRET, settings.STUN_URLS = ["turn:127.0.0.1:1?transport=tcp"], "secret", []
    relays.TRY.work(lambda: False)
    assert "turn:127.0.0.1:1?transport=tcp: " in administrators.get(PAGE).content.decode()
    settings.TURN_URLS = []
    relays.TRY.work(lambda: False)
    assert "people behind strict networks do not see each other" in administrators.get(PAGE).content.decode()


@pytest.mark.parametrize("path", [PAGE, EVENTS])
def test_only_staff_who_may_see_rooms_see_it(path: str, bob: User, bobs: Client) -> None:
    assert bobs.get(path).status_code == 302
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    assert bobs.get(path).status_code == 403
    assert "Dashboard" not in bobs.get("/admin/").content.decode()


def test_those_who_ask_at_the_same_time_share_a_picture() -> None:
    now, rendered = [0.0], iter("abc")
    picture = dashboard.Picture(lambda: next(rendered), 1, lambda: now[0])
    assert (picture(), picture()) == ("a", "a")
    now[0] = 1
    assert picture() == "b"
    with override("de"):
        assert picture() == "c"


def test_nobody_waits_while_the_next_picture_is_rendered() -> None:
    now, go_on, asked = [0.0], Event(), Event()

    def render() -> str:
        if now[0]:
            asked.set()
            assert go_on.wait(PATIENCE)
        return f"at {now[0]}"

    picture = dashboard.Picture(render, 1, lambda: now[0])
    assert picture() == "at 0.0"
    now[0] = 2
    with ThreadPoolExecutor() as threads:
        renewed = threads.submit(picture)
        assert asked.wait(PATIENCE)
        assert picture() == "at 0.0"
        now[0] = 4
        late = threads.submit(picture)
        go_on.set()
        assert renewed.result() == "at 4"
        assert late.result() == "at 4"


def test_the_first_page_leads_to_it(administrators: Client) -> None:
    assert f'href="{PAGE}"' in administrators.get("/admin/").content.decode()


async def test_it_updates_by_itself(stage: Stage, administrators: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through Django and the streams before it."""
    monkeypatch.setattr("conference.dashboard.EVERY_SECONDS", 0.05)
    incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    outgoing: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    headers = [(b"host", b"localhost:8000"), (b"cookie", cookie(administrators).encode()), (b"accept-encoding", b"gzip")]
    scope = {"type": "http", "method": "GET", "path": EVENTS, "headers": headers, "query_string": b""}
    application: Any = ASGIHandler()
    hand_on: Any = outgoing.put
    task = asyncio.create_task(Streams(application)(scope, incoming.get, hand_on))
    incoming.put_nowait({"type": "http.request", "body": b"", "more_body": False})
    async with asyncio.timeout(PATIENCE):
        start = await outgoing.get()
        answer = {name.lower(): value for name, value in start["headers"]}
        assert (start["status"], answer[b"content-type"]) == (200, b"text/event-stream")
        assert b"content-encoding" not in answer
        body = b""
        while b"Nobody is in a room." not in body:
            body = (await outgoing.get())["body"]
        await stage[0].roster.digests.write(Digest(worker="w9", rooms={"7": Sums(4)}), Tally())
        while b"w9" not in body:
            body = (await outgoing.get())["body"]
        incoming.put_nowait({"type": "http.disconnect"})
        await task
