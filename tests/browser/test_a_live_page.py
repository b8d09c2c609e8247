"""Olga watches a call on the live page of its room in the admin."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import MICROPHONE, Person, eventually
from tests.browser.test_accessibility import Inspector

LINES = ".mesh-graph-frame [data-word]"


def operator(cast: Cast, **options: object) -> Person:
    return cast.member("Olga", deploying.user("Olga", is_staff=True, is_superuser=True), **options)


def row(page: Page, name: str) -> Locator:
    """That of this person. Others may be said to hear them, or not."""
    return page.locator(".live-meeting-people tr").filter(has=page.get_by_role("link", name=name))


def words(page: Page, name: str) -> str:
    """What stands in their row."""
    return " ".join(row(page, name).inner_text().split())


def test_a_pair_is_seen_while_it_lasts(cast: Cast) -> None:
    slug = deploying.room("Rehearsal").slug
    alice, bob = cast.member("Alice"), cast.guest("Bob")
    olga = operator(cast)
    for person in (alice, bob):
        person.join(slug)
    eventually(lambda: alice.connected(1) and bob.connected(1), what="the pair")
    olga.open("/admin/dashboard/")
    olga.page.get_by_role("region", name="Rooms in use").get_by_role("link", name="Rehearsal").click()
    expect(olga.page.get_by_role("heading", name="2 people are there")).to_be_visible()
    eventually(lambda: "1 of 1 Good Directly" in words(olga.page, "Alice"), what="the grade of the pair")
    expect(olga.page.locator(LINES)).to_have_attribute("data-word", "good")

    bob.page.evaluate("(place) => window.recorder.silence(place)", [0, MICROPHONE])
    expect(row(olga.page, "Alice")).to_have_class(re.compile("failing"))
    eventually(lambda: words(olga.page, "Alice").endswith("Guest Bob"), what="who is not heard")
    expect(olga.page.locator(f"{LINES}[data-word=failing]")).to_have_count(1)
    olga.page.get_by_role("link", name="Alice").click()
    expect(olga.page.locator(".live-meeting-people tbody tr")).to_contain_text("Connected, but nothing is heard")
    olga.page.go_back()

    bob.leave()
    expect(olga.page.get_by_role("heading", name="1 person is there")).to_be_visible()
    expect(olga.page.locator(".live-meeting-timeline li").first).to_contain_text("Guest Bob left.")
    expect(olga.page.locator("mesh-graph")).to_be_hidden()


def test_olga_acts_while_the_page_changes(cast: Cast) -> None:
    """By keyboard: whoever knocks is let in, and is removed."""
    room = deploying.room(locked=True)
    carol, olga = cast.guest("Carol"), operator(cast)
    olga.open(f"/admin/rooms/room/{room.pk}/live/")
    carol.arrive(room.slug, quiet=True)
    carol.ask_to_join()
    admit = olga.page.get_by_role("button", name="Let Guest Carol in")
    admit.focus()
    olga.page.keyboard.press("Enter")
    expect(olga.page.get_by_text("Guest Carol has been let in.")).to_be_visible()
    expect(carol.tile("Carol (you)")).to_be_visible()
    olga.page.get_by_role("link", name="Guest Carol").focus()
    olga.page.keyboard.press("Enter")
    olga.page.get_by_role("button", name="Remove", exact=True).click()
    expect(olga.page.get_by_text("Guest Carol has been removed.")).to_be_visible()
    expect(carol.controls).to_be_hidden()


def test_it_is_accessible(cast: Cast) -> None:
    """On a phone and on a wide screen."""
    room = deploying.room()
    alice, bob = cast.member("Alice"), cast.guest("Bob")
    for person in (alice, bob):
        person.join(room.slug, quiet=True)
    olga = operator(cast)
    inspector = Inspector(olga, dark=True)
    live = f"/admin/rooms/room/{room.pk}/live/"
    for width in (390, 1280):
        olga.page.set_viewport_size({"width": width, "height": 900})
        inspector.visit(live, f"{live}people/{bob.participant}/")
        olga.open(live)
        expect(olga.page.locator(LINES)).to_have_count(1)
        inspector.look(f"with the graph, {width} wide")
        assert olga.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), width
    assert not inspector.found, "\n\n".join(inspector.found)
