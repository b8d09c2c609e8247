"""Participants with little load. Eight real pages on two cores cannot be measured, because they wait for each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypedDict

from playwright.sync_api import Browser, Page, Route

HERE = Path(__file__).parent
PLACE = "/bench/mesh/crowd/"


class Glance(TypedDict):
    """What a guest was sent of a picture; ``pictures`` is a sum, without those that repeat the last."""

    ssrc: int
    height: int
    pictures: int


class Crowd:
    """Guests in one page (crowd/crowd.js), each connected to those who are measured and to no other of them."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self.browser = browser
        context = browser.new_context(base_url=origin, bypass_csp=True)
        context.add_init_script(path=HERE / "probe.js")
        context.route(f"**{PLACE}*", _serve)
        self.page: Page = context.new_page()
        self.page.goto("/")  # what was fulfilled here would be of no network, and might not open sockets
        self.page.evaluate(f"() => import('{PLACE}crowd.js')")
        self.size = 0

    def enter(self, slug: str, first: int, count: int) -> None:
        self._do("enter", [slug, first, count])
        self.size += count

    def connected(self, people: int) -> bool:
        return bool(self._do("connected", people))

    def turn_on(self) -> None:
        """Everybody's camera."""
        self._do("turnOn")

    def leave(self) -> None:
        """The one who came last."""
        self._do("leave")
        self.size -= 1

    def speak(self, speaking: bool = True) -> str:
        """Let one of them speak, by name, or be silent."""
        return str(self._do("speak", speaking))

    def look(self, name: str, width: float, height: float, *, speaking: bool, viewers: int) -> None:
        """Let so many guests show this person in this size, in CSS pixels, and the others not at all."""
        self._do("look", [name, {"width": width, "height": height}, speaking, viewers])

    def glances(self) -> list[Glance]:
        found: list[Glance] = self._do("glances")
        return found

    def probe(self, method: str, argument: Any = None) -> Any:
        return self.page.evaluate(f"(argument) => window.probe.{method}(argument)", argument)

    def _do(self, method: str, argument: Any = None) -> Any:
        return self.page.evaluate(f"(argument) => window.crowd.{method}(argument)", argument)


def _serve(route: Route) -> None:
    route.fulfill(path=HERE / "crowd" / Path(route.request.url).name)
