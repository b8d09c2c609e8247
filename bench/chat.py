"""What the chat costs, beside a bare data channel in the same run: from sent to shown, and a long history for who comes late.

    python -m bench.chat

``make bench-data`` includes :func:`rows`. Alice and Bob are in a room in which 1,000 messages were written.

- *Sent to shown*: Alice presses Enter, and the frame with her message has been shown in Bob's page.
- *History*: the chat's channel of a newcomer is open, and the frame with the last of the messages has been shown in the panel,
  which the newcomer opens at once.
- The bare channel (``bare/chat.js``) is one page that sends as many characters and shows them in a list.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench import deployments, machine, results
from bench.join import bare_page
from tests.browser.chatting import enter, open_chat, say
from tests.browser.chromium import launch
from tests.browser.person import Person, eventually

HERE = Path(__file__).parent
NOTES = HERE / "chat.js"
HEAD = ("what", "figure", "wanted")
MESSAGES = 1000
#: Characters of an entry with a short text, its signature and their JSON.
ENTRY_LENGTH = 520
NEWCOMERS = 7
SAID = 100
#: Writes so many messages as fast as the page takes them.
WRITE = """([from, to]) => {
    const field = document.querySelector("chat-panel textarea");
    for (let number = from; number < to; number += 1) {
        field.value = `message ${number}: words that somebody would write in a meeting`;
        field.form.requestSubmit();
    }
}"""


class Room:
    """Alice and Bob, and the messages they have written."""

    def __init__(self, browser: Browser, origins: Sequence[str], slug: str) -> None:
        self._browser = browser
        self._origins = origins
        self._slug = slug
        self._people = [self._person(name, number) for number, name in enumerate(("Alice", "Bob"))]
        for person in self._people:
            enter(person, slug)
        for person in self._people:
            eventually(lambda person=person: person.connected(1), what="the pair")  # type: ignore[misc]
            open_chat(person)
        # A participant may write 1,000.
        half = MESSAGES // 2
        for number, person in enumerate(self._people):
            person.page.evaluate(WRITE, [number * half, (number + 1) * half])
        for person in self._people:
            eventually(lambda person=person: _count(person) == MESSAGES, what="all messages")  # type: ignore[misc]

    def said(self, count: int) -> list[float]:
        """Milliseconds from sent to shown of each of so many messages."""
        alice, bob = self._people
        texts = [f"now {number}" for number in range(count)]
        for text in texts:
            say(alice, text)
            eventually(lambda text=text: text in _times(bob)["shown"], what=text)  # type: ignore[misc]
        sent, shown = _times(alice)["sent"], _times(bob)["shown"]
        return [float(shown[text] - sent[text]) for text in texts]

    def history(self) -> float:
        """Milliseconds until a newcomer has been shown the end of all messages, from when the channel is open."""
        newcomer = self._person("Newcomer", 1)
        newcomer.context.add_init_script("window.opensChat = true")
        newcomer.context.add_init_script(f"window.chatTimes.wanted = {_count(self._people[0])}")
        enter(newcomer, self._slug)
        eventually(lambda: _times(newcomer)["complete"], what="the history")
        times = _times(newcomer)
        newcomer.close()
        return float(times["complete"] - times["opened"])

    def close(self) -> None:
        for person in self._people:
            person.close()

    def _person(self, name: str, number: int) -> Person:
        person = Person(name, self._browser, self._origins[number % len(self._origins)])
        person.context.add_init_script(path=NOTES)
        return person


class Bare:
    def __init__(self, browser: Browser, address: str) -> None:
        self._page = browser.new_page()
        self._page.goto(address)
        self._page.evaluate("() => window.prepare()")

    def said(self, count: int) -> list[float]:
        return [float(self._page.evaluate("(text) => window.say(text)", "x" * ENTRY_LENGTH)) for _ in range(count)]

    def history(self) -> float:
        return float(self._page.evaluate("([count, length]) => window.flow(count, length)", [MESSAGES, ENTRY_LENGTH]))

    def close(self) -> None:
        self._page.close()


def _times(person: Person) -> dict[str, Any]:
    times: dict[str, Any] = person.page.evaluate("() => window.chatTimes")
    return times


def _count(person: Person) -> int:
    """How many messages there are in the conversation; only the last of them have rows."""
    return int(person.page.evaluate("() => Number(document.querySelector('chat-panel li')?.getAttribute('aria-setsize'))"))


def rows(browser: Browser, origins: Sequence[str], slug: str, *, quick: bool = False) -> list[list[str]]:
    """A row for each figure, below :data:`HEAD`. The room is one in which nobody has been."""
    newcomers, said = (3, 30) if quick else (NEWCOMERS, SAID)
    with bare_page() as address:
        bare = Bare(browser, f"{address.rpartition('/')[0]}/chat.html")
        room = Room(browser, origins, slug)
        histories = [(room.history(), bare.history()) for _ in range(newcomers)]
        ours, least = room.said(said), bare.said(said)
        room.close()
        bare.close()
    late = [_spread([times[place] for times in histories]) for place in (0, 1)]
    return [
        [f"chat: {MESSAGES:,} messages for who comes late, median of {newcomers}", _beside(*late), "<= 1,000 ms"],
        [f"chat: sent to shown, median and p95 of {said}", _beside(_tail(ours), _tail(least)), "p95 <= 50 ms"],
    ]


def _beside(ours: str, bare: str) -> str:
    return f"**{ours}**; bare channel {bare}"


def _spread(times: list[float]) -> str:
    return f"{median(times):.0f} ms ({min(times):.0f} to {max(times):.0f})"


def _tail(times: list[float]) -> str:
    return f"{median(times):.0f} ms, {quantiles(times, n=20)[-1]:.0f} ms"


def main() -> None:
    quick = "--quick" in sys.argv
    with deployments.ours(2, pages=True) as deployment, sync_playwright() as playwright:
        browser = launch(playwright)
        about = machine.describe(("daphne", "playwright"), [f"Chromium {browser.version}"])
        origins = [f"http://127.0.0.1:{port}" for port in deployment.ports]
        found = rows(browser, origins, deployment.rooms(1)[0], quick=quick)
        browser.close()
    results.append("Chat (quick)" if quick else "Chat", about, results.table(HEAD, found))


if __name__ == "__main__":
    main()
