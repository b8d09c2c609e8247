"""Somebody at a browser: a context of their own, its recorded connections, and the errors of its pages."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, WebSocket, expect

Value = TypeVar("Value")
Frame = list[dict[str, Any]]

RECORDER = Path(__file__).with_name("recorder.js")
MICROPHONE, CAMERA, SCREEN, SOUND = range(4)
POLL_SECONDS = 0.05
#: No requirement, only for what never comes: a loaded machine may be ten times as slow.
DEADLINE_SECONDS = 60.0
#: The camera, by the preference. A browser may have no storage.
LEFT = "() => { try { return localStorage.camera ?? 'on'; } catch { return 'on'; } }"
REPORTS = re.compile(r"Content Security Policy|Trusted ?Type|TrustedHTML|TrustedScript", re.IGNORECASE)

expect.set_options(timeout=DEADLINE_SECONDS * 1000)


def eventually(probe: Callable[[], Value], *, seconds: float = DEADLINE_SECONDS, what: str = "") -> Value:
    """Ask until the answer is truthy, and return it. Raises AssertionError with the last answer."""
    deadline = time.monotonic() + seconds
    while not (value := probe()):
        assert time.monotonic() < deadline, f"{what or 'the condition'} did not come about; last: {value!r}"
        time.sleep(POLL_SECONDS)
    return value


class Person:
    """One context with one page. A test uses only what a person sees, and the recorder."""

    def __init__(self, name: str, browser: Browser, origin: str, cookie: str = "", **options: Any) -> None:
        self.name = name
        self.origin = origin
        self.errors: list[str] = []
        self.reports: list[str] = []
        self.console: list[str] = []
        self.sent: list[Frame] = []
        self.incoming: list[Frame] = []
        self.context: BrowserContext = browser.new_context(
            base_url=origin, permissions=["camera", "microphone", "clipboard-read", "clipboard-write"], **options
        )
        self.context.set_default_timeout(DEADLINE_SECONDS * 1000)
        self.context.add_init_script(path=RECORDER)
        if cookie:
            self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": origin}])
        self.page: Page = self.context.new_page()
        self.watch(self.page)

    def open(self, path: str) -> None:
        self.page.goto(path)

    def prefer(self, setting: str, value: str) -> None:
        """From the next page on, until something else is chosen there. (The frame of a PDF stores nothing.)"""
        self.context.add_init_script(f"if (self === top) localStorage['{setting}'] ??= '{value}'")

    # The way in and out

    def arrive(self, slug: str, *, quiet: bool = False, muted: bool = False) -> None:
        """Open the green room, with the name entered. Microphone and camera are on at first, and later as they were left.

        ``muted``: the microphone is off at first. ``quiet``: the camera, too. A call takes half or a quarter of the processor
        time then. It is for those whom nobody hears or looks at.
        """
        if quiet or muted:
            self.prefer("microphone", "off")
        if quiet:
            self.prefer("camera", "off")
        self.open(f"/{slug}")
        expect(self.page.locator(f"green-room[data-camera={self.page.evaluate(LEFT)}]")).to_be_visible()
        if self.name_field.is_visible():
            self.name_field.fill(self.name)

    def ask_to_join(self) -> None:
        self.join_button.click()

    def join(self, slug: str, *, quiet: bool = False, muted: bool = False) -> None:
        """Into the call."""
        self.arrive(slug, quiet=quiet, muted=muted)
        self.ask_to_join()
        expect(self.tile(f"{self.name} (you)")).to_be_visible()

    def leave(self, answer: str = "") -> None:
        """``answer``: to the question that the last host is asked."""
        self.control("Leave").click()
        if answer:
            self.page.get_by_role("dialog").get_by_role("button", name=answer).click()
        expect(self.controls).to_be_hidden()

    def choose_another(self, kind: str) -> None:
        """Another device than the one in use, in the dialog of the call."""
        self.page.keyboard.press("d")
        dialog = self.page.get_by_role("dialog")
        picker = dialog.get_by_label(kind, exact=True)
        values = picker.locator("option").evaluate_all("(options) => options.map(({ value }) => value)")
        picker.select_option(next(value for value in reversed(values) if value != picker.input_value()))
        self.page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()

    # What is on the page

    @property
    def name_field(self) -> Locator:
        return self.page.locator("green-room").get_by_role("textbox")

    @property
    def join_button(self) -> Locator:
        return self.page.locator("green-room").get_by_role("button", name=re.compile("^(Join|Ask to join)$"))

    @property
    def controls(self) -> Locator:
        return self.page.locator("call-controls")

    def control(self, name: str) -> Locator:
        return self.controls.get_by_role("button", name=name)

    def tile(self, name: str) -> Locator:
        """Of a person, whose name says if they are a guest, or of a screen."""
        return self.page.get_by_role("group", name=re.compile(rf"^(Guest )?{re.escape(name)}(,|$)"))

    # What arrives

    @property
    def welcome(self) -> dict[str, Any]:
        """The last ``welcomed``."""
        return [message for frame in self.incoming for message in frame if message["type"] == "welcomed"][-1]

    @property
    def participant(self) -> str:
        """The id that the server gave last."""
        return str(self.welcome["id"])

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

    def tracks(self) -> tuple[int, int]:
        """How many tracks of devices and screens are live, of how many ever."""
        live, ever = self.page.evaluate("() => window.recorder.tracks()")
        return live, ever

    def sees(self, slot: int, *, connection: int = 0, since: int = 0) -> bool:
        """More frames of a video slot were decoded than ``since``."""
        return self.received(slot, connection)["frames"] > since

    def hears(self, *, connection: int = 0, since: float = 0.0) -> bool:
        """More sound energy arrived in the microphone slot than ``since``."""
        return self.received(MICROPHONE, connection)["energy"] > since

    def microphones(self) -> dict[str, float]:
        """What has arrived in all microphone slots: bytes, and energy of the sound that was played."""
        received = [one["received"][MICROPHONE] for one in self.connections()]
        return {what: sum(one[what] for one in received) for what in ("bytes", "energy")}

    def plays_what_arrives(self) -> bool:
        """Whether sound is played of the microphones that are sending. Sound that was on its way before is not looked at."""
        self._arrives(5_000)
        before = self.microphones()
        self._arrives(20_000)
        return self.microphones()["energy"] > before["energy"] + 1e-3

    def _arrives(self, count: int) -> None:
        before = self.microphones()["bytes"]
        eventually(lambda: self.microphones()["bytes"] > before + count, what=f"sound arrives at {self.name}")

    def sending(self, slot: int) -> str | None:
        """The label of the track in a slot of the first connection."""
        label: str | None = self.page.evaluate("(slot) => window.recorder.sending(slot)", slot)
        return label

    def received(self, slot: int, connection: int = 0) -> dict[str, float]:
        found: dict[str, float] = self.connections()[connection]["received"][slot]
        return found

    def close(self) -> None:
        self.context.close()

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.errors.append(f"{self.name}: {error}"))
        page.on("console", self._note)
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda text: self.sent.append(json.loads(text)))
        socket.on("framereceived", lambda text: self.incoming.append(json.loads(text)))

    def _note(self, message: ConsoleMessage) -> None:
        self.console.append(f"{self.name}: {message.type}: {message.text}")
        if REPORTS.search(message.text):
            self.reports.append(f"{self.name}: {message.text}")
