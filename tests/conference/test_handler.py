from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import path
from django.utils import translation
from redis import Redis

from conference.handler import Handler
from tests.redis_server import RedisServer, running_redis

Messages = list[dict[str, Any]]


def page(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(" ".join([request.GET.get("word", ""), request.body.decode(), str(translation.get_language())]))
    response.set_cookie("one", "1")
    response.set_cookie("two", "2")
    translation.activate("de")
    return response


def parts(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter(["a", "b", "c"]))


def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("this view is broken")


def query(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse(threading.current_thread().name)


def counted(request: HttpRequest) -> HttpResponse:
    cache.incr("visits")
    return HttpResponse()


urlpatterns = [path("page", page), path("parts", parts), path("broken", broken), path("query", query), path("counted", counted)]


@pytest.fixture
def handler() -> Handler:
    with override_settings(MIDDLEWARE=[]):
        return Handler(2)


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with running_redis() as server:
        yield server


@pytest.fixture(autouse=True)
def urls() -> Any:
    with override_settings(ROOT_URLCONF=__name__):
        yield


async def ask(handler: Handler, path: str, *, query: str = "", body: bytes = b"", gone: bool = False) -> Messages:
    """What the handler sends. The browser sends its body in two parts, or goes before the second."""
    arrived: list[dict[str, Any]] = [{"type": "http.request", "body": body[:2], "more_body": True}]
    arrived.append({"type": "http.disconnect"} if gone else {"type": "http.request", "body": body[2:]})
    sent: Messages = []

    async def receive() -> dict[str, Any]:
        return arrived.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"host", b"testserver"), (b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    scope = {
        "type": "http",
        "method": "POST" if body else "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": headers,
    }
    await handler(scope, receive, send)
    return sent


async def test_a_view_gets_the_request_and_its_answer_is_sent(handler: Handler) -> None:
    start, body = await ask(handler, "/page", query="word=hello", body=b"typed")
    assert (start["status"], body["body"]) == (200, b"hello typed en")
    cookies = [value for name, value in start["headers"] if name == b"set-cookie"]
    assert cookies == [b"one=1; Path=/", b"two=2; Path=/"]


async def test_the_parts_of_an_answer_are_sent_as_one(handler: Handler) -> None:
    assert (await ask(handler, "/parts"))[1] == {"type": "http.response.body", "body": b"abc"}


async def test_a_request_begins_and_ends_once_in_one_thread(handler: Handler) -> None:
    seen: list[tuple[str, str]] = []

    def begun(**_: object) -> None:
        seen.append(("begun", threading.current_thread().name))

    def ended(**_: object) -> None:
        seen.append(("ended", threading.current_thread().name))

    request_started.connect(begun)
    request_finished.connect(ended)
    try:
        await ask(handler, "/page")
    finally:
        request_started.disconnect(begun)
        request_finished.disconnect(ended)
    assert [what for what, _ in seen] == ["begun", "ended"]
    assert len({thread for _, thread in seen}) == 1


async def test_what_a_request_activates_ends_with_it(handler: Handler) -> None:
    answers = [await ask(handler, "/page") for _ in range(4)]
    assert {body["body"] for _, body in answers} == {b"  en"}


@pytest.mark.django_db(transaction=True)
async def test_requests_share_the_threads_and_give_their_connection_back(handler: Handler) -> None:
    def ended(**_: object) -> None:
        held.append(connection.connection)

    held: list[object] = []
    request_finished.connect(ended)
    try:
        answers = await asyncio.gather(*(ask(handler, "/query") for _ in range(12)))
    finally:
        request_finished.disconnect(ended)
    assert len({body["body"] for _, body in answers}) <= 2
    assert held == [None] * 12


async def test_requests_share_their_connections_to_redis(handler: Handler, redis: RedisServer) -> None:
    store = {"BACKEND": "conference.counters.SharedCounters", "LOCATION": [redis.url]}
    options = {"pool_class": "conference.redis.CachePool"}
    with override_settings(CACHES={"default": {**store, "OPTIONS": options}}), Redis.from_url(redis.url) as client:
        cache.set("visits", 0)
        before = client.info()["total_connections_received"]
        for _ in range(3):
            await asyncio.gather(*(ask(handler, "/counted") for _ in range(4)))
        assert cache.get("visits") == 12
        # There are two threads, and one of them may use the connection of ``set``.
        assert client.info()["total_connections_received"] - before <= 2


async def test_a_view_that_fails_is_500(handler: Handler, caplog: pytest.LogCaptureFixture) -> None:
    assert (await ask(handler, "/broken"))[0]["status"] == 500
    assert "this view is broken" in caplog.text


async def test_nothing_is_asked_for_a_browser_that_goes_before_its_body_is_there(handler: Handler) -> None:
    assert await ask(handler, "/page", body=b"typed", gone=True) == []
