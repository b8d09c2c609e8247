from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast

MODULE = re.compile(r"/bundles/room-\w+\.js$")
TEST = re.compile(r"/bundles/connection-test-\w+\.js$")


def test_whoever_gets_half_a_page_is_told_and_loads_it_again(cast: Cast) -> None:
    slug = deploying.room().slug
    carol = cast.guest("Carol")
    carol.page.route(MODULE, lambda route: route.abort())
    carol.open(f"/{slug}")
    late = carol.page.get_by_text("This takes longer than it should")
    expect(late).to_be_visible()

    carol.page.unroute(MODULE)
    carol.page.get_by_role("link", name="Load again").click()
    expect(carol.page.locator("green-room[data-camera=on]")).to_be_visible()
    expect(late).to_have_js_property("hidden", True)  # it is not to be seen for the first seconds anyway


def test_whoever_cannot_load_the_test_is_told_and_opens_it_again(cast: Cast) -> None:
    slug = deploying.room().slug
    carol = cast.guest("Carol")
    carol.page.route(TEST, lambda route: route.abort())
    carol.open(f"/{slug}")
    carol.page.get_by_role("button", name="Test my connection").click()
    expect(carol.page.get_by_text("The test could not be loaded.")).to_be_attached()

    carol.page.unroute(TEST)
    carol.page.keyboard.press("Escape")
    carol.page.get_by_role("button", name="Test my connection").click()
    carol.page.get_by_role("button", name="Start the test").click()
    expect(carol.page.locator("connection-test")).not_to_have_attribute("data-state", "idle")
