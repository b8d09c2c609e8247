"""The scenarios. Each runs calls and returns its measurements, as rows of one of two tables."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import ViewportSize

from bench.mesh.crowd import Crowd
from bench.mesh.figures import Figures, Picture, Sample, Sight, Window, among, medians, sample, share, window
from bench.mesh.people import PATIENCE_SECONDS, PROBE, Media, Meeting, Participant, Place, call
from tests.browser import deployment as deploying
from tests.browser import firefox
from tests.browser.chromium import program
from tests.browser.person import eventually
from tests.chaos.network import CORE, Network, why_not
from tests.chaos.paths import ORIGINS, SECURE, ground

#: Real pages in a call of more than four. With more, the time of two cores would be measured and not that of a page.
MEASURED = 2
SPEAKER = 0
#: After the two who have Chromium.
FIONA = 2
GRID, SPEAKER_VIEW = "grid", "speaker view"
TRIES = 20
TRY_MS = 5_000
#: Nobody looks at video for less, and demands that change more often have to wait (KEYS in rtc/encoding/carrier.js).
REST_MS = 7_000
#: A browser that has little time shrinks and grows pictures by itself, in smaller steps.
LARGER = 1.4
#: Lines of the cameras.
WHOLE = 720
SMALL: ViewportSize = {"width": 480, "height": 360}
#: Video has stopped if nothing is sent in the rest of this time, which is at least so long.
WATCH_SECONDS, STILL_SECONDS = 5.0, 2.0
#: The queue of a shaped connection, about that of a home router.
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
    #: In place of the scenario's own numbers, for a short run.
    people: int | None = None

    @contextmanager
    def call(self, size: int, *, place: Place | None = None, **options: Any) -> Iterator[Meeting]:
        """A call that has been running for a while, in which everybody shows the others."""
        with call(place or self.place, self.media, self.people or size, **options) as meeting:
            self.settle(meeting)
            yield meeting

    def settle(self, meeting: Meeting, *, speaker: int | None = SPEAKER) -> None:
        meeting.look(speaker=speaker)
        meeting.people[0].page.wait_for_timeout(self.warm * 1000)

    def window(self, meeting: Meeting) -> Window:
        return window(meeting, self.seconds)


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
    """All are real."""

    def measure(bench: Bench, plain: bool) -> Figures:
        with bench.call(size, plain=plain) as meeting:
            return bench.window(meeting).figures()

    return lambda bench: [compare(bench, f"{size}, grid", wanted, measure)]


def one_camera(size: int, wanted: str) -> Scenario:
    """What encoding costs on a machine that is not busy with the pictures of others. Encoder and bits are those of the first."""

    def measure(bench: Bench, plain: bool) -> Figures:
        with bench.call(size, plain=plain) as meeting:
            for person in meeting.people[1:]:
                person.control("Camera").click()
            bench.settle(meeting)
            return bench.window(meeting).of(0)

    return lambda bench: [compare(bench, f"{size}, grid, one camera", wanted, measure)]


@dataclass(frozen=True)
class Turns:
    """The cost of one person, first as speaker, then as listener; and how the others see them."""

    speaks: Figures
    listens: Figures
    seen: str


def in_turn(size: int, layout: str, wanted: str) -> Scenario:
    """Measure one person, on a machine that has time for one."""

    def rows(bench: Bench) -> Sequence[Row]:
        plain, ours = (_turns(bench, size, layout, plain) for plain in (True, False))
        mean = [among(one.speaks, one.listens, size) for one in (plain, ours)]
        what = _named(f"{size}, {layout}", size, 1)
        return [
            Comparison(f"{what}: one who speaks", plain.speaks, ours.speaks, "-"),
            Comparison(f"{what}: one who listens", plain.listens, ours.listens, "-"),
            Comparison(f"{what}: mean of one who speaks and {size - 1} who listen", mean[0], mean[1], wanted),
            Finding(f"{what}: the picture of who speaks", plain.seen, ours.seen, "full quality for everyone"),
        ]

    return rows


def _turns(bench: Bench, size: int, layout: str, plain: bool) -> Turns:
    found = [_take_turns(bench, size, layout, plain) for _ in range(bench.runs)]
    speaks, listens = (medians([pair[turn].of(SPEAKER) for pair in found]) for turn in (0, 1))
    return Turns(speaks, listens, "; ".join(_sights(pair[0]) for pair in found))


def _take_turns(bench: Bench, size: int, layout: str, plain: bool) -> tuple[Window, Window]:
    with bench.call(size, measured=MEASURED, alone=True, plain=plain) as meeting:
        if layout == SPEAKER_VIEW:
            for person in meeting.people:
                person.turn_to_speaker_view()
            bench.settle(meeting)
        speaks = bench.window(meeting)
        meeting.pass_the_word()
        bench.settle(meeting, speaker=None)
        return speaks, bench.window(meeting)


def _sights(seen: Window) -> str:
    shown = [one for one in seen.pictures() if one.sender == SPEAKER]
    return f"shown: {_pictures(shown)}; sent to the {len(seen.glances(SPEAKER))} guests: {_pictures(seen.glances(SPEAKER))}"


def two(bench: Bench) -> Sequence[Row]:
    """Their cameras have just been turned on."""

    def measure(bench: Bench, plain: bool) -> str:
        with call(bench.place, bench.media, 2, plain=plain) as meeting:
            began = time.monotonic()
            video = meeting.people[1].tile(meeting.people[SPEAKER].name).locator("video")
            eventually(
                lambda: video.evaluate("(video) => video.videoHeight") >= WHOLE, seconds=PATIENCE_SECONDS, what="all lines"
            )
            return f"{time.monotonic() - began:.1f} s"

    return [both(bench, f"2: time until the picture has all its {WHOLE} lines", "-", measure)]


def twenty(bench: Bench) -> Sequence[Row]:
    """Without a plain mesh for comparison: twenty people at 720p do not connect on one machine."""
    with bench.call(20, measured=MEASURED, plain=False, window=SMALL) as meeting:
        seen = bench.window(meeting)
        shown = [person.shows() for person in meeting.people]
    found = seen.figures()
    speaker, other = (seen.of(number).sent for number in (0, 1))
    ours = f"{other:.0f} kbit/s (who speaks: {speaker:.0f}); {shown} pictures on the page, {_pictures(seen.pictures())}; "
    ours += f"{found.encoder:.0f} ms/s, {found.cpu:.2f} cores in all, sound concealed {found.concealed:.2%}"
    return [Finding(_named("20, sound for all, window of 480x360", 20, MEASURED), "-", ours, "<= 1500 kbit/s")]


def _named(what: str, size: int, measured: int) -> str:
    return f"{what} ({measured} measured)" if measured < size else what


def firefox_too(bench: Bench) -> Sequence[Row]:
    """Two with Chromium and one with Firefox, whose camera is the browser's own test picture."""
    what, path = "3, one of them with Firefox", firefox.program()
    if path is None:
        return [Finding(what, "-", "skipped: it is not installed", "-")]
    with (
        tempfile.TemporaryDirectory(dir=bench.directory) as folder,
        bench.call(2, plain=False, slug=deploying.room(capacity=3).slug) as meeting,
        firefox.running(Path(folder), path, [PROBE]) as fiona,
    ):
        fiona.join(f"{bench.place.origins[0]}/{meeting.slug}", "Fiona")
        eventually(lambda: all(person.connected(2) for person in meeting.people), seconds=PATIENCE_SECONDS, what="Fiona's pairs")
        meeting.people[0].page.wait_for_timeout(bench.warm * 1000)
        before = _joined(sample(meeting), fiona)
        meeting.people[0].page.wait_for_timeout(bench.seconds * 1000)
        seen = Window(before, _joined(sample(meeting), fiona))
    sees, seen_by = ([one for one in seen.pictures() if getattr(one, end) == FIONA] for end in ("viewer", "sender"))
    heard = [one for one in seen.sounds() if one.viewer == FIONA]
    freezes = sum(one.freezes for one in sees)
    own, shared = seen.encoder(FIONA), seen.encoder(SPEAKER)
    ours = f"Firefox sees {_pictures(sees)}, with {freezes} freezes, and hears with {share(heard):.2%} concealed; "
    ours += (
        f"Chromium sees of it {_pictures(seen_by)}; encoders: {own:.0f} ms/s in Firefox, {shared:.0f} in Chromium, which shares"
    )
    return [Finding(what, "-", ours, "-")]


def _joined(readings: Sample, fiona: firefox.Firefox) -> Sample:
    return replace(readings, readings=[*readings.readings, fiona.evaluate("window.probe.read()")])


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
    """When video has stopped, by the bytes that are sent."""
    with bench.call(6, measured=MEASURED, plain=plain) as meeting:
        viewer, *others = meeting.people
        senders: list[Participant | Crowd] = [*others, *([meeting.crowd] if meeting.crowd else [])]
        ssrcs = [one["ssrc"] for one in viewer.read()["received"] if one["shown"] and one["frames"]]
        for sender in senders:
            sender.probe("watch", [ssrcs, WATCH_SECONDS * 1000])
        began = act(viewer)
        watched = [one for sender in senders for one in sender.probe("watched")]
    waits = sorted(last - began for last, still in watched if still >= STILL_SECONDS * 1000)
    stopped = f"median {max(0, median(waits)):.0f} ms, last {max(0, waits[-1]):.0f} ms" if waits else "none"
    return f"{len(waits)} of {len(watched)} stopped: {stopped}"


def large(bench: Bench) -> Sequence[Row]:
    """On a machine with time left: only the other of the two who are measured has a camera on."""
    with bench.call(3, measured=MEASURED, plain=False) as meeting:
        viewer, other = meeting.people
        viewer.control("Camera").click()
        bench.settle(meeting)
        times = [_enlarge(viewer, other.name) for _ in range(TRIES)]
    came = [one for one in times if one is not None]
    ours = f"median {median(came):.0f} ms (most {max(came):.0f})" if came else "never"
    ours += f", {len(times) - len(came)} of {len(times)} did not come within {TRY_MS / 1000:.0f} s"
    return [Finding(_named("3, double-click on a tile: time until its first larger frame", 3, MEASURED), "-", ours, "<= 500 ms")]


def _enlarge(viewer: Participant, name: str) -> float | None:
    tile = viewer.tile(name)
    video = tile.locator("video")
    small = int(video.evaluate("(video) => video.videoHeight"))
    video.evaluate("(video, what) => window.probe.enlarge(video, what)", [LARGER * small, TRY_MS])
    tile.dblclick()
    found = viewer.probe("enlarged")
    tile.dblclick()
    _settle(viewer, name, small)
    viewer.page.wait_for_timeout(REST_MS)
    return None if found is None else float(found)


def speaking(bench: Bench) -> Sequence[Row]:
    """The first of them takes the floor from a guest, again and again; nobody else has a camera on."""
    with bench.call(3, measured=MEASURED, plain=False, window=SMALL) as meeting:
        viewer = meeting.people[1]
        viewer.control("Camera").click()
        found = [_sharpen(meeting, viewer) for _ in range(TRIES // 2)]
    came = [one for one, _ in found if one is not None]
    ours = f"median {median(came):.0f} ms (most {max(came):.0f})" if came else "never"
    ours += f", {len(found) - len(came)} of {len(found)} did not come within {TRY_MS / 1000:.0f} s; longest wait for a picture: "
    ours += f"median {median(gap for _, gap in found):.0f} ms, most {max(gap for _, gap in found):.0f}"
    what = _named("3, somebody begins to speak: from the sign on their tile to its first larger frame", 3, MEASURED)
    return [Finding(what, "-", ours, "<= 1000 ms, no wait over 500 ms")]


def _sharpen(meeting: Meeting, viewer: Participant) -> tuple[float | None, float]:
    """How long it took, and the longest freeze of the video meanwhile."""
    assert meeting.crowd
    speaker = meeting.people[SPEAKER]
    meeting.pass_the_word()
    viewer.page.wait_for_timeout(REST_MS)
    video = viewer.tile(speaker.name).locator("video")
    small = int(video.evaluate("(video) => video.videoHeight"))
    video.evaluate("(video, what) => window.probe.enlarge(video, what)", [LARGER * small, TRY_MS])
    video.evaluate("(video, ms) => window.probe.stand(video, ms)", TRY_MS)
    meeting.crowd.speak(False)
    speaker.control("Microphone").click()
    return viewer.probe("enlarged"), float(viewer.probe("stood"))


def handover(bench: Bench) -> Sequence[Row]:
    """Two receivers share a layer, one does not: somebody leaves and comes, again and again."""
    with bench.call(3, measured=MEASURED, plain=False) as meeting:
        viewer = meeting.people[1]
        viewer.control("Camera").click()
        bench.settle(meeting)
        gaps = [_change_hands(meeting, viewer, number) for number in range(TRIES // 4)]
    left, came = ([gap[turn] for gap in gaps] for turn in (0, 1))
    ours = "; ".join(
        f"when one {what}: median {median(waits):.0f} ms, most {max(waits):.0f}"
        for what, waits in (("leaves", left), ("comes", came))
    )
    return [Finding(_named("3, and 2: longest wait for a picture", 3, MEASURED), "-", ours, "<= 500 ms")]


def _change_hands(meeting: Meeting, viewer: Participant, number: int) -> tuple[float, float]:
    """The longest freeze of the first person's video, when a guest left and when another came."""
    assert meeting.crowd
    video = viewer.tile(meeting.people[SPEAKER].name).locator("video")
    video.evaluate("(video, ms) => window.probe.stand(video, ms)", TRY_MS)
    meeting.crowd.leave()
    left = float(viewer.probe("stood"))
    video.evaluate("(video, ms) => window.probe.stand(video, ms)", 2 * TRY_MS)
    meeting.crowd.enter(meeting.slug, number + 4, 1)
    meeting.wait()
    meeting.look()
    return left, float(viewer.probe("stood"))


def _settle(viewer: Participant, name: str, height: int) -> None:
    """Wait until the video is small again."""
    deadline = time.monotonic() + 2 * TRY_MS / 1000
    while viewer.tile(name).locator("video").evaluate("(video) => video.videoHeight") > height and time.monotonic() < deadline:
        viewer.page.wait_for_timeout(100)


# Connections with little bandwidth


def thin_line(bench: Bench) -> Sequence[Row]:
    """For somebody who listens: to send audio to five others takes nearly all of 300 kbit/s."""

    def measure(bench: Bench, plain: bool) -> str:
        with _lines(bench, MEASURED + 1, plain) as (network, meeting):
            meeting.pass_the_word()
            good = bench.window(meeting)
            _shape(network, "300kbit", down=True)
            bench.settle(meeting)
            thin = bench.window(meeting)
        before, after = (_between_others(one) for one in (good, thin))
        poor = [one for one in thin.pictures() if one.viewer == 0]
        return f"it: {_pictures(poor)}; the others: {_pictures(before)}, then {_pictures(after)}"

    return _shaped(
        bench, "6, one who listens on a line of 300 kbit/s both ways", "it gets the low layer, the others lose <= 5 %", measure
    )


def thin_uplink(bench: Bench) -> Sequence[Row]:
    def measure(bench: Bench, plain: bool) -> str:
        with _lines(bench, MEASURED, plain) as (network, meeting):
            _shape(network, "500kbit", down=False)
            bench.settle(meeting)
            seen = bench.window(meeting)
        sounds = [one for one in seen.sounds() if one.sender == 0]
        pictures = [one for one in seen.pictures() if one.sender == 0]
        return f"{share(sounds):.2%} of its sound concealed; its pictures {_pictures(pictures)}"

    return _shaped(bench, "6, one with an uplink of 500 kbit/s", "<= 1 % concealed", measure)


def _shaped(bench: Bench, what: str, wanted: str, measure: Callable[[Bench, bool], str]) -> Sequence[Row]:
    if reason := why_not():
        return [Finding(what, "-", f"skipped: {reason}", wanted)]
    return [both(bench, what, wanted, measure)]


@contextmanager
def _lines(bench: Bench, measured: int, plain: bool) -> Iterator[tuple[Network, Meeting]]:
    """The first of six people has a connection of their own, which is good at first."""
    with tempfile.TemporaryDirectory(dir=bench.directory) as folder:
        directory = Path(folder)
        with ground(directory, bench.database, bench.static, {}) as here:
            first, others = (here.network.script(directory, client, program()) for client in ("bob", "alice"))
            place = Place(ORIGINS, first, others, [SECURE])
            with bench.call(6, measured=measured, plain=plain, place=place, slug=here.rooms.pop()) as meeting:
                yield here.network, meeting


def _shape(network: Network, rate: str, *, down: bool) -> None:
    """Shape the connection of the first person (Bob) from now on."""
    network.shape("bob", "eth0", rate, QUEUE)
    if down:
        network.shape(CORE, "bob", rate, QUEUE)


def _between_others(seen: Window) -> list[Picture]:
    return [one for one in seen.pictures() if 0 not in (one.sender, one.viewer)]


def _pictures(pictures: Sequence[Sight]) -> str:
    if not pictures:
        return "no picture"
    rates = [one.rate for one in pictures]
    heights = [one.height for one in pictures]
    return f"{median(rates):.1f} fps (least {min(rates):.1f}) at {median(heights):.0f} lines (least {min(heights)})"


SCENARIOS: dict[str, Scenario] = {
    "two": two,
    "grid4": grid(4, "encoder <= 0.4, sent <= 0.7, >= 20 fps"),
    "grid6": in_turn(6, GRID, "encoder <= 0.25, sent <= 0.5, fps no lower, 0 freezes"),
    "one4": one_camera(4, "encoder <= 0.4, sent <= 0.7"),
    "speaker8": in_turn(8, SPEAKER_VIEW, "encoder <= 0.15, sent <= 0.25, main thread's scripts <= 5 %"),
    "hidden": hidden,
    "twenty": twenty,
    "firefox": firefox_too,
    "large": large,
    "speaking": speaking,
    "handover": handover,
    "line300": thin_line,
    "uplink500": thin_uplink,
}
