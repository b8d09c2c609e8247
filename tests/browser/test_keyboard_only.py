from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import Person

TABS = 40


def tab_to(person: Person, target: Locator) -> None:
    """Press Tab until the target has the focus."""
    for _ in range(TABS):
        if target.evaluate("(element) => element === document.activeElement"):
            return
        person.page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reached {target}")


def test_a_whole_call_without_a_pointer(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.guest("Bob")
    alice.join(slug, quiet=True)
    keys = bob.page.keyboard

    bob.open(f"/{slug}")
    expect(bob.name_field).to_be_focused()
    keys.type("Bob")
    keys.press("Enter")
    expect(bob.tile("Bob (you)")).to_be_visible()
    expect(alice.tile("Bob")).to_be_visible()

    keys.press("m")
    expect(alice.tile("Bob")).to_have_attribute("data-microphone", "off")
    keys.down("Space")
    expect(alice.tile("Bob")).to_have_attribute("data-microphone", "on")
    keys.up("Space")
    expect(alice.tile("Bob")).to_have_attribute("data-microphone", "off")
    tab_to(bob, bob.control("Camera"))
    keys.press("Space")
    expect(alice.tile("Bob")).to_have_attribute("data-camera", "off")
    tab_to(bob, bob.control("People"))
    keys.press("Enter")
    expect(bob.page.locator("people-panel")).to_be_visible()
    tab_to(bob, bob.control("Leave"))
    keys.press("Enter")
    expect(bob.controls).to_be_hidden()
    expect(alice.tile("Bob")).to_be_hidden()
