"""A call of the real product in real browsers: one page for each person, in a context and a renderer of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict, cast

from playwright.sync_api import Browser, Playwright, ViewportSize, expect, sync_playwright

from bench.mesh import camera
from bench.mesh.crowd import Crowd
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
    """Of the fan-out worker, all layers together. By sender, ``payloads``: pictures of layers; ``nulls``: frames that repeat the
    last. ``gapMs``: the longest wait since the last reading."""

    encodeMs: float
    payloads: dict[str, int]
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

    def join_without_camera(self, slug: str) -> None:
        """What comes next has the processor to itself until everybody is connected."""
        self.arrive(slug)
        self.page.locator("green-room").get_by_role("button", name="Camera").click()
        self.ask_to_join()
        expect(self.tile(f"{self.name} (you)")).to_be_visible()

    def shows(self) -> int:
        """How many of the others are on its page."""
        return self.page.locator("video-tile:visible:not([data-self])").count()

    def turn_to_speaker_view(self) -> None:
        self.page.keyboard.press("g")
        expect(self.page.locator("tile-grid")).to_have_attribute("data-layout", "stage")


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


@dataclass(frozen=True)
class Meeting:
    """``people`` are measured; ``crowd`` is whoever else is there."""

    people: list[Participant]
    crowd: Crowd | None

    @property
    def size(self) -> int:
        return len(self.people) + (self.crowd.size if self.crowd else 0)

    @property
    def is_connected(self) -> bool:
        met = all(person.connected(self.size - 1) for person in self.people)
        return met and (self.crowd is None or self.crowd.connected(len(self.people)))

    def turn_cameras_on(self) -> None:
        for person in self.people:
            person.control("Camera").click()
        if self.crowd:
            self.crowd.turn_on()

    def look(self) -> None:
        """Lets the crowd look at each as one of the others who are measured does now. The first speaks: everybody has them on
        their page."""
        for number, person in enumerate(self.people if self.crowd else []):
            viewer = self.people[number - 1]
            box = viewer.tile(person.name).bounding_box()
            assert self.crowd and box, f"{viewer.name} does not see {person.name}"
            share = 1.0 if number == 0 else viewer.shows() / (self.size - 1)
            self.crowd.look(
                person.name, box["width"], box["height"], speaking=number == 0, viewers=round(share * self.crowd.size)
            )


@contextmanager
def call(
    place: Place,
    media: Media,
    size: int,
    *,
    measured: int = 0,
    plain: bool,
    window: ViewportSize = WINDOW,
    slug: str = "",
) -> Iterator[Meeting]:
    """So many people, all connected, and then with their cameras on. ``measured`` are real pages, or all are; the others are
    a crowd.

    The microphone of the first beeps, those of the others who are measured are silent and on.
    """
    slug = slug or deploying.room(capacity=size).slug
    measured = min(measured or size, size)
    expect.set_options(timeout=PATIENCE_SECONDS * 1000)
    with sync_playwright() as playwright:
        first = _launch(playwright, place.first, [*place.flags, *_camera(media)])
        others = _launch(playwright, place.others, [*place.flags, *_camera(media), *_silent(media)])
        people = []
        for number in range(measured):
            origin = place.origins[number % len(place.origins)]
            person = Participant(f"Person {number + 1}", others if number else first, origin, plain=plain, window=window)
            people.append(person)
            person.join_without_camera(slug)
        crowd = None
        if measured < size:
            crowd = Crowd(_launch(playwright, place.others, place.flags), place.origins[0])
            crowd.enter(slug, measured + 1, size - measured)
        meeting = Meeting(people, crowd)
        eventually(lambda: meeting.is_connected, seconds=PATIENCE_SECONDS, what="the meeting")
        meeting.turn_cameras_on()
        yield meeting
        for browser in (first, others, *([crowd.browser] if crowd else [])):
            browser.close()


def _launch(playwright: Playwright, path: str | Path, flags: Sequence[str]) -> Browser:
    return playwright.chromium.launch(executable_path=path, args=[*FLAGS, *UNTHROTTLED, *flags])


def _camera(media: Media) -> list[str]:
    return [f"--use-file-for-fake-video-capture={media.film}"]


def _silent(media: Media) -> list[str]:
    return [f"--use-file-for-fake-audio-capture={media.silence}"]


def loopback(origins: Sequence[str]) -> Place:
    return Place(origins, program(), program())
