"""Pages that update by themselves: a view answers with server-sent events, which hold neither a thread nor a connection to the
database.

A view checks who asks, as always, and returns :func:`stream`. Its request ends there; :class:`Streams`, which stands before
Django, goes on with the connection. All streams of a process that have the same key share what is rendered. A stream ends after
``LIFE_SECONDS``. The browser's ``EventSource`` then asks again by itself, perhaps another worker, and the view checks again. So a
permission that was taken back counts by then, and what waits for a browser that does not read is bounded. What a stream shows is
kept until the browser has asked again.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from django.db import close_old_connections
from django.http import HttpResponse

from accounts.http import AuthenticatedRequest

logger = logging.getLogger(__name__)

Scope = dict[str, Any]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Any, Send], Awaitable[None]]

LIFE_SECONDS: Final = 30.0
BEAT_SECONDS: Final = 10.0
#: So long after its last follower what a feed shows is kept.
KEPT_SECONDS: Final = 3.0
#: Bounds of a process. Beyond them a page gets one picture, and asks again after ``LATER``.
STREAMS: Final = 200
PER_PERSON: Final = 10
#: When browsers ask again, in milliseconds: at the end of a stream, and where there was no place.
SOON: Final = 250
LATER: Final = 5000

_SCOPE: Final = "accounts.streams"
_BEAT: Final = b":\n\n"
_END: Final = {"type": "http.response.body", "body": b"", "more_body": False}


@dataclass(frozen=True)
class Feed:
    """What a stream shows: ``render`` is asked every so many seconds, in a thread, once for all streams of this key; if there is
    ``is_due``, only when that says so, which is asked in the event loop.
    """

    key: Hashable
    render: Callable[[], str]
    every: float
    is_due: Callable[[], Awaitable[bool]] | None


def stream(
    request: AuthenticatedRequest,
    key: Hashable,
    render: Callable[[], str],
    *,
    every: float = 1.0,
    is_due: Callable[[], Awaitable[bool]] | None = None,
) -> HttpResponse:
    """The answer of a view: what ``render`` returns, now and whenever it is another text, as events of server-sent events.

    ``render`` may block, and must not depend on who asks beyond what is in ``key``. ``is_due`` says whether it may return another
    text than before.
    """
    offer: _Offer | None = getattr(request, "scope", {}).get(_SCOPE)
    feed = Feed(key, render, every, is_due)
    accepted = request.method == "GET" and offer is not None and offer.accept(str(request.user.pk), feed)
    body = b"" if accepted else event(render(), retry=LATER)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return HttpResponse(body, content_type="text/event-stream", headers=headers)


def event(text: str, *, retry: int = SOON) -> bytes:
    lines = [f"retry: {retry}", *(f"data: {line}" for line in text.splitlines())]
    return ("\n".join(lines) + "\n\n").encode()


class Streams:
    """Passes requests to ``application``, and goes on with those whose view returned :func:`stream`."""

    def __init__(
        self,
        application: Application,
        *,
        life: float = LIFE_SECONDS,
        beat: float = BEAT_SECONDS,
        kept: float = KEPT_SECONDS,
    ) -> None:
        self._application = application
        self._life = life
        self._beat = beat
        self._kept = kept
        self._open: Counter[str] = Counter()
        self._channels: dict[Hashable, _Channel] = {}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="streams")
        self._closed = asyncio.Event()

    def close(self) -> None:
        """End all streams. Browsers ask another worker."""
        self._closed.set()
        for channel in [*self._channels.values()]:
            self._end(channel)

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        offer = _Offer(self._take_place)
        try:
            await self._application({**scope, _SCOPE: offer}, receive, lambda message: send(offer.passed(message)))
            if offer.feed is not None:
                await self._follow(offer.feed, receive, send)
        finally:
            if offer.feed is not None:
                self._open[offer.person] -= 1

    def _take_place(self, person: str) -> bool:
        """Called in a thread of Django. Two at the same moment may pass the bound by one."""
        self._open = +self._open
        if self._closed.is_set() or self._open[person] >= PER_PERSON or self._open.total() >= STREAMS:
            return False
        self._open[person] += 1
        return True

    async def _follow(self, feed: Feed, receive: Any, send: Send) -> None:
        """Send what the feed shows until the browser goes, the time is over, or the worker ends."""
        if self._closed.is_set():
            await send(_END)
            return
        channel = self._channel(feed)
        channel.followers += 1
        gone = asyncio.ensure_future(_disconnected(receive))
        work = {gone, asyncio.ensure_future(self._write(channel, send)), asyncio.ensure_future(self._closed.wait())}
        try:
            await asyncio.wait(work, timeout=self._life, return_when=asyncio.FIRST_COMPLETED)
            if not gone.done():
                await send(_END)
        finally:
            for task in work:
                task.cancel()
            channel.followers -= 1
            channel.left_at = asyncio.get_running_loop().time()

    def _channel(self, feed: Feed) -> _Channel:
        channel = self._channels.get(feed.key)
        if channel is None:
            self._make_room()
            channel = self._channels[feed.key] = _Channel(feed, self._thread)
            channel.task = asyncio.create_task(self._run(channel))
        return channel

    def _make_room(self) -> None:
        """There are at most as many feeds as streams: the one that has had no follower for longest ends."""
        left = [channel for channel in self._channels.values() if not channel.followers]
        if left and len(self._channels) >= STREAMS:
            self._end(min(left, key=lambda channel: channel.left_at))

    async def _run(self, channel: _Channel) -> None:
        """Show the feed until nobody has followed it for a while."""
        while channel.followers or asyncio.get_running_loop().time() - channel.left_at <= self._kept:
            await channel.show()
            await asyncio.sleep(channel.feed.every)
        del self._channels[channel.feed.key]

    def _end(self, channel: _Channel) -> None:
        channel.task.cancel()
        del self._channels[channel.feed.key]

    async def _write(self, channel: _Channel, send: Send) -> None:
        version = 0
        while True:
            try:
                async with asyncio.timeout(self._beat):
                    version, body = await channel.after(version)
            except TimeoutError:
                body = _BEAT
            await send({"type": "http.response.body", "body": body, "more_body": True})


class _Offer:
    """Lets the view of one request ask for a stream. ``take_place(person)`` says whether there is a place."""

    def __init__(self, take_place: Callable[[str], bool]) -> None:
        self._take_place = take_place
        self.person = ""
        self.feed: Feed | None = None

    def accept(self, person: str, feed: Feed) -> bool:
        if self._take_place(person):
            self.person, self.feed = person, feed
        return self.feed is not None

    def passed(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """What Django sends; of a stream it is the beginning."""
        if self.feed is None:
            return message
        if message["type"] == "http.response.start":
            return {**message, "headers": [pair for pair in message["headers"] if pair[0].lower() != b"content-length"]}
        return {**message, "more_body": True}


class _Channel:
    """What one feed shows now, for all who follow it. ``task`` keeps it up to date."""

    task: asyncio.Task[None]

    def __init__(self, feed: Feed, thread: ThreadPoolExecutor) -> None:
        self.followers = 0
        #: When the last follower went, by the clock of the event loop.
        self.left_at = -math.inf
        self.feed = feed
        self._thread = thread
        self._version = 0
        self._body = b""
        self._changed = asyncio.Event()

    async def after(self, version: int) -> tuple[int, bytes]:
        """The picture, once it is another than that of ``version``."""
        while self._version == version:
            await self._changed.wait()
        return self._version, self._body

    async def show(self) -> None:
        """Render what the feed shows, if it is due."""
        try:
            if self.feed.is_due is None or await self.feed.is_due():
                loop = asyncio.get_running_loop()
                self._set(event(await loop.run_in_executor(self._thread, _connected, self.feed.render)))
        except Exception as error:
            # The stores may be away. The picture stays as it was, and is made again soon.
            logger.warning("A live page was not rendered: %s", error)

    def _set(self, body: bytes) -> None:
        if body != self._body:
            self._body = body
            self._version += 1
            self._changed.set()
            self._changed = asyncio.Event()


async def _disconnected(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _connected(render: Callable[[], str]) -> str:
    """Render, and give the connection to the database back."""
    close_old_connections()
    try:
        return render()
    finally:
        close_old_connections()
