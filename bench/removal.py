"""``make bench-removal``: how long somebody who was removed is still connected to the others.

Alice hosts, Bob and Carol are there, and Mallory, whose scripts ignore her own removal and the end of her socket. It is measured
from the click that removes her until each other page has closed its connection to her and has no tile of her any more. All pages
are on this machine, so they have one clock.
"""

from __future__ import annotations

import sys
from statistics import median

from playwright.sync_api import sync_playwright

from bench import deployments, machine, results
from tests.browser import deployment as deploying
from tests.browser.altering import ignore
from tests.browser.chatting import enter
from tests.browser.chromium import launch
from tests.browser.people import menu_of
from tests.browser.person import Person, eventually

ROUNDS = 15
WATCH = """() => {
    window.gone = 0;
    const look = () => {
        if (document.querySelector("video-tile[aria-label^='Guest Mallory']")) return requestAnimationFrame(look);
        window.gone = Date.now();
    };
    look();
}"""
REMOVE = """(button) => { const now = Date.now(); button.click(); return now; }"""


def main() -> None:
    rounds = 2 if "--quick" in sys.argv else ROUNDS
    with deployments.ours(2, pages=True) as deployment:
        owner = deploying.user("Alice")
        slug, login = deploying.room(owner=owner).slug, deploying.login(owner)
        measure(rounds, slug, login, [server.origin for server in deployment.servers])


def measure(rounds: int, slug: str, login: str, origins: list[str]) -> None:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        about = machine.describe(("daphne", "playwright"), [f"Chromium {browser.version}", "two workers"])
        alice = Person("Alice", browser, origins[0], login)
        others = [Person(name, browser, origins[place % len(origins)]) for place, name in enumerate(("Bob", "Carol"), 1)]
        for person in (alice, *others):
            enter(person, slug)
        times = [taken for number in range(rounds) for taken in removed(alice, others, slug, origins[number % len(origins)])]
        rows = [["until every other side has closed it", f"**{median(times):.0f} ms**", f"{max(times):.0f} ms"]]
        table = results.table(["", "median", "most"], rows)
        results.append("Removal", about, f"Of {len(times)} connections of an altered client.", table)


def removed(alice: Person, others: list[Person], slug: str, origin: str) -> list[float]:
    mallory = Person("Mallory", alice.context.browser, origin)  # type: ignore[arg-type]
    ignore(mallory, ["removed", "left"], stays=True)
    enter(mallory, slug)
    everybody = [alice, *others]
    for person in (*everybody, mallory):
        eventually(lambda person=person: person.connected(len(everybody)), what=f"{person.name}'s pairs")  # type: ignore[misc]
        if person is not mallory:
            person.page.evaluate(WATCH)
    menu_of(alice, "Guest Mallory").get_by_role("button", name="Remove").click()
    began = alice.page.get_by_role("dialog").get_by_role("button", name="Remove").evaluate(REMOVE)
    ended = [gone(person) for person in everybody]
    for person in everybody:
        eventually(lambda person=person: person.connected(len(everybody) - 1), what=f"{person.name}'s pairs")  # type: ignore[misc]
    mallory.close()
    return [end - began for end in ended]


def gone(person: Person) -> float:
    """When Mallory was gone from this page, in ms since 1970."""
    at: float = eventually(lambda: person.page.evaluate("() => window.gone"), what=person.name)
    return at


if __name__ == "__main__":
    main()
