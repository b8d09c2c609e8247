"""What is left in a tab of a meeting before: a copied tab, a tab that comes back too late."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import CAMERA, eventually


def test_a_copied_tab_asks_before_it_takes_the_meeting_over(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.guest("Bob")
    alice.join(slug, muted=True)
    bob.join(slug, muted=True)
    eventually(lambda: alice.connected(1) and alice.sees(CAMERA), what="the pair")
    participant, first = bob.participant, bob.page

    with first.expect_popup() as popup:  # its sessionStorage is a copy
        first.evaluate("() => void window.open(location.href)")
    bob.page = popup.value
    bob.watch(bob.page)
    expect(bob.page.get_by_text("You are in this meeting in another tab. If you join here")).to_be_visible()
    expect(first.locator("call-controls")).to_be_visible()

    bob.ask_to_join()
    expect(bob.tile("Bob (you)")).to_be_visible()
    expect(first.get_by_role("heading", name="You are in this meeting in another tab")).to_be_visible()
    assert bob.participant == participant
    eventually(lambda: alice.connected(1) and alice.sees(CAMERA), what="the pair")

    bob.page.reload()
    expect(bob.tile("Bob (you)")).to_be_visible()
    assert bob.participant == participant


def test_a_tab_that_comes_back_too_late_is_in_the_green_room(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.guest("Bob")
    alice.join(slug)
    old = json.dumps({"id": "somebodyofthepast", "token": "x" * 32})
    bob.page.add_init_script(f"sessionStorage.setItem('ticket:{slug}', '{old}');")
    bob.open(f"/{slug}")
    expect(bob.page.locator("green-room[data-camera=on]")).to_be_visible()
    assert [message["code"] for frame in bob.incoming for message in frame if message["type"] == "refused"] == ["expired"]
    assert not [message for frame in alice.incoming for message in frame if message["type"] == "joined"]

    bob.name_field.fill("Bob")
    bob.ask_to_join()
    expect(bob.tile("Bob (you)")).to_be_visible()
    expect(alice.tile("Bob")).to_be_visible()
