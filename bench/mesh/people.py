"""A call of the real product in real browsers: one page for each person, in a context and a renderer of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict, cast

from playwright.sync_api import Browser, Playwright, ViewportSize, expect, sync_playwright

from bench.mesh import camera
from tests.browser import deployment as deploying
from tests.browser.chromium import FLAGS, program
from tests.browser.person import Person, eventually

HERE = Path(__file__).parent
#: Everything runs on one machine, which a plain mesh of eight saturates.
PATIENCE_SECONDS = 180.0
UNTHROTTLED = [
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
]
WINDOW: ViewportSize = {"width": 1280, "height": 720}


class Sent(TypedDict):
    """Of one sender; sums since it began."""

    ssrc: int
    kind: str
    bytes: int
    encodeMs: float


class Received(TypedDict):
    """Of one receiver; sums since it began. ``shown``: one can see it on the page now."""

    ssrc: int
    kind: str
    shown: bool
    frames: int
    height: int
    freezes: int
    concealed: int
    samples: int


class Fanout(TypedDict):
    """Of the fan-out worker, all layers together. ``nulls``: frames that repeat the last picture, by sender. ``gapMs``: the
    longest wait since the last reading."""

    encodeMs: float
    nulls: dict[str, int]
    resyncs: int
    gapMs: float


class Reading(TypedDict):
    """Of one page (probe.js). ``at`` is in milliseconds by its own clock."""

    at: float
    visible: bool
    sent: list[Sent]
    received: list[Received]
    fanout: Fanout


@dataclass(frozen=True)
class Load:
    """Seconds of processor time that the main thread of a page has used so far; ``at`` is the time itself."""

    at: float
    script: float
    task: float


@dataclass(frozen=True)
class Place:
    """Where people find the product, and which program is the browser of the first of them, and of the others."""

    origins: Sequence[str]
    first: str | Path
    others: str | Path
    flags: Sequence[str] = ()


class Participant(Person):
    """Somebody whose page is measured."""

    def __init__(self, name: str, browser: Browser, origin: str, *, plain: bool, window: ViewportSize) -> None:
        super().__init__(name, browser, origin, viewport=window)
        self.context.set_default_timeout(PATIENCE_SECONDS * 1000)
        for script in ["probe.js", *(["plain.js"] if plain else [])]:
            self.context.add_init_script(path=HERE / script)
        self._devtools = self.context.new_cdp_session(self.page)
        self._devtools.send("Performance.enable", {"timeDomain": "threadTicks"})

    def read(self) -> Reading:
        return cast(Reading, self.page.evaluate("() => window.probe.read()"))

    def load(self) -> Load:
        metrics = {one["name"]: one["value"] for one in self._devtools.send("Performance.getMetrics")["metrics"]}
        return Load(metrics["Timestamp"], metrics["ScriptDuration"], metrics["TaskDuration"])

    def probe(self, method: str, argument: Any = None) -> Any:
        return self.page.evaluate(f"(argument) => window.probe.{method}(argument)", argument)

    def turn_to_speaker_view(self) -> bool:
        """By whatever control is named so, in the call or in its menu. Whether there is one."""
        controls = self.page.locator("button, [role^=menuitem], [role=radio], [role=switch], label").filter(
            has_text=re.compile("speaker view", re.IGNORECASE)
        )
        named = self.page.get_by_label(re.compile("speaker view", re.IGNORECASE))
        for control in (named.first, controls.first):
            if not control.count():
                continue
            if not control.is_visible():
                self.control("More").click()
            control.click()
            self.page.keyboard.press("Escape")
            return True
        return False


@dataclass(frozen=True)
class Media:
    film: Path
    silence: Path


@contextmanager
def devices(directory: Path) -> Iterator[Media]:
    media = Media(directory / "camera.y4m", directory / "silence.wav")
    camera.film(media.film)
    camera.silence(media.silence)
    yield media
    media.film.unlink()


@contextmanager
def call(
    place: Place, media: Media, size: int, *, plain: bool, window: ViewportSize = WINDOW, slug: str = ""
) -> Iterator[list[Participant]]:
    """So many people, all connected. The microphone of the first beeps, those of the others are silent and on."""
    slug = slug or deploying.room(capacity=size).slug
    expect.set_options(timeout=PATIENCE_SECONDS * 1000)
    with sync_playwright() as playwright:
        first = _launch(playwright, place.first, [*place.flags, *_camera(media)])
        others = _launch(playwright, place.others, [*place.flags, *_camera(media), *_silent(media)])
        people = []
        for number in range(size):
            origin = place.origins[number % len(place.origins)]
            person = Participant(f"Person {number + 1}", others if number else first, origin, plain=plain, window=window)
            people.append(person)
            person.join(slug)
        for person in people:
            eventually(lambda person=person: person.connected(size - 1), seconds=PATIENCE_SECONDS, what=person.name)  # type: ignore[misc]
        yield people
        for browser in (first, others):
            browser.close()


def _launch(playwright: Playwright, path: str | Path, flags: Sequence[str]) -> Browser:
    return playwright.chromium.launch(executable_path=path, args=[*FLAGS, *UNTHROTTLED, *flags])


def _camera(media: Media) -> list[str]:
    return [f"--use-file-for-fake-video-capture={media.film}"]


def _silent(media: Media) -> list[str]:
    return [f"--use-file-for-fake-audio-capture={media.silence}"]


def loopback(origins: Sequence[str]) -> Place:
    return Place(origins, program(), program())
