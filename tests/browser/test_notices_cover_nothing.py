"""Somebody knocks while Alice uses a dialog or a panel on a small screen. She sees the notice, and it covers no button."""

from __future__ import annotations

from contextlib import suppress

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import deployment as deploying
from tests.browser.chatting import open_chat
from tests.browser.conftest import Cast
from tests.browser.people import menu_of
from tests.browser.person import Person, eventually
from tests.browser.test_accessibility import Inspector

#: A phone, a small one, one that lies on its side or a window at twice the size.
SIZES = [(390, 844), (320, 568), (640, 360)]
#: What can be used in a box, and cannot be reached where it is: something else is in front of its middle.
COVERED = """(box) => {
    const isShown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".visually-hidden");
    const isCovered = (element) => {
        element.scrollIntoView({ block: "nearest" });
        const { x, y, width, height } = element.getBoundingClientRect();
        const found = document.elementFromPoint(x + width / 2, y + height / 2);
        return !element.contains(found) && !element.closest("label")?.contains(found);
    };
    const words = (element) => element.getAttribute("aria-label") || element.textContent.trim() || element.localName;
    return [...box.querySelectorAll("button, a, input, select, textarea, summary")].filter(isShown).filter(isCovered).map(words);
}"""


def notice(person: Person) -> Locator:
    return person.page.locator("call-notices .notice", has_text="would like to come in")


def check(person: Person, box: Locator) -> None:
    expect(notice(person)).to_be_in_viewport()
    expect(notice(person).get_by_role("button", name="Let in")).to_be_in_viewport()
    with suppress(AssertionError):
        eventually(lambda: not box.evaluate(COVERED))
    assert box.evaluate(COVERED) == []


def check_dialog(person: Person) -> None:
    dialog = person.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.locator("call-notices")).to_be_attached()
    check(person, dialog)
    person.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_a_keyboard_reaches_a_notice_that_scrolls(cast: Cast) -> None:
    """A window of 1280 by 1024 at four times the size."""
    slug = deploying.room().slug
    alice, bob = cast.guest("Alice", viewport={"width": 320, "height": 256}), cast.guest("Bob with a name of many words")
    inspector = Inspector(alice)
    alice.join(slug, quiet=True)
    alice.page.keyboard.press("i")
    dialog = alice.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    bob.join(slug, quiet=True)
    notices = dialog.get_by_role("log", name="Notices")
    expect(notices).to_contain_text("Bob with a name of many words joined")
    expect(notices).to_have_attribute("tabindex", "0")
    inspector.look("a notice that scrolls")
    assert not inspector.found


@pytest.fixture(scope="module")
def alice(company: Cast) -> Person:
    """With Bob in a call, where Carol knocks."""
    owner = deploying.user("Alice")
    slug = deploying.room(owner=owner, members=[member := deploying.user("Bob")], waits="guests").slug
    alice, bob, carol = company.member("Alice", owner), company.member("Bob", member), company.guest("Carol")
    for person in (alice, bob):
        person.join(slug, quiet=True)
    expect(alice.tile("Bob")).to_be_visible()
    expect(alice.page.locator("call-notices .notice", has_text="Bob joined")).to_be_hidden()
    carol.arrive(slug, quiet=True)
    carol.ask_to_join()
    expect(notice(alice)).to_be_visible()
    return alice


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_on_a_small_screen(alice: Person, size: tuple[int, int]) -> None:
    alice.page.set_viewport_size({"width": size[0], "height": size[1]})
    for key in ("i", "d", "?", "b"):
        alice.page.keyboard.press(key)
        check_dialog(alice)
    alice.control("More").click()
    alice.page.locator("#more").get_by_role("button", name="Verify the call").click()
    check_dialog(alice)
    menu_of(alice, "Bob").get_by_role("button", name="Remove").click()
    check_dialog(alice)
    panel = alice.page.locator("people-panel")
    for item in ("Allow or forbid for everybody", "End the meeting for everybody"):
        panel.get_by_role("button", name="Tools for hosts").click()
        alice.page.get_by_role("button", name=item).last.click()
        check_dialog(alice)
    panel.get_by_role("button", name="Turn Guest Carol away").click()
    check_dialog(alice)
    check(alice, panel)
    panel.get_by_role("button", name="Close").click()
    open_chat(alice)
    check(alice, alice.page.locator("chat-panel"))
    alice.page.locator("chat-panel").get_by_role("button", name="Close").click()


def test_the_notice_lets_carol_in(alice: Person) -> None:
    notice(alice).get_by_role("button", name="Let in").click()
    expect(alice.tile("Carol")).to_be_visible()
