"""How fast thirty people part into six breakout rooms and come back, and who is lost when a worker is killed meanwhile.

    make bench-breakouts ARGS="--pages 4 --rounds 5"

Two workers. A host and most people are sockets that do what a page does: they keep the roster, and resume on the other worker
when theirs is gone. Some people are real pages, two in a room, all on the first worker.

- *Moved*: from the host's message until everybody's roster is that of their room, and no other.
- *Connected*: until the two pages in a room are connected to each other and to nobody else; after coming back, until each page is
  connected to every other page. Sockets answer no offers, so a page in the main room tries in vain to reach most people.
- *A worker killed*: the second worker is killed (SIGKILL) at the moment in which the host's message is sent. Until everybody is
  there again, in their room, with the same id.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from math import inf, isinf
from statistics import median
from typing import Any

from django.conf import settings
from playwright.async_api import Browser, Page, ViewportSize, async_playwright
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from bench import deployments, machine, results
from tests.browser import deployment as deploying
from tests.browser.chromium import FLAGS, program
from tests.browser.person import RECORDER

PEOPLE, ROOMS = 30, 6
PATIENCE_SECONDS = 60.0
WANTED_SECONDS = 3.0
VIEWPORT: ViewportSize = {"width": 480, "height": 360}
HEAD = ("what", "median", "worst", "wanted")

Message = dict[str, Any]


class Walker:
    """A participant without a page. ``here`` is whom its roster has, ``place`` where it is."""

    def __init__(self, ports: Sequence[int], slug: str, cookie: str, name: str) -> None:
        self._ports = list(ports)
        self._slug = slug
        self._cookie = cookie
        self._name = name
        self._wire: ClientConnection | None = None
        self._resume: Message | None = None
        self.ids: list[str] = []
        self.here: set[str] = set()
        self.place = ""
        self.rooms: list[str] = []
        self.lost: list[str] = []
        self.people: dict[str, str] = {}

    @property
    def id(self) -> str:
        return self.ids[-1] if self.ids else ""

    async def live(self) -> None:
        """Join, and come back on the next worker whenever the socket is lost; until cancelled."""
        while True:
            with suppress(OSError, ConnectionClosed):
                await self._stay()
            self._ports.append(self._ports.pop(0))
            await asyncio.sleep(0.1)

    async def _stay(self) -> None:
        port = self._ports[0]
        headers = {"Cookie": self._cookie}
        origin = Origin(f"http://127.0.0.1:{port}")
        address = f"ws://127.0.0.1:{port}/socket/{self._slug}"
        async with connect(address, origin=origin, additional_headers=headers, compression=None) as self._wire:
            await self.send({"type": "join", "name": self._name, "capabilities": ["breakouts"], **(self._resume or {})})
            async for frame in self._wire:
                for message in json.loads(frame):
                    self._take(message)

    async def send(self, message: Message) -> None:
        if self._wire is None:
            raise RuntimeError("not connected")
        await self._wire.send(json.dumps([message]))

    def _take(self, message: Message) -> None:
        match message["type"]:
            case "welcomed":
                self.ids.append(message["id"])
                self._resume = {"resume": {"id": message["id"], "token": message["token"]}}
                self.here = {one["id"] for one in message["participants"]}
            case "roster" | "placed":
                self.here = {one["id"] for one in message["participants"]}
            case "joined":
                self.here.add(message["participant"]["id"])
            case "left":
                self.here.discard(message["id"])
                if message["reason"] != "moved":
                    self.lost.append(message["id"])
            case "breakouts":
                self.place, self.rooms = message["place"], [one["id"] for one in message["rooms"]]
                self.people = {one["id"]: one["place"] for one in message["people"]}


class Crowd:
    """Everybody in one room. The first is the host."""

    def __init__(self, walkers: list[Walker], pages: list[Page], ids: list[str]) -> None:
        self.walkers = walkers
        self.pages = pages
        self._page_ids = ids

    @property
    def plan(self) -> dict[str, int]:
        """The number of the room of everybody but the host: the pages in the first ones, the others evenly in the rest."""
        first = (len(self.pages) + 1) // 2
        plan = {one.id: first + number % (ROOMS - first) for number, one in enumerate(self.walkers[1:])}
        return plan | {one: number // 2 for number, one in enumerate(self._page_ids)}

    async def part(self, meanwhile: Callable[[], None] = lambda: None) -> tuple[float, float]:
        """Seconds until everybody is in their room, and until the pages are connected there, and to nobody else."""
        plan, host = self.plan, self.walkers[0]
        names = [f"Room {number + 1}" for number in range(ROOMS)]
        began = time.perf_counter()
        await host.send({"type": "divide", "names": names, "how": "hand", "people": plan})
        meanwhile()
        moved = await until(lambda: len(host.rooms) == ROOMS and all(self._is_placed(one, plan) for one in self.walkers), began)
        if {one: host.rooms.index(place) for one, place in host.people.items() if place} != plan:
            raise RuntimeError("the host sees somebody in another room")
        return moved, await until_async(self._pages_are_paired, began)

    async def gather(self) -> tuple[float, float]:
        """Seconds until everybody is in the main room, and until the pages are connected there."""
        everybody = {one.id for one in self.walkers} | set(self._page_ids)
        began = time.perf_counter()
        await self.walkers[0].send({"type": "gather"})
        moved = await until(lambda: all(one.here == everybody and not one.rooms for one in self.walkers), began)
        return moved, await until_async(self.pages_are_together, began)

    def _is_placed(self, walker: Walker, plan: dict[str, int]) -> bool:
        number = plan.get(walker.id)
        expected = {one for one, other in plan.items() if other == number} if number is not None else {walker.id}
        return walker.here == expected and walker.place == (walker.rooms[number] if number is not None and walker.rooms else "")

    async def _pages_are_paired(self) -> bool:
        return all([await states(page) == ["connected"] for page in self.pages])

    async def pages_are_together(self) -> bool:
        return all([(await states(page)).count("connected") == len(self.pages) - 1 for page in self.pages])


async def states(page: Page) -> list[str]:
    """Of the connections of a page that it has not closed."""
    found: list[str] = await page.evaluate("() => window.recorder.states()")
    return found


async def until(holds: Callable[[], bool], began: float) -> float:
    while not holds():
        if time.perf_counter() - began > PATIENCE_SECONDS:
            raise RuntimeError("it takes too long")
        await asyncio.sleep(0.005)
    return time.perf_counter() - began


async def until_async(holds: Callable[[], Any], began: float) -> float:
    """Infinite if it takes too long: a busy machine may be too slow for so many pages, and the rest is measured nevertheless."""
    while not await holds():
        if time.perf_counter() - began > PATIENCE_SECONDS:
            return inf
        await asyncio.sleep(0.02)
    return time.perf_counter() - began


async def measured(
    deployment: deployments.Deployment, slug: str, cookies: list[str], *, pages_count: int, rounds: int
) -> list[tuple[str, list[float]]]:
    first, second = deployment.ports
    walkers = [
        Walker((first, second) if number % 2 == 0 else (second, first), slug, cookie, f"Walker {number}")
        for number, cookie in enumerate(cookies)
    ]
    tasks = [asyncio.create_task(one.live()) for one in walkers]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program(), args=FLAGS)
        pages = [await _page(browser, deployment.servers[0].origin, slug, f"Page {number}") for number in range(pages_count)]
        began = time.perf_counter()
        await until(lambda: all(len(one.here) == PEOPLE for one in walkers), began)
        ids = sorted(walkers[0].here - {one.id for one in walkers})
        crowd = Crowd(walkers, pages, ids)
        settled = await until_async(crowd.pages_are_together, began)
        print(f"everybody has joined, and the pages are connected after {shown(settled)}", flush=True)
        parted, gathered = [], []
        for number in range(rounds):
            parted.append(await crowd.part())
            gathered.append(await crowd.gather())
            print(f"round {number + 1}: {say(*parted[-1])}; back {say(*gathered[-1])}", flush=True)
        killed = await crowd.part(deployment.servers[1].process.kill)
        home = await crowd.gather()
        if any(one.lost for one in walkers) or any(len(set(one.ids)) > 1 for one in walkers):
            raise RuntimeError("somebody was lost")
        await browser.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return [
        ("moved into six rooms", [moved for moved, _ in parted]),
        ("and the pages connected there", [connected for _, connected in parted]),
        ("moved back", [moved for moved, _ in gathered]),
        ("and the pages connected to each other again", [connected for _, connected in gathered]),
        ("moved while a worker of half of them is killed", [killed[0]]),
        ("and the pages connected there, after it", [killed[1]]),
        ("moved back after it", [home[0]]),
        ("and the pages connected to each other again, after it", [home[1]]),
    ]


def say(moved: float, connected: float) -> str:
    return f"moved {shown(moved)}, pages connected {shown(connected)}"


def shown(seconds: float) -> str:
    return f"not within {PATIENCE_SECONDS:.0f} s" if isinf(seconds) else f"{seconds:.2f} s"


async def _page(browser: Browser, origin: str, slug: str, name: str) -> Page:
    # Twenty-nine tiles that move and are redrawn by the processor take more of it than the calls that are measured.
    context = await browser.new_context(permissions=["camera", "microphone"], reduced_motion="reduce", viewport=VIEWPORT)
    await context.add_init_script(path=RECORDER)
    page: Page = await context.new_page()
    await page.goto(f"{origin}/{slug}")
    await page.get_by_label("Your name").fill(name)
    await page.get_by_role("button", name="Join", exact=True).click()
    return page


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    sockets = PEOPLE - options.pages
    with deployments.ours(2, pages=True) as deployment:
        owner = deploying.user("Alice")
        slug = deploying.room(owner=owner, capacity=40).slug
        name = settings.SESSION_COOKIE_NAME
        guests = [f"{name}={deploying.visitor(f'walker-{number}')}" for number in range(sockets - 1)]
        cookies = [f"{name}={deploying.login(owner)}", *guests]
        found = asyncio.run(measured(deployment, slug, cookies, pages_count=options.pages, rounds=options.rounds))
    rows = [
        (what, shown(median(seconds)), shown(max(seconds)), f"{WANTED_SECONDS:.0f} s" if "moved" in what else "–")
        for what, seconds in found
        if options.pages or "pages" not in what
    ]
    note = (
        f"{sockets} sockets and {options.pages} pages in {ROOMS} rooms on two workers, {options.rounds} rounds; then one in "
        "which a worker is killed (SIGKILL) as the host's message is sent. Nobody was lost or came back as somebody else, and "
        "each roster was exact."
    )
    results.append(
        "Breakout rooms",
        machine.describe(("channels", "daphne", "redis", "msgspec"), (program(),)),
        note,
        results.table(HEAD, rows),
    )


if __name__ == "__main__":
    main()
