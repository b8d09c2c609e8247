"""The menu of a person, in the list of people and on their tile."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser import deployment as deploying
from tests.browser.chatting import field, messages, panel, read
from tests.browser.conftest import Cast
from tests.browser.people import MENU, menu_of
from tests.browser.person import Person, eventually
from tests.browser.test_how_one_looks_at_a_call import layout
from tests.browser.test_keyboard_only import tab_to


def heard(person: Person, other: str) -> list[object]:
    """Volume and silence of somebody else's voice."""
    audio = "(tile) => { const audio = tile.querySelector('audio'); return [audio.volume, audio.muted]; }"
    found: list[object] = person.tile(other).evaluate(audio)
    return found


def tile_menu(person: Person, other: str) -> Locator:
    person.tile(other).hover()
    person.tile(other).get_by_role("button", name=re.compile("^Actions for")).click()
    return person.page.locator(MENU)


def test_alice_hears_bob_otherwise_and_bob_nothing_of_it(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob, carol = cast.member("Alice"), cast.member("Bob"), cast.guest("Carol")
    for person in (alice, bob, carol):
        person.join(slug, quiet=True)
    expect(alice.tile("Carol")).to_be_visible()
    menu = menu_of(alice, "Guest Bob")
    expect(menu).to_have_accessible_name("Actions for Guest Bob")
    menu.get_by_role("slider", name="Volume for me").fill("30")
    menu.get_by_role("switch", name="Mute for me").click()
    eventually(lambda: heard(alice, "Bob") == [0.3, True], what="Bob is muted for Alice")
    assert heard(alice, "Carol") == [1, False]
    assert heard(carol, "Bob") == [1, False]
    alice.page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(alice.tile("Bob")).to_have_accessible_name(re.compile("muted for you"))
    menu = tile_menu(alice, "Bob")
    expect(menu.get_by_role("switch", name="Mute for me")).to_have_attribute("aria-checked", "true")
    menu.get_by_role("switch", name="Mute for me").click()
    eventually(lambda: heard(alice, "Bob") == [0.3, False], what="Bob is heard again")
    assert not alice.renegotiated() and not bob.renegotiated()


def test_a_private_message_begins_in_the_menu(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob, carol = cast.member("Alice"), cast.member("Bob"), cast.guest("Carol")
    for person in (alice, bob, carol):
        person.join(slug, quiet=True)
    expect(alice.tile("Carol")).to_be_visible()
    for person in (alice, carol):
        eventually(lambda person=person: person.connected(2), what=person.name)  # type: ignore[misc]
    tile_menu(alice, "Carol").get_by_role("button", name="Write a private message").click()
    expect(panel(alice).get_by_label("Conversation").locator("option:checked")).to_have_text("Only Guest Carol")
    expect(field(alice)).to_be_focused()
    alice.page.keyboard.type("just you")
    alice.page.keyboard.press("Enter")
    read(alice, "just you")
    tile_menu(carol, "Alice").get_by_role("button", name="Write a private message").click()
    read(carol, "just you")
    bob.control("Chat").click()
    expect(panel(bob).get_by_label("Conversation").locator("option:checked")).to_have_text("Everybody")
    assert messages(bob) == []


def test_a_menu_by_keyboard_only(cast: Cast) -> None:
    owner = deploying.user("Alice")
    slug = deploying.room(owner=owner).slug
    alice, bob = cast.member("Alice", owner), cast.guest("Bob")
    alice.join(slug, quiet=True)
    bob.join(slug, quiet=True)
    expect(alice.tile("Bob")).to_be_visible()
    keys = alice.page.keyboard
    keys.press("p")
    button = alice.page.locator("people-panel").get_by_role("button", name="Actions for Guest Bob")
    tab_to(alice, button)
    keys.press("Enter")
    menu = alice.page.locator(MENU)
    expect(menu.get_by_role("button", name="Pin")).to_be_focused()
    keys.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()
    keys.press("Enter")
    expect(menu.get_by_role("button", name="Pin")).to_be_focused()
    keys.press("Enter")
    layout(alice, "stage")
    expect(button).to_be_focused()
    keys.press("Enter")
    tab_to(alice, menu.get_by_role("button", name="Remove from the meeting"))
    keys.press("Enter")
    dialog = alice.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Remove Guest Bob from the meeting?")
    keys.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()


def test_the_menu_of_somebody_who_leaves_is_closed(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.guest("Bob")
    alice.join(slug, quiet=True)
    bob.join(slug, quiet=True)
    expect(alice.tile("Bob")).to_be_visible()
    menu = menu_of(alice, "Guest Bob")
    expect(menu).to_be_visible()
    bob.leave()
    expect(menu).to_be_hidden()
    expect(alice.page.locator("people-panel [data-part=people] > li")).to_have_count(1)
