"""Live pages: one rendering for all who look, bounded, and asked again so that permissions count."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.http import HttpResponse
from django.test import RequestFactory

from accounts import streams
from accounts.streams import PER_PERSON, Streams, event, stream

PATIENCE = 30.0


class Board:
    """What all look at."""

    def __init__(self) -> None:
        self.text = "one"
        self.rendered = 0
        self.fails = False
        self.due = True

    async def is_due(self) -> bool:
        return self.due

    def __call__(self) -> str:
        self.rendered += 1
        if self.fails:
            raise OSError("the store is away")
        return self.text


class Visit:
    """One browser at a stream. ``person`` is who the view takes it for."""

    def __init__(self, application: Any, person: str = "1") -> None:
        self._in: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._out: asyncio.Queue[Any] = asyncio.Queue()
        scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b"", "person": person}
        self.task = asyncio.create_task(application(scope, self._in.get, self._out.put))
        self._in.put_nowait({"type": "http.request", "body": b"", "more_body": False})
        self.headers: dict[bytes, bytes] = {}
        self.over = False

    async def next(self) -> bytes:
        """The next bytes that are not empty; empty at the end."""
        async with asyncio.timeout(PATIENCE):
            while not self.over:
                message = await self._out.get()
                if message["type"] == "http.response.start":
                    self.headers = dict(message["headers"])
                    continue
                self.over = not message.get("more_body", False)
                if message["body"]:
                    return bytes(message["body"])
        return b""

    async def leave(self) -> None:
        self._in.put_nowait({"type": "http.disconnect"})
        async with asyncio.timeout(PATIENCE):
            await self.task


def serving(board: Board, key: Callable[[], str] = lambda: "board", **options: Any) -> Streams:
    """Django, with a view that everybody may see."""

    async def django(scope: dict[str, Any], receive: Any, send: Any) -> None:
        request: Any = ASGIRequest(scope, io.BytesIO())
        request.user = SimpleNamespace(pk=scope["person"])
        response = await sync_to_async(stream)(request, key(), board, every=0.01, is_due=board.is_due)
        response["Content-Length"] = str(len(response.content))
        await ASGIHandler().send_response(response, send)

    return Streams(django, **options)


@pytest.fixture
def board() -> Board:
    return Board()


async def test_a_page_gets_what_changes(board: Board) -> None:
    visit = Visit(serving(board))
    assert await visit.next() == event("one") == b"retry: 250\ndata: one\n\n"
    assert visit.headers[b"Content-Type"] == b"text/event-stream"
    assert visit.headers[b"X-Accel-Buffering"] == b"no"
    assert b"Content-Length" not in visit.headers
    board.text = "two\nlines"
    assert await visit.next() == b"retry: 250\ndata: two\ndata: lines\n\n"
    await visit.leave()


async def test_nothing_is_rendered_before_it_is_due(board: Board) -> None:
    visit = Visit(serving(board, beat=0.05))
    await visit.next()
    board.due = False
    while await visit.next() != b":\n\n":
        pass
    board.text, rendered = "two", board.rendered
    assert await visit.next() == b":\n\n"
    assert board.rendered == rendered
    board.due = True
    assert await visit.next() == event("two")
    await visit.leave()


async def test_all_who_look_share_one_rendering(board: Board) -> None:
    application = serving(board)
    visits = [Visit(application, str(number)) for number in range(50)]
    assert {await visit.next() for visit in visits} == {event("one")}
    rendered = board.rendered
    board.text = "two"
    assert {await visit.next() for visit in visits} == {event("two")}
    assert board.rendered - rendered < 50
    await asyncio.gather(*(visit.leave() for visit in visits))


async def test_what_is_shown_is_kept_until_the_browser_asks_again(board: Board) -> None:
    application = serving(board, kept=PATIENCE)
    first = Visit(application)
    assert await first.next() == event("one")
    board.due = False
    await first.leave()
    board.text, rendered = "two", board.rendered
    again = Visit(application)
    assert await again.next() == event("one")
    assert board.rendered == rendered
    await again.leave()


async def test_it_is_forgotten_when_nobody_asks_again(board: Board) -> None:
    application = serving(board, kept=0.05)
    first, other = Visit(application), Visit(application)
    assert await first.next() == event("one")
    await first.leave()
    board.text = "two"
    while await other.next() != event("two"):
        pass
    [channel] = application._channels.values()
    await other.leave()
    async with asyncio.timeout(PATIENCE):
        await channel.task
    assert not application._channels


async def test_feeds_without_followers_are_as_few_as_streams(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "STREAMS", 2)
    keys = iter("abcd")
    application = serving(board, key=lambda: next(keys), kept=PATIENCE)
    for _ in range(3):
        visit = Visit(application)
        await visit.next()
        await visit.leave()
    assert [*application._channels] == ["b", "c"]


async def test_a_worker_that_ends_begins_no_stream(board: Board) -> None:
    application = serving(board)
    visit = Visit(application)
    application._channel = lambda feed: pytest.fail("began")  # type: ignore[method-assign]
    offered = streams._Offer.accept

    def late(self: streams._Offer, person: str, feed: streams.Feed) -> bool:
        accepted = offered(self, person, feed)
        application._closed.set()
        return accepted

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streams._Offer, "accept", late)
        assert await visit.next() == b""
    assert visit.over


async def test_a_comment_keeps_proxies_from_closing_it(board: Board) -> None:
    visit = Visit(serving(board, beat=0.05))
    await visit.next()
    assert await visit.next() == b":\n\n"
    await visit.leave()


async def test_a_stream_ends_so_that_the_view_is_asked_again(board: Board) -> None:
    visit = Visit(serving(board, life=0.1))
    await visit.next()
    assert await visit.next() == b""
    assert visit.over


async def test_a_worker_that_ends_ends_its_streams(board: Board) -> None:
    application = serving(board)
    visit = Visit(application)
    await visit.next()
    application.close()
    assert await visit.next() == b""


async def test_a_person_with_too_many_pages_is_told_to_ask_later(board: Board) -> None:
    application = serving(board)
    visits = [Visit(application) for _ in range(PER_PERSON)]
    for visit in visits:
        await visit.next()
    late = Visit(application)
    assert await late.next() == event("one", retry=streams.LATER)
    assert late.over
    other = Visit(application, "2")
    assert await other.next() == event("one")
    await visits[0].leave()
    again = Visit(application)
    assert await again.next() == event("one")
    await asyncio.gather(*(visit.leave() for visit in [*visits[1:], other, again]))


async def test_a_picture_that_cannot_be_made_comes_later(board: Board, caplog: pytest.LogCaptureFixture) -> None:
    board.fails = True
    visit = Visit(serving(board, beat=0.05))
    assert await visit.next() == b":\n\n"
    board.fails = False
    assert await visit.next() == event("one")
    await visit.leave()
    assert "Traceback" not in caplog.text


def test_where_streams_are_not_served_one_picture_is_sent(board: Board, rf: RequestFactory) -> None:
    request: Any = rf.get("/")
    request.user = SimpleNamespace(pk=1)
    response: HttpResponse = stream(request, "board", board)
    assert response.content == event("one", retry=streams.LATER)
