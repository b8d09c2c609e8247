"""Somebody at a browser: a context of their own, its recorded connections, and what went wrong in its pages."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

Value = TypeVar("Value")

RECORDER = Path(__file__).with_name("recorder.js")
MICROPHONE, CAMERA, SCREEN, SOUND = range(4)
POLL_SECONDS = 0.05
REPORTS = re.compile(r"Content Security Policy|Trusted ?Type|TrustedHTML|TrustedScript", re.IGNORECASE)


def eventually(probe: Callable[[], Value], *, seconds: float = 15.0, what: str = "") -> Value:
    """Ask until the answer is truthy, and return it. Raises AssertionError with the last answer."""
    deadline = time.monotonic() + seconds
    while not (value := probe()):
        assert time.monotonic() < deadline, f"{what or 'the condition'} did not come about; last: {value!r}"
        time.sleep(POLL_SECONDS)
    return value


class Person:
    """One context with one page. Pages are talked to only through what a person sees, and through the recorder."""

    def __init__(self, name: str, browser: Browser, origin: str, cookie: str = "", **options: Any) -> None:
        self.name = name
        self.origin = origin
        self.errors: list[str] = []
        self.reports: list[str] = []
        self.frames: list[list[dict[str, Any]]] = []
        self.context: BrowserContext = browser.new_context(
            base_url=origin, permissions=["camera", "microphone", "clipboard-read", "clipboard-write"], **options
        )
        self.context.set_default_timeout(15_000)
        self.context.add_init_script(path=RECORDER)
        if cookie:
            self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": origin}])
        self.page: Page = self.context.new_page()
        self._watch(self.page)

    def open(self, path: str) -> None:
        self.page.goto(path)

    def connections(self) -> list[dict[str, Any]]:
        """What each open connection receives now (see recorder.js)."""
        found: list[dict[str, Any]] = self.page.evaluate("() => window.recorder.open()")
        return found

    def connected(self, count: int) -> bool:
        """Exactly so many open connections, all of them connected."""
        states = [one["state"] for one in self.connections()]
        return states == ["connected"] * count

    def renegotiated(self) -> list[str]:
        """Signaling states after the first negotiation."""
        states: list[str] = self.page.evaluate("() => window.recorder.renegotiated()")
        return states

    def sees(self, slot: int, *, connection: int = 0, since: int = 0) -> bool:
        """More frames of a video slot were decoded than ``since``."""
        return self.received(slot, connection)["frames"] > since

    def hears(self, *, connection: int = 0, since: float = 0.0) -> bool:
        """More sound energy arrived in the microphone slot than ``since``."""
        return self.received(MICROPHONE, connection)["energy"] > since

    def received(self, slot: int, connection: int = 0) -> dict[str, float]:
        found: dict[str, float] = self.connections()[connection]["received"][slot]
        return found

    def close(self) -> None:
        self.context.close()

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.errors.append(f"{self.name}: {error}"))
        page.on("console", self._note)
        page.on("websocket", lambda socket: socket.on("framesent", lambda text: self.frames.append(json.loads(text))))

    def _note(self, message: ConsoleMessage) -> None:
        if REPORTS.search(message.text):
            self.reports.append(f"{self.name}: {message.text}")
