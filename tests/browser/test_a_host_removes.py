from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import eventually


def test_a_host_removes_and_keeps_out(cast: Cast) -> None:
    owner = deploying.user("Alice")
    slug = deploying.room(owner=owner).slug
    alice, bob, mallory = cast.member("Alice", owner), cast.member("Bob"), cast.guest("Mallory")
    for person in (alice, bob, mallory):
        person.join(slug)
    for person in (alice, bob, mallory):
        eventually(lambda person=person: person.connected(2), what=f"{person.name}'s pairs")  # type: ignore[misc]

    alice.control("People").click()
    alice.page.get_by_role("button", name="Remove Guest Mallory").click()
    dialog = alice.page.get_by_role("dialog")
    dialog.get_by_role("checkbox").check()
    dialog.get_by_role("button", name="Remove").click()

    expect(mallory.page.get_by_role("heading", name=re.compile("removed", re.IGNORECASE))).to_be_visible()
    assert mallory.connections() == []
    for person in (alice, bob):
        expect(person.tile("Mallory")).to_be_hidden()
        eventually(lambda person=person: person.connected(1), what=f"{person.name}'s pair")  # type: ignore[misc]

    mallory.open(f"/{slug}")
    expect(mallory.page.locator("green-room")).to_have_count(0)
    assert deploying.visits(slug) == {"Alice": "", "Bob": "", "Mallory": "removed"}


def test_bob_is_no_host(cast: Cast) -> None:
    slug = deploying.room(owner=deploying.user("Alice")).slug
    bob, mallory = cast.member("Bob"), cast.guest("Mallory")
    bob.join(slug)
    mallory.join(slug)
    expect(bob.tile("Mallory")).to_be_visible()
    bob.control("People").click()
    expect(bob.page.get_by_role("button", name="Remove Guest Mallory")).to_be_hidden()
