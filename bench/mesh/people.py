"""A call of the real product in real browsers: one page for each person, in a context and a renderer of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypedDict, cast

from playwright.sync_api import Browser, Playwright, ViewportSize, expect, sync_playwright

from bench.mesh import camera
from bench.mesh.crowd import Crowd
from tests.browser import deployment as deploying
from tests.browser.chromium import FLAGS, program
from tests.browser.person import Person, eventually

HERE = Path(__file__).parent
PROBE = HERE / "probe.js"
#: Everything runs on one machine, which a plain mesh of eight saturates.
PATIENCE_SECONDS = 180.0
UNTHROTTLED = [
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
]
SLOWER = 2
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
        for script in [PROBE, *([HERE / "plain.js"] if plain else [])]:
            self.context.add_init_script(path=script)
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

    def has_on_stage(self, name: str) -> bool:
        """Whether nobody is shown larger."""
        widths = self.page.locator("video-tile:visible").evaluate_all("(tiles) => tiles.map((tile) => tile.clientWidth)")
        return bool(self.tile(name).evaluate("(tile) => tile.clientWidth") == max(widths))

    def turn_to_speaker_view(self) -> None:
        self.page.keyboard.press("g")
        expect(self.page.locator("tile-grid")).to_have_attribute("data-layout", "stage")


@dataclass(frozen=True)
class Media:
    """What cameras and a microphone give; ``slow`` is half the pictures, and ``small`` is that at a quarter of the height."""

    film: Path
    slow: Path
    small: Path
    voice: Path
    silence: Path


@contextmanager
def devices(directory: Path) -> Iterator[Media]:
    media = Media(*(directory / name for name in ("camera.y4m", "slow.y4m", "small.y4m", "voice.wav", "silence.wav")))
    camera.film(media.film)
    camera.film(media.slow, step=SLOWER)
    camera.shrink(media.slow, media.small, step=SLOWER)
    camera.voice(media.voice)
    camera.silence(media.silence)
    yield media
    for film in (media.film, media.slow, media.small):
        film.unlink()


@dataclass(frozen=True)
class Meeting:
    """``people`` are measured; ``crowd`` is whoever else is there."""

    slug: str
    people: list[Participant]
    crowd: Crowd | None

    @property
    def size(self) -> int:
        return len(self.people) + (self.crowd.size if self.crowd else 0)

    @property
    def is_connected(self) -> bool:
        met = all(person.connected(self.size - 1) for person in self.people)
        return met and (self.crowd is None or self.crowd.connected(len(self.people)))

    def wait(self) -> None:
        eventually(lambda: self.is_connected, seconds=PATIENCE_SECONDS, what="the meeting")

    def turn_cameras_on(self) -> None:
        for person in self.people:
            person.control("Camera").click()
        if self.crowd:
            self.crowd.turn_on()

    def pass_the_word(self) -> None:
        """Change the speaker from the first to one of the crowd."""
        assert self.crowd
        self.people[0].control("Microphone").click()
        speaker = self.crowd.speak()
        for person in self.people:
            met = partial(person.has_on_stage, speaker)
            eventually(met, seconds=PATIENCE_SECONDS, what=f"{speaker} on the stage of {person.name}")

    def look(self, *, speaker: int | None = 0) -> None:
        """Lets the crowd look at each as one of the others who are measured does now. Whoever speaks is on everybody's page;
        None: one of the crowd does."""
        for number, person in enumerate(self.people if self.crowd else []):
            viewer = self.people[number - 1]
            box = viewer.tile(person.name).bounding_box()
            assert self.crowd and box, f"{viewer.name} does not see {person.name}"
            speaks = number == speaker
            share = 1.0 if speaks else viewer.shows() / (self.size - 1)
            self.crowd.look(person.name, box["width"], box["height"], speaking=speaks, viewers=round(share * self.crowd.size))


@contextmanager
def call(
    place: Place,
    media: Media,
    size: int,
    *,
    measured: int = 0,
    alone: bool = False,
    plain: bool,
    window: ViewportSize = WINDOW,
    slug: str = "",
) -> Iterator[Meeting]:
    """So many people, all connected, and then with their cameras on. ``measured`` are real pages, or all are; the others are
    a crowd. ``alone``: only the first has a camera of full size, and everybody's is slow.

    The first speaks, the microphones of the others who are measured are silent and on.
    """
    slug = slug or deploying.room(capacity=size).slug
    measured = min(measured or size, size)
    expect.set_options(timeout=PATIENCE_SECONDS * 1000)
    with sync_playwright() as playwright:
        films = (media.slow, media.small) if alone else (media.film, media.film)
        first = _launch(playwright, place.first, [*place.flags, *_camera(films[0]), *_microphone(media.voice)])
        others = _launch(playwright, place.others, [*place.flags, *_camera(films[1]), *_microphone(media.silence)])
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
        meeting = Meeting(slug, people, crowd)
        meeting.wait()
        meeting.turn_cameras_on()
        yield meeting
        for browser in (first, others, *([crowd.browser] if crowd else [])):
            browser.close()


def _launch(playwright: Playwright, path: str | Path, flags: Sequence[str]) -> Browser:
    return playwright.chromium.launch(executable_path=path, args=[*FLAGS, *UNTHROTTLED, *flags])


def _camera(film: Path) -> list[str]:
    return [f"--use-file-for-fake-video-capture={film}"]


def _microphone(sound: Path) -> list[str]:
    return [f"--use-file-for-fake-audio-capture={sound}"]


def loopback(origins: Sequence[str]) -> Place:
    return Place(origins, program(), program())
