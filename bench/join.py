"""``make bench-join``: how long it takes until the others are seen, beside the least it can take; and what the page weighs.

Ours and the bare page (``bare/``) take turns in one Chromium. A round measures the newcomer until the video of the last
of the others is decoded for the first time: from the click on Join, devices chosen; and from opening the link, devices
and name remembered, with an empty cache and with a full one. From the link, Join is clicked by a script as soon as the
page offers it (``join_at_once.js``).
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from bench import deployments, machine, results
from bench.weight import Weight, weigh
from tests.browser.chromium import launch
from tests.browser.person import Person, eventually

HERE = Path(__file__).parent
FIRST_FRAMES = HERE / "first_frames.js"
JOIN_AT_ONCE = HERE / "join_at_once.js"
REMEMBERED = "localStorage.setItem('name', 'Newcomer')"
SIZES = (2, 4)
ROOMS = (2, 4, 8)
ROUNDS = 7
SETTLED = """(count) => {
    const videos = [...document.querySelectorAll("video")];
    return videos.length === count && videos.every((video) => video.getVideoPlaybackQuality().totalVideoFrames > 20);
}"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""


@contextmanager
def bare_page() -> Iterator[str]:
    """Serve ``bare/``; yields its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(HERE / "bare")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/index.html"
    server.shutdown()
    server.server_close()


def frames(page: Page, count: int) -> list[float]:
    """When each of so many remote pictures was first decoded."""

    def seen() -> list[float]:
        times: list[float] = page.evaluate("() => window.firstFrames")
        return times if len(times) >= count else []

    return eventually(seen, seconds=40, what=f"{count} remote pictures")


class Bare:
    """One page in which the connections hand each other their descriptions."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._address = address

    def joined(self, size: int) -> float:
        """Milliseconds for a newcomer's ``size - 1`` pairs, while those of the others are running."""
        others = (size - 1) * (size - 2) // 2
        with self._page() as page:
            page.goto(self._address)
            page.evaluate("() => window.prepare()")
            page.evaluate("(pairs) => window.connect(pairs, false)", others)
            eventually(lambda: page.evaluate(SETTLED, 2 * others), seconds=40, what="the others' pictures")
            began = page.evaluate("(pairs) => window.connect(pairs, true)", size - 1)
            times = frames(page, size - 1)
        return float(times[-1] - began)

    def cold(self, size: int) -> float:
        """Milliseconds from the navigation, with an empty cache and the devices yet to be opened."""
        with self._page() as page:
            return self._opened(page, size)

    def warm(self, size: int) -> float:
        """As :meth:`cold`, by a browser that has been there."""
        with self._page() as page:
            page.goto(self._address)
            return self._opened(page, size)

    def _opened(self, page: Page, size: int) -> float:
        page.goto(f"{self._address}?pairs={size - 1}", wait_until="commit")
        return frames(page, size - 1)[-1]

    @contextmanager
    def _page(self) -> Iterator[Page]:
        context = self._browser.new_context(permissions=["camera", "microphone"])
        page = context.new_page()
        page.add_init_script(path=FIRST_FRAMES)
        yield page
        context.close()


class Ours:
    """A room with people in it, and one who comes and goes."""

    def __init__(self, browser: Browser, deployment: deployments.Deployment) -> None:
        self._browser = browser
        self._deployment = deployment

    @contextmanager
    def room(self, size: int) -> Iterator[None]:
        """``size - 1`` people are there, and the newcomer's browser has been in a call before."""
        slug = self._deployment.rooms(1)[0]
        self._path = f"/{slug}"
        people = [Person(f"Resident {number}", self._browser, self._origin(number)) for number in range(size - 1)]
        for person in people:
            person.join(slug)
        for person in people:
            eventually(lambda person=person: person.connected(size - 2), what="the residents' pairs")  # type: ignore[misc]
        self._newcomer = Person("Newcomer", self._browser, self._origin(1))
        self._newcomer.context.add_init_script(path=FIRST_FRAMES)
        self._returning = self._at_once()
        self._opened(self._returning, size)
        yield
        for person in [*people, self._newcomer, self._returning]:
            person.close()

    def joined(self, size: int) -> float:
        """Milliseconds from the click on Join."""
        page = self._newcomer.page
        self._newcomer.arrive(self._path.removeprefix("/"))
        self._newcomer.ask_to_join()
        times = frames(page, size - 1)
        began = page.evaluate("() => window.clickedAt")
        self._newcomer.leave()
        return float(times[-1] - began)

    def cold(self, size: int) -> float:
        """Milliseconds from the navigation, by a browser that was never here."""
        newcomer = self._at_once()
        time = self._opened(newcomer, size)
        newcomer.close()
        return time

    def warm(self, size: int) -> float:
        """Milliseconds from the navigation, by a browser that has been in a call."""
        return self._opened(self._returning, size)

    def _opened(self, newcomer: Person, size: int) -> float:
        newcomer.page.goto(self._path, wait_until="commit")
        times = frames(newcomer.page, size - 1)
        newcomer.leave()
        return times[-1]

    def _at_once(self) -> Person:
        newcomer = Person("Newcomer", self._browser, self._origin(1))
        newcomer.context.add_init_script(REMEMBERED)
        for script in (FIRST_FRAMES, JOIN_AT_ONCE):
            newcomer.context.add_init_script(path=script)
        return newcomer

    def frames(self, size: int) -> int:
        """How many WebSocket frames a newcomer has sent when all pairs are connected; the others have their devices off."""
        slug = self._deployment.rooms(1)[0]
        people = [Person(f"Resident {number}", self._browser, self._origin(number)) for number in range(size - 1)]
        for person in people:
            person.arrive(slug)
            for device in ("Camera", "Microphone"):
                person.page.locator("green-room").get_by_role("button", name=device).click()
            person.ask_to_join()
            expect(person.tile(f"{person.name} (you)")).to_be_visible()
        newcomer = Person("Newcomer", self._browser, self._origin(1))
        newcomer.join(slug)
        eventually(lambda: newcomer.connected(size - 1), seconds=60, what="the newcomer's pairs")
        count = len(newcomer.sent)
        for person in [*people, newcomer]:
            person.close()
        return count

    def weight(self) -> Weight:
        """Of the call page, until the newcomer sees the other."""
        person = Person("Cold", self._browser, self._origin(0))
        weight = weigh(person.page)
        person.join(self._path.removeprefix("/"))
        eventually(lambda: person.connections() and person.sees(1), what="a picture")
        person.close()
        return weight

    def _origin(self, number: int) -> str:
        ports = self._deployment.ports
        return f"http://127.0.0.1:{ports[number % len(ports)]}"


def row(what: str, size: int, ours: list[float], bare: list[float]) -> list[str]:
    ratio = median(ours) / median(bare)
    return [what, str(size), _figures(ours), _figures(bare), f"**{ratio:.2f}**"]


def _figures(times: list[float]) -> str:
    return f"{median(times):.0f} ms ({min(times):.0f} to {max(times):.0f})"


def turns(rounds: int, *measures: Callable[[], float]) -> list[list[float]]:
    """Each in turn, so that a busy moment of the machine hits all alike."""
    taken = [[measure() for measure in measures] for _ in range(rounds)]
    return [list(times) for times in zip(*taken, strict=True)]


WAYS: dict[str, Callable[[], AbstractContextManager[deployments.Deployment]]] = {
    "alone": deployments.alone,
    "two workers": partial(deployments.ours, 2, pages=True),
}


def main() -> None:
    quick = "--quick" in sys.argv
    rounds = 4 if quick else ROUNDS
    rows, weights = [], []
    with bare_page() as address:
        for way, start in WAYS.items():
            with start() as deployment, sync_playwright() as playwright:
                browser = launch(playwright)
                about = machine.describe(("daphne", "playwright"), [f"Chromium {browser.version}"])
                bare, ours = Bare(browser, address), Ours(browser, deployment)
                for size in SIZES:
                    with ours.room(size):
                        rows += [[way, *one] for one in measured(bare, ours, size, rounds)]
                        print(*rows[-3:], sep="\n", flush=True)
                        if size == SIZES[0]:
                            weights.append(weight_of(way, ours.weight()))
                frames_sent = ", ".join(f"**{ours.frames(size)}** into a room of {size}" for size in ROOMS)
                browser.close()
    results.append(
        "Joining (quick)" if quick else "Joining",
        about,
        f"Until the last of the others is seen; medians of {rounds} (least to most).",
        results.table(("", "", "people", "ours", "bare page", "ours / bare"), rows),
        f"WebSocket frames that a newcomer's page has sent when all its pairs are connected: {frames_sent}.",
        "\n".join(weights),
    )


def measured(bare: Bare, ours: Ours, size: int, rounds: int) -> Iterator[list[str]]:
    """A row for each measure."""
    for what, name in (("click on Join", "joined"), ("link, empty cache", "cold"), ("link, full cache", "warm")):
        yield row(what, size, *turns(rounds, *(partial(getattr(page, name), size) for page in (ours, bare))))


def weight_of(way: str, weight: Weight) -> str:
    deepest = ", ".join(url.rpartition("/")[2] for url in weight.deepest[:3])
    return (
        f"The call page ({way}), cold, until the other is seen: **{weight.bytes / 1000:.0f} kB** in {weight.requests} requests, "
        f"chain of requests {weight.depth} deep ({deepest})."
    )


if __name__ == "__main__":
    main()
