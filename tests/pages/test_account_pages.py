"""The pages of one's account: from one to the other on a phone and on a wide screen, by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.test_accessibility import Inspector
from tests.browser.test_keyboard_only import tab_to
from tests.browser.test_pages_fit import BEYOND


@pytest.mark.parametrize("size", [(390, 844), (320, 568), (640, 360)], ids=str)
def test_in_a_menu_where_there_is_little_room(cast: Cast, size: tuple[int, int]) -> None:
    alice = cast.member("Alice", deploying.user("Alice"), viewport={"width": size[0], "height": size[1]})
    inspector = Inspector(alice)
    alice.open("/profile")
    pages = alice.page.get_by_role("navigation", name="Your account")
    tab_to(alice, pages.get_by_role("button", name="Your account"))
    expect(pages.get_by_role("link", name="Data")).to_be_hidden()
    alice.page.keyboard.press("Enter")
    expect(pages.get_by_role("link", name="Profile")).to_have_attribute("aria-current", "page")
    inspector.look("the menu")
    assert alice.page.evaluate(BEYOND) == []
    tab_to(alice, pages.get_by_role("link", name="Data"))
    expect(pages.get_by_role("link", name="Data")).to_be_in_viewport()
    alice.page.keyboard.press("Enter")
    expect(alice.page.get_by_role("heading", name="What is kept of you")).to_be_visible()
    expect(pages.get_by_role("link", name="Data")).to_be_hidden()
    assert not inspector.found, "\n\n".join(inspector.found)


def test_in_a_list_where_there_is_room(cast: Cast) -> None:
    alice = cast.member("Alice", deploying.user("Alice"), viewport={"width": 1440, "height": 900})
    alice.open("/profile/data")
    pages = alice.page.get_by_role("navigation", name="Your account")
    expect(pages.get_by_role("button")).to_be_hidden()
    expect(pages.get_by_role("link", name="Data")).to_have_attribute("aria-current", "page")
    tab_to(alice, pages.get_by_role("link", name="Notifications"))
    alice.page.keyboard.press("Enter")
    expect(pages.get_by_role("link", name="Notifications")).to_have_attribute("aria-current", "page")
