"""Somebody in a call, at a real browser, watched by a witness: ``tests/browser/person.py`` for faults, asynchronous."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any, Final

from django.conf import settings
from playwright.async_api import Browser, Page, WebSocket, expect

from tests.chaos.witness import Witness

JOINED_SECONDS: Final = 60.0
PERMISSIONS: Final = ["camera", "microphone"]


class Caller:
    """One context with one page. ``enter`` makes it, ``close`` ends it."""

    def __init__(self, name: str, page: Page) -> None:
        self.name = name
        self.page = page
        self.witness = Witness(page)
        self.errors: list[str] = []
        self.received: list[dict[str, Any]] = []
        page.on("pageerror", lambda error: self.errors.append(f"{name}: {error}"))
        page.on("websocket", self._listen)

    @classmethod
    async def enter(cls, browser: Browser, origin: str, name: str, cookie: str) -> Caller:
        """``origin`` is where the product is, ``cookie`` that of a session (:func:`tests.browser.deployment.login`)."""
        context = await browser.new_context(base_url=origin)
        context.set_default_timeout(JOINED_SECONDS * 1000)
        await context.grant_permissions(PERMISSIONS, origin=origin)
        await Witness.install(context)
        await context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": origin}])
        return cls(name, await context.new_page())

    async def join(self, slug: str) -> None:
        """Into the call, with camera and microphone on."""
        milliseconds = JOINED_SECONDS * 1000
        await self.page.goto(f"/{slug}")
        room = self.page.locator("green-room")
        await expect(self.page.locator("green-room[data-camera=on]")).to_be_visible(timeout=milliseconds)
        await room.get_by_role("button", name=re.compile("^Join$")).click()
        await expect(self.page.locator("video-tile[data-self]").first).to_be_visible(timeout=milliseconds)

    async def leave(self) -> None:
        await self.page.locator("call-controls").get_by_role("button", name="Leave").click()
        await expect(self.page.locator("call-controls")).to_be_hidden(timeout=JOINED_SECONDS * 1000)

    async def close(self) -> None:
        await self.page.context.close()

    # What the server has said

    @property
    def ids(self) -> list[str]:
        """The participant's id at each welcome. Somebody who never joined anew has one id."""
        return list(dict.fromkeys(fact["id"] for fact in self.received if fact["type"] == "welcomed"))

    @property
    def welcomes(self) -> int:
        return sum(fact["type"] == "welcomed" for fact in self.received)

    @property
    def departures(self) -> list[str]:
        """The ids of those who are said to have left."""
        return [fact["id"] for fact in self.received if fact["type"] == "left"]

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._receive)

    def _receive(self, text: str | bytes) -> None:
        with suppress(ValueError):
            self.received += json.loads(text)
