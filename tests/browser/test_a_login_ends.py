from __future__ import annotations

from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import eventually


def test_bob_signs_out_in_another_tab(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.member("Bob")
    alice.join(slug, quiet=True)
    bob.join(slug)
    expect(alice.tile("Bob")).to_be_visible()

    with bob.context.new_page() as other:
        other.goto("/accounts/logout/")
        other.get_by_role("main").get_by_role("button", name="Sign Out").click()
        other.wait_for_url("/")
    expect(bob.page.get_by_role("heading", name="You are signed out")).to_be_focused()
    eventually(lambda: bob.tracks()[0] == 0, what="Bob's devices off")
    expect(alice.tile("Bob")).to_be_hidden()

    bob.page.get_by_role("link", name="Sign in and join again").click()
    bob.page.wait_for_url(f"/accounts/login/?next=/{slug}")
