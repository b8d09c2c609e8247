"""What is measured: each scenario holds calls and says what came of them, in rows of one of two tables."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import ViewportSize

from bench.mesh.figures import Figures, Picture, Window, medians, share, window
from bench.mesh.people import Media, Participant, Place, call
from tests.browser.chromium import program
from tests.chaos.network import CORE, Network, why_not
from tests.chaos.paths import ORIGINS, SECURE, ground

TRIES = 20
TRY_MS = 5_000
#: A browser that has little time shrinks and grows pictures by itself, in smaller steps.
LARGER = 1.4
SMALL: ViewportSize = {"width": 480, "height": 360}
#: A picture has stopped that sends nothing in the rest of this time, and that is at least so long.
WATCH_SECONDS, STILL_SECONDS = 5.0, 2.0
#: What a shaped line may keep waiting; of a home router's order.
QUEUE = "300ms"


@dataclass(frozen=True)
class Bench:
    """The product that runs, and how long it is looked at. ``plain`` and ``ours`` take turns, ``runs`` times."""

    directory: Path
    database: Path
    static: Path
    place: Place
    media: Media
    seconds: float
    warm: float
    runs: int
    #: Instead of what a scenario says, to try whether it works.
    people: int | None = None

    @contextmanager
    def call(
        self, size: int, *, plain: bool = False, window: ViewportSize | None = None, place: Place | None = None, slug: str = ""
    ) -> Iterator[list[Participant]]:
        """Running for a while already."""
        options = {"window": window} if window else {}
        with call(place or self.place, self.media, self.people or size, plain=plain, slug=slug, **options) as people:
            self.wait(people)
            yield people

    def wait(self, people: Sequence[Participant]) -> None:
        people[0].page.wait_for_timeout(self.warm * 1000)

    def window(self, people: Sequence[Participant]) -> Window:
        return window(people, self.seconds)


@dataclass(frozen=True)
class Comparison:
    """A call as a plain mesh and as ours."""

    what: str
    plain: Figures
    ours: Figures
    wanted: str


@dataclass(frozen=True)
class Finding:
    what: str
    plain: str
    ours: str
    wanted: str


Row = Comparison | Finding
Scenario = Callable[[Bench], Sequence[Row]]
Measure = Callable[[Bench, bool], Figures]


def compare(bench: Bench, what: str, wanted: str, measure: Measure) -> Comparison:
    taken = [(measure(bench, True), measure(bench, False)) for _ in range(bench.runs)]
    plain, ours = zip(*taken, strict=True)
    return Comparison(what, medians(plain), medians(ours), wanted)


def both(bench: Bench, what: str, wanted: str, find: Callable[[Bench, bool], str]) -> Finding:
    return Finding(what, find(bench, True), find(bench, False), wanted)


# Layouts


def grid(size: int, wanted: str) -> Scenario:
    def measure(bench: Bench, plain: bool) -> Figures:
        with bench.call(size, plain=plain) as people:
            return bench.window(people).figures()

    return lambda bench: [compare(bench, f"{size}, grid", wanted, measure)]


def one_camera(size: int, wanted: str) -> Scenario:
    """What encoding costs on a machine that is not busy with the pictures of others. Encoder and bits are those of the first."""

    def measure(bench: Bench, plain: bool) -> Figures:
        with bench.call(size, plain=plain) as people:
            for person in people[1:]:
                person.control("Camera").click()
            bench.wait(people)
            return bench.window(people).of(0)

    return lambda bench: [compare(bench, f"{size}, grid, one camera", wanted, measure)]


def speaker_view(bench: Bench) -> Sequence[Row]:
    size = 8
    heights: list[str] = []

    def measure(bench: Bench, plain: bool) -> Figures:
        with bench.call(size, plain=plain) as people:
            turned = [person.turn_to_speaker_view() for person in people]
            bench.wait(people)
            seen = bench.window(people)
        of_speaker = [one for one in seen.pictures() if one.sender == 0]
        heights.append(_pictures(of_speaker) + ("" if all(turned) else " (this build has no speaker view: in the grid)"))
        return seen.figures()

    wanted = "encoder <= 0.15, sent <= 0.25, main thread's scripts <= 5 %"
    row = compare(bench, f"{size}, speaker view", wanted, measure)
    plain, ours = heights[-2:]
    return [row, Finding("8, speaker view: the picture of the speaker", plain, ours, "full quality for everyone")]


def twenty(bench: Bench) -> Sequence[Row]:
    """A plain mesh of twenty at 720p does not come about on one machine, so there is none beside it."""
    with bench.call(20, window=SMALL) as people:
        seen = bench.window(people)
    found = seen.figures()
    shown = len(seen.pictures()) / len(people)
    ours = f"{found.sent:.0f} kbit/s per person; {shown:.1f} pictures shown per page, {_pictures(seen.pictures())}; "
    ours += f"{found.encoder:.0f} ms/s, {found.cpu:.2f} cores in all, sound concealed {found.concealed:.2%}"
    return [Finding("20, sound for all, window of 480x360", "-", ours, "<= 1500 kbit/s")]


# Demands


def hidden(bench: Bench) -> Sequence[Row]:
    def hide(bench: Bench, plain: bool) -> str:
        return _stopped(bench, plain, lambda person: int(person.probe("hide", True)))

    def shrink(bench: Bench, plain: bool) -> str:
        return _stopped(bench, plain, _shrink)

    return [
        both(bench, "6, one hides the tab: time until its pictures stop", "<= 1000 ms", hide),
        both(bench, "6, one's window shrinks to 480x360: time until pictures off its page stop", "<= 1000 ms", shrink),
    ]


def _shrink(person: Participant) -> int:
    began = time.time()
    person.page.set_viewport_size(SMALL)
    return int(began * 1000)


def _stopped(bench: Bench, plain: bool, act: Callable[[Participant], int]) -> str:
    """Bytes are counted where they are sent."""
    with bench.call(6, plain=plain) as people:
        viewer, *senders = people
        ssrcs = [one["ssrc"] for one in viewer.read()["received"] if one["shown"] and one["frames"]]
        for sender in senders:
            sender.probe("watch", [ssrcs, WATCH_SECONDS * 1000])
        began = act(viewer)
        watched = [one for sender in senders for one in sender.probe("watched")]
    waits = sorted(last - began for last, still in watched if still >= STILL_SECONDS * 1000)
    stopped = f"median {max(0, median(waits)):.0f} ms, last {max(0, waits[-1]):.0f} ms" if waits else "none"
    return f"{len(waits)} of {len(watched)} stopped: {stopped}"


def large(bench: Bench) -> Sequence[Row]:
    with bench.call(6) as people:
        viewer, *others = people
        times = [_enlarge(viewer, others[number % len(others)].name) for number in range(TRIES)]
    came = [one for one in times if one is not None]
    ours = f"median {median(came):.0f} ms (most {max(came):.0f})" if came else "never"
    ours += f", {len(times) - len(came)} of {len(times)} did not come within {TRY_MS / 1000:.0f} s"
    return [Finding("6, double-click on a tile: time until its first larger frame", "-", ours, "<= 500 ms")]


def _enlarge(viewer: Participant, name: str) -> float | None:
    tile = viewer.tile(name)
    video = tile.locator("video")
    small = int(video.evaluate("(video) => video.videoHeight"))
    video.evaluate("(video, what) => window.probe.enlarge(video, what)", [LARGER * small, TRY_MS])
    tile.dblclick()
    found = viewer.probe("enlarged")
    tile.dblclick()
    _settle(viewer, name, small)
    return None if found is None else float(found)


def _settle(viewer: Participant, name: str, height: int) -> None:
    """Until the picture is small again; going down may take its time."""
    deadline = time.monotonic() + 2 * TRY_MS / 1000
    while viewer.tile(name).locator("video").evaluate("(video) => video.videoHeight") > height and time.monotonic() < deadline:
        viewer.page.wait_for_timeout(100)


# Lines


def thin_line(bench: Bench) -> Sequence[Row]:
    def measure(bench: Bench, plain: bool) -> str:
        with _lines(bench, plain) as (network, people):
            good = bench.window(people)
            _shape(network, "300kbit", down=True)
            bench.wait(people)
            thin = bench.window(people)
        before, after = (_between_others(one) for one in (good, thin))
        poor = [one for one in thin.pictures() if one.viewer == 0]
        return f"it: {_pictures(poor)}; the others: {_pictures(before)}, then {_pictures(after)}"

    return _shaped(bench, "6, one on a line of 300 kbit/s both ways", "it gets the low layer, the others lose <= 5 %", measure)


def thin_uplink(bench: Bench) -> Sequence[Row]:
    def measure(bench: Bench, plain: bool) -> str:
        with _lines(bench, plain) as (network, people):
            _shape(network, "500kbit", down=False)
            bench.wait(people)
            seen = bench.window(people)
        sounds = [one for one in seen.sounds() if one.sender == 0]
        pictures = [one for one in seen.pictures() if one.sender == 0]
        return f"{share(sounds):.2%} of its sound concealed; its pictures {_pictures(pictures)}"

    return _shaped(bench, "6, one with an uplink of 500 kbit/s", "<= 1 % concealed", measure)


def _shaped(bench: Bench, what: str, wanted: str, measure: Callable[[Bench, bool], str]) -> Sequence[Row]:
    if reason := why_not():
        return [Finding(what, "-", f"skipped: {reason}", wanted)]
    return [both(bench, what, wanted, measure)]


@contextmanager
def _lines(bench: Bench, plain: bool) -> Iterator[tuple[Network, list[Participant]]]:
    """The first of six people has a line of their own, at first a good one."""
    with tempfile.TemporaryDirectory(dir=bench.directory) as folder:
        directory = Path(folder)
        with ground(directory, bench.database, bench.static, {}) as here:
            first, others = (here.network.script(directory, client, program()) for client in ("bob", "alice"))
            place = Place(ORIGINS, first, others, [SECURE])
            with bench.call(6, plain=plain, place=place, slug=here.rooms.pop()) as people:
                yield here.network, people


def _shape(network: Network, rate: str, *, down: bool) -> None:
    """From now on; Bob's line is that of the first."""
    network.shape("bob", "eth0", rate, QUEUE)
    if down:
        network.shape(CORE, "bob", rate, QUEUE)


def _between_others(seen: Window) -> list[Picture]:
    return [one for one in seen.pictures() if 0 not in (one.sender, one.viewer)]


def _pictures(pictures: Sequence[Picture]) -> str:
    if not pictures:
        return "no picture"
    rates = [one.rate for one in pictures]
    heights = [one.height for one in pictures]
    return f"{median(rates):.1f} fps (least {min(rates):.1f}) at {median(heights):.0f} lines (least {min(heights)})"


SCENARIOS: dict[str, Scenario] = {
    "grid4": grid(4, "encoder <= 0.4, sent <= 0.7, >= 20 fps"),
    "grid6": grid(6, "encoder <= 0.25, sent <= 0.5, fps no lower, 0 freezes"),
    "one4": one_camera(4, "encoder <= 0.4, sent <= 0.7"),
    "one6": one_camera(6, "encoder <= 0.25, sent <= 0.5, fps no lower, 0 freezes"),
    "speaker8": speaker_view,
    "hidden": hidden,
    "twenty": twenty,
    "large": large,
    "line300": thin_line,
    "uplink500": thin_uplink,
}
