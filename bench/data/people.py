"""People in a meeting, each with a browser and a profile of their own: so files are kept on the disk, as they are for people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict, cast

from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.browser.chatting import open_chat
from tests.browser.chromium import FLAGS, program
from tests.browser.filing import card, press
from tests.browser.person import Person, eventually

PROBE = Path(__file__).with_name("probe.js")
PATIENCE_SECONDS = 600.0
HAS = """(name) => new Promise((resolve) => {
    const cards = () => [...document.querySelectorAll("chat-panel .chat-list file-card")];
    const has = () => cards().some((card) => card.textContent.includes(name) && card.textContent.includes("You have this file."));
    const observer = new MutationObserver(() => has() && (observer.disconnect(), resolve()));
    observer.observe(document.querySelector("chat-panel"), { subtree: true, childList: true, characterData: true });
    if (has()) resolve();
})"""


class Reading(TypedDict):
    """Sums since the page was opened; ``delays`` of messages on ``control`` in ms, since the last reading."""

    samples: int
    concealed: int
    sent: int
    delays: list[float]


class Profile:
    """A browser that has one context, which is not private."""

    def __init__(self, playwright: Playwright, path: str | Path, directory: Path, flags: Sequence[str]) -> None:
        self._playwright, self._path, self._flags = playwright, path, flags
        self.directory = directory

    def new_context(self, **options: Any) -> Any:
        arguments = [*FLAGS, *self._flags]
        return self._playwright.chromium.launch_persistent_context(
            self.directory, executable_path=self._path, args=arguments, **options
        )


class Sharer(Person):
    """Somebody with a microphone and no camera."""

    def __init__(self, name: str, profile: Profile, origin: str, cookie: str = "") -> None:
        super().__init__(name, cast(Browser, profile), origin, cookie)
        self.context.set_default_timeout(PATIENCE_SECONDS * 1000)
        self.context.add_init_script("localStorage.setItem('camera', 'off')")
        self.context.add_init_script(path=PROBE)
        self._directory = profile.directory

    def enter(self, slug: str) -> None:
        self.open(f"/{slug}")
        if self.name_field.is_visible():
            self.name_field.fill(self.name)
        self.ask_to_join()
        expect(self.tile(f"{self.name} (you)")).to_be_visible()
        open_chat(self)

    def read(self) -> Reading:
        return cast(Reading, self.page.evaluate("() => window.data.read()"))

    def bare(self, method: str, argument: Any = None) -> Any:
        return self.page.evaluate(f"(argument) => window.data.bare.{method}(argument)", argument)

    def cut(self) -> None:
        """Lose all connections."""
        self.page.evaluate("() => window.data.cut()")

    def reload(self) -> None:
        self.page.reload()
        expect(self.tile(f"{self.name} (you)")).to_be_visible()
        open_chat(self)

    def offer(self, path: Path) -> None:
        self.page.locator("chat-panel input[type=file]").set_input_files(path)
        expect(card(self, path.name)).to_be_visible()

    def get(self, name: str) -> None:
        press(self, "Get", name)

    def has(self, name: str) -> None:
        """Wait until it has the file; its page, and nobody who asks again and again, says when."""
        self.page.evaluate(HAS, name)

    def percent(self, name: str) -> int:
        """How much of it is here, as its card says."""
        note = card(self, name).locator(".file-note")
        found = re.search(r"(\d+)\s?%", note.inner_text()) if note.count() else None
        return int(found[1]) if found else 0

    def renderers(self) -> list[int]:
        """The processes of the pages of this browser."""
        return list(_renderers(self._directory))


@dataclass(frozen=True)
class Place:
    """Where somebody is: the address of the product from there, the program that is the browser, and the cookie of a login."""

    name: str
    origin: str
    browser: str | Path
    cookie: str = ""


@contextmanager
def meeting(directory: Path, slug: str, places: Sequence[Place], flags: Sequence[str]) -> Iterator[list[Sharer]]:
    """All of them, connected, with the chat open."""
    with ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())
        people = []
        for number, place in enumerate(places):
            profile = Profile(playwright, place.browser, directory / f"profile-{slug}-{number}", flags)
            people.append(Sharer(place.name, profile, place.origin, place.cookie))
            stack.callback(people[-1].close)
        for person in people:
            person.enter(slug)
        for person in people:
            eventually(lambda person=person: person.connected(len(people) - 1), what=f"the pairs of {person.name}")  # type: ignore[misc]
        yield people


def loopback(origins: Sequence[str], *names: str) -> list[Place]:
    return [Place(name, origins[number % len(origins)], program()) for number, name in enumerate(names)]


def _renderers(directory: Path) -> Iterator[int]:
    """The processes of the pages of the browser with this profile."""
    parents = {}
    lines = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            lines[int(path.name)] = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            parents[int(path.name)] = int((path / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    family = {pid for pid, line in lines.items() if f"--user-data-dir={directory}" in line}
    for _ in range(3):
        family |= {pid for pid, parent in parents.items() if parent in family}
    return (pid for pid in family if "--type=renderer" in lines[pid])


def private_bytes(pid: int) -> int:
    """What this process has for itself alone."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return 1024 * sum(int(size) for size in re.findall(r"^Private_\w+:\s+(\d+) kB", text, re.M))
