"""Breakout rooms, in real browsers on two workers: everybody moves and comes back, without leaving the meeting."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import Person, eventually
from tests.browser.test_accessibility import Inspector
from tests.browser.test_keyboard_only import tab_to


def here(person: Person) -> set[str]:
    """The first words of the names on the tiles of others, guests without their mark."""
    labels = person.page.locator("video-tile").evaluate_all("(tiles) => tiles.map((tile) => tile.getAttribute('aria-label'))")
    return {label.removeprefix("Guest ").split()[0].strip(",") for label in labels if "(you)" not in label}


def sees(person: Person, *names: str) -> None:
    eventually(lambda: here(person) == set(names), what=f"that {person.name} sees {names}, not {here(person)}")
    eventually(lambda: person.connected(len(names)), what=f"that {person.name} is connected")


def choose(person: Person, field: Locator, words: str) -> None:
    """By arrow keys: a word that is typed too slowly chooses something else."""
    tab_to(person, field)
    person.page.keyboard.press("Home")
    while field.evaluate("({ selectedOptions }) => selectedOptions[0].textContent") != words:
        person.page.keyboard.press("ArrowDown")


def test_everybody_moves_and_comes_back(cast: Cast) -> None:
    owner = deploying.user("Alice")
    slug = deploying.room(owner=owner).slug
    alice, bob, carol = cast.member("Alice", owner), cast.guest("Bob"), cast.guest("Carol")
    alice.join(slug)
    for person in (bob, carol):
        person.join(slug, quiet=True)
    sees(alice, "Bob", "Carol")
    before = bob.participant

    alice.page.keyboard.press("b")
    dialog = alice.page.get_by_role("dialog", name="Breakout rooms")
    dialog.get_by_label("I choose for everybody").check()
    dialog.get_by_label("Guest Bob").select_option("Room 1")
    dialog.get_by_label("Guest Carol").select_option("Room 2")
    dialog.get_by_label("For how many minutes").fill("10")
    dialog.get_by_role("button", name="Open the rooms").click()
    for person in (alice, bob, carol):
        sees(person)
    bar = bob.page.get_by_role("region", name="Breakout room")
    expect(bar).to_contain_text("You are in Room 1")
    expect(bar).to_contain_text("minutes left")

    bar.get_by_role("button", name="Ask for help").click()
    expect(dialog.get_by_text("Asks for help", exact=True)).to_be_visible()
    alice.page.locator("call-notices").get_by_role("button", name="Go there").click()
    sees(bob, "Alice")
    sees(alice, "Bob")
    eventually(lambda: bob.sees(1), what="video of Alice in the room")
    expect(bar.get_by_role("button", name="Ask for help")).to_be_visible()

    dialog.get_by_label("Say something to all rooms").fill("Five more minutes")
    dialog.get_by_role("button", name="Send").click()
    expect(carol.page.locator("call-notices")).to_contain_text("Alice to all rooms: Five more minutes")

    carol.page.reload()
    expect(carol.page.get_by_role("region", name="Breakout room")).to_contain_text("You are in Room 2")
    sees(carol)
    carol.page.get_by_role("button", name="Go back").click()
    expect(carol.page.get_by_role("region", name="Breakout room")).to_contain_text("You are in the main room")

    dialog.get_by_role("button", name="Close now").click()
    for person, others in ((alice, ("Bob", "Carol")), (bob, ("Alice", "Carol")), (carol, ("Alice", "Bob"))):
        sees(person, *others)
    expect(bar).to_be_hidden()
    assert bob.participant == before


def press(person: Person, target: Locator, key: str = "Enter") -> None:
    tab_to(person, target)
    person.page.keyboard.press(key)


def test_a_host_makes_rooms_by_keyboard_only(cast: Cast) -> None:
    """At random with a timer, then by hand. Axe looks at each state of the dialog, and at what a guest sees."""
    owner = deploying.user("Alice")
    slug = deploying.room(owner=owner).slug
    alice, bob, carol = cast.member("Alice", owner), cast.guest("Bob"), cast.guest("Carol")
    inspectors = [Inspector(person, dark=True) for person in (alice, bob)]
    for person in (alice, bob, carol):
        person.join(slug, quiet=True)
    sees(alice, "Bob", "Carol")
    keys, dialog = alice.page.keyboard, alice.page.get_by_role("dialog", name="Breakout rooms")

    keys.press("b")
    expect(dialog).to_be_visible()
    tab_to(alice, dialog.get_by_label("How many rooms"))
    keys.press("ArrowUp")
    expect(dialog.get_by_label("How many rooms")).to_have_value("3")
    keys.press("ArrowDown")
    press(alice, dialog.locator("summary"))
    tab_to(alice, dialog.get_by_label("Room 1", exact=True))
    keys.press("Control+a")
    keys.type("Blue")
    tab_to(alice, dialog.get_by_label("For how many minutes"))
    keys.type("10")
    inspectors[0].look("rooms at random")
    press(alice, dialog.get_by_role("button", name="Open the rooms"))
    sees(bob)
    sees(carol)
    expect(dialog.get_by_role("heading", name="Blue")).to_be_visible()
    expect(dialog).to_contain_text(re.compile("minutes left"))
    inspectors[0].look("open rooms")
    inspectors[1].look("in a room")
    press(alice, dialog.get_by_role("button", name="Five more minutes"))
    tab_to(alice, dialog.get_by_label("Say something to all rooms"))
    keys.type("Write down your results")
    keys.press("Enter")
    expect(bob.page.locator("call-notices")).to_contain_text("Write down your results")
    inspectors[1].look("what a host says to all")
    choose(alice, dialog.get_by_label("Room of Guest Bob"), "Main room")
    sees(alice, "Bob")
    expect(dialog.get_by_label("Room of Guest Bob")).to_be_focused()
    press(alice, dialog.get_by_role("button", name="Close now"))
    sees(alice, "Bob", "Carol")
    expect(dialog).to_be_hidden()

    keys.press("b")
    tab_to(alice, dialog.get_by_role("radio", name="By chance"))
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    expect(dialog.get_by_role("radio", name="I choose for everybody")).to_be_checked()
    choose(alice, dialog.get_by_label("Guest Bob"), "Room 2")
    inspectors[0].look("rooms by hand")
    press(alice, dialog.get_by_role("button", name="Open the rooms"))
    sees(bob)
    sees(alice, "Carol")
    keys.press("Escape")
    expect(dialog).to_be_hidden()
    press(bob, bob.page.get_by_role("button", name="Go back"))
    sees(alice, "Bob", "Carol")
    found = [one for inspector in inspectors for one in inspector.found]
    assert not found, "\n\n".join(found)
