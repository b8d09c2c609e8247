from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import CAMERA, Person, eventually
from tests.browser.test_keyboard_only import tab_to


def layout(person: Person, value: str) -> None:
    expect(person.page.locator("tile-grid")).to_have_attribute("data-layout", value)


def wider(person: Person, one: str, other: str) -> bool:
    """Whether one tile is more than twice as wide as the other."""
    widths = [(person.tile(name).bounding_box() or {"width": 0})["width"] for name in (one, other)]
    return widths[0] > 2 * widths[1] > 0


def action(person: Person, tile: str, name: str) -> Locator:
    person.tile(tile).hover()
    return person.tile(tile).get_by_role("button", name=re.compile(f"^{name}"))


def test_alice_pins_bob_and_a_host_spotlights_carol(cast: Cast) -> None:
    owner = deploying.user("Alice")
    slug = deploying.room(owner=owner).slug
    alice, bob, carol = cast.member("Alice", owner), cast.member("Bob"), cast.guest("Carol")
    for person in (alice, bob, carol):
        person.join(slug, quiet=True)
    expect(alice.tile("Carol")).to_be_visible()

    alice.tile("Bob").dblclick()
    layout(alice, "stage")
    expect(alice.tile("Bob")).to_have_accessible_name(re.compile("pinned"))
    eventually(lambda: wider(alice, "Bob", "Carol"), what="Bob is large")
    layout(bob, "grid")
    action(alice, "Bob", "Pin").click()
    layout(alice, "grid")

    bob.tile("Carol").hover()
    expect(bob.tile("Carol").get_by_role("button", name="Pin Guest Carol")).to_be_visible()
    expect(bob.tile("Carol").get_by_role("button", name="Spotlight")).to_have_count(0)
    action(alice, "Carol", "Spotlight").click()
    for person in (alice, bob):
        layout(person, "stage")
        expect(person.tile("Carol")).to_have_accessible_name(re.compile("in the spotlight"))
    expect(carol.page.get_by_text("A host has put you in the spotlight")).to_be_visible()
    eventually(lambda: wider(bob, "Carol", "Alice"), what="Carol is large at Bob's")
    action(bob, "Alice", "Pin").click()
    eventually(lambda: wider(bob, "Alice", "Carol"), what="what Bob pins goes before")
    alice.leave()
    layout(carol, "grid")
    layout(bob, "grid")
    eventually(lambda: bob.connected(1), what="the pair that is left")
    assert not bob.renegotiated()


def test_a_hidden_own_tile_stays_hidden(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.guest("Bob")
    alice.join(slug, quiet=True)
    bob.join(slug)
    expect(bob.tile("Alice")).to_be_visible()
    expect(bob.tile("Bob (you)")).to_have_attribute("data-floating", "")
    bob.control("View").click()
    bob.page.get_by_role("button", name="Hidden").click()
    expect(bob.page.get_by_role("button", name="Hidden")).to_have_attribute("aria-pressed", "true")
    expect(bob.tile("Bob (you)")).to_be_hidden()
    eventually(lambda: alice.sees(CAMERA), what="Bob is seen all the same")
    bob.page.reload()
    expect(bob.tile("Alice")).to_be_visible()
    expect(bob.tile("Bob (you)")).to_be_hidden()


def test_a_small_window_has_pages(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, carol = cast.member("Alice"), cast.member("Carol")
    bob = cast.guest("Bob", viewport={"width": 320, "height": 420})
    for person in (alice, carol):
        person.join(slug, quiet=True)
    bob.arrive(slug, quiet=True)
    bob.ask_to_join()
    pager = bob.page.get_by_role("group", name="Pages")
    expect(pager).to_contain_text("Page 1 of 2")
    expect(bob.tile("Alice")).to_be_visible()
    expect(bob.tile("Bob (you)")).to_be_hidden()
    bob.page.keyboard.press("PageDown")
    expect(pager).to_contain_text("Page 2 of 2")
    expect(bob.tile("Bob (you)")).to_be_visible()
    expect(bob.tile("Alice")).to_be_hidden()
    pager.get_by_role("button", name="Previous page").click()
    expect(bob.tile("Alice")).to_be_visible()
    bob.page.set_viewport_size({"width": 1100, "height": 700})
    expect(pager).to_be_hidden()
    expect(bob.tile("Bob (you)")).to_be_visible()


def test_by_keyboard_only(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob, carol = cast.member("Alice"), cast.member("Bob"), cast.guest("Carol")
    for person in (alice, bob, carol):
        person.join(slug, quiet=True)
    expect(alice.tile("Carol")).to_be_visible()
    keys = alice.page.keyboard
    keys.press("g")
    layout(alice, "stage")
    keys.press("g")
    layout(alice, "grid")

    tab_to(alice, alice.tile("Bob"))
    keys.press("ArrowRight")
    expect(alice.tile("Carol")).to_be_focused()
    keys.press("Enter")
    expect(alice.tile("Carol")).to_have_accessible_name(re.compile("pinned"))
    keys.press("Tab")
    expect(alice.page.get_by_role("button", name="Pin Guest Carol")).to_be_focused()
    keys.press("Space")
    layout(alice, "grid")
    keys.press("f")
    expect(alice.page.locator("video-tile:fullscreen")).to_have_count(1)
    keys.press("f")
    expect(alice.page.locator("video-tile:fullscreen")).to_have_count(0)
