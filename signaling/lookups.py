"""Questions of the event loop to the database about rooms, in threads of their own, so that they do not wait for pages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from django.db import close_old_connections

from signaling.ports import Entry, Exclusion, Notices, Presence, Rooms, Standing
from signaling.protocol.facts import Notice
from signaling.settings import RoomSettings

#: Few, because each busy thread can delay the event loop by one switch interval whenever the loop has released the GIL.
THREADS: Final = 3

T = TypeVar("T")


class Lookups:
    """:class:`signaling.ports.Rooms` for coroutines, and the notice. Each raises what that function raises."""

    def __init__(self, rooms: Rooms, notices: Notices) -> None:
        self._rooms = rooms
        self._notices = notices
        self._threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="lookups")

    async def find(self, slug: str, cookie: str, client: str) -> Entry:
        return await self._ask(self._rooms.find, slug, cookie, client)

    async def room_settings(self, room_ids: Collection[str]) -> Mapping[str, RoomSettings]:
        return await self._ask(self._rooms.room_settings, room_ids)

    async def standings(self, people: Collection[Presence]) -> Mapping[Presence, Standing]:
        return await self._ask(self._rooms.standings, people)

    async def excluded(self, exclusions: Collection[Exclusion]) -> Collection[Exclusion]:
        return await self._ask(self._rooms.excluded, exclusions)

    async def notice(self) -> Notice:
        return await self._ask(self._notices)

    def close(self) -> None:
        """Stop. Does not wait for answers."""
        self._threads.shutdown(wait=False)

    def _ask(self, question: Callable[..., T], *args: Any) -> asyncio.Future[T]:
        future = asyncio.get_running_loop().run_in_executor(self._threads, _connected, question, *args)
        # A socket may close before it reads the answer. That is no error.
        future.add_done_callback(lambda done: done.cancelled() or done.exception())
        return future


def _connected(question: Callable[..., T], *args: Any) -> T:
    """Ask, and give the connection back: the thread lives longer than a connection may."""
    close_old_connections()
    try:
        return question(*args)
    finally:
        close_old_connections()
