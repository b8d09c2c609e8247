from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast


def test_a_room_is_full(cast: Cast) -> None:
    slug = deploying.room(capacity=2).slug
    alice, bob, carol = cast.member("Alice"), cast.member("Bob"), cast.guest("Carol")
    alice.join(slug, quiet=True)
    bob.join(slug, quiet=True)

    carol.arrive(slug, quiet=True)
    carol.ask_to_join()
    expect(carol.page.get_by_role("heading", name=re.compile("full", re.IGNORECASE))).to_be_visible()
    expect(alice.tile("Carol")).to_be_hidden()

    bob.leave()
    expect(alice.tile("Bob")).to_be_hidden()
    carol.page.get_by_role("link", name="Try again").or_(carol.page.get_by_role("button", name="Try again")).click()
    carol.ask_to_join()
    expect(alice.tile("Carol")).to_be_visible()
