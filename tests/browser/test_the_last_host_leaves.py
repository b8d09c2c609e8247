"""The last host who leaves is asked whether the member who has been there longest shall host."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast


def test_alice_hands_over_to_bob(cast: Cast) -> None:
    owner, member = deploying.user("Alice"), deploying.user("Bob")
    slug = deploying.room(owner=owner, members=[member]).slug
    alice, bob, carol = cast.member("Alice", owner), cast.member("Bob", member), cast.guest("Carol")
    for person in (alice, carol, bob):
        person.join(slug, quiet=True)
    alice.control("Leave").click()
    alice.page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(alice.controls).to_be_visible()
    alice.leave("Make Bob a host, and leave")
    expect(bob.tile("Alice")).to_have_count(0)
    bob.control("People").click()
    expect(bob.page.get_by_role("button", name="Mute all")).to_be_visible()
    bob.leave()
    expect(carol.tile("Bob")).to_have_count(0)
