from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.altering import ignore
from tests.browser.conftest import Cast
from tests.browser.people import menu_of
from tests.browser.person import eventually

#: What the server answers to somebody who comes back with their token.
COMES_BACK = """([slug, resume]) => new Promise((resolve) => {
    const socket = new WebSocket(`/socket/${slug}`);
    socket.onopen = () => socket.send(JSON.stringify([{ type: "join", resume }]));
    socket.onmessage = ({ data }) => resolve(JSON.parse(data).map(({ type }) => type));
})"""


def test_a_host_removes_and_keeps_out(cast: Cast) -> None:
    owner = deploying.user("Alice")
    slug = deploying.room(owner=owner).slug
    alice, bob, mallory = cast.member("Alice", owner), cast.member("Bob"), cast.guest("Mallory")
    for person in (alice, bob, mallory):
        person.join(slug, quiet=True)
    for person in (alice, bob, mallory):
        eventually(lambda person=person: person.connected(2), what=f"{person.name}'s pairs")  # type: ignore[misc]

    menu_of(alice, "Guest Mallory").get_by_role("button", name="Remove").click()
    dialog = alice.page.get_by_role("dialog")
    dialog.get_by_role("checkbox").check()
    dialog.get_by_role("button", name="Remove").click()

    expect(mallory.page.get_by_role("heading", name=re.compile("removed", re.IGNORECASE))).to_be_visible()
    eventually(lambda: mallory.connections() == [], what="Mallory has no pairs")
    for person in (alice, bob):
        expect(person.tile("Mallory")).to_be_hidden()
        eventually(lambda person=person: person.connected(1), what=f"{person.name}'s pair")  # type: ignore[misc]

    mallory.open(f"/{slug}")
    expect(mallory.page.locator("green-room")).to_have_count(0)
    expected = {"Alice": "", "Bob": "", "Mallory": "removed"}
    eventually(lambda: deploying.visits(slug) == expected, what="why Mallory left, in the history")


def test_a_banned_guest_with_a_fresh_cookie_does_not_come_back(cast: Cast) -> None:
    owner = deploying.user("Alice")
    slug = deploying.room(owner=owner).slug
    alice, mallory = cast.member("Alice", owner), cast.guest("Mallory")
    alice.join(slug, quiet=True)
    mallory.join(slug, quiet=True)

    menu_of(alice, "Guest Mallory").get_by_role("button", name="Remove").click()
    dialog = alice.page.get_by_role("dialog")
    expect(dialog.get_by_role("checkbox")).to_have_count(1)
    dialog.get_by_label("Do not let this person come back").check()
    expect(dialog.get_by_text("They can come back signed out")).to_be_visible()
    dialog.get_by_label("For a day, let nobody without an account in from their network").check()
    dialog.get_by_label("people without an account wait").check()
    dialog.get_by_role("button", name="Remove").click()
    expect(mallory.page.get_by_role("heading", name=re.compile("removed", re.IGNORECASE))).to_be_visible()

    again = cast.guest("Mallory")
    again.open(f"/{slug}")
    expect(again.page.get_by_text("nobody without an account can enter this meeting from your network")).to_be_visible()
    expect(again.page.get_by_role("button", name=re.compile("join", re.IGNORECASE))).to_have_count(0)
    expect(again.page.get_by_role("link", name="Sign in")).to_be_visible()

    alice.open(f"/{slug}/people")
    expect(alice.page.get_by_text("People without an account wait until a host lets them in.")).to_be_visible()
    alice.page.get_by_role("button", name=re.compile("Let them in again")).click()
    again.open(f"/{slug}")
    expect(again.page.get_by_role("button", name="Ask to join")).to_be_visible()


def test_bob_is_no_host(cast: Cast) -> None:
    slug = deploying.room(owner=deploying.user("Alice")).slug
    bob, mallory = cast.member("Bob"), cast.guest("Mallory")
    bob.join(slug, quiet=True)
    mallory.join(slug, quiet=True)
    expect(bob.tile("Mallory")).to_be_visible()
    menu = menu_of(bob, "Guest Mallory")
    expect(menu.get_by_role("button", name="Pin")).to_be_visible()
    expect(menu.get_by_role("button", name="Remove")).to_have_count(0)


def test_mallory_whose_scripts_ignore_her_removal_is_gone_from_every_other_side(cast: Cast) -> None:
    owner = deploying.user("Alice")
    slug = deploying.room(owner=owner).slug
    alice, bob, mallory = cast.member("Alice", owner), cast.member("Bob"), cast.guest("Mallory")
    ignore(mallory, ["removed", "left"], stays=True)
    for person in (alice, bob, mallory):
        person.join(slug, quiet=True)
    for person in (alice, bob, mallory):
        eventually(lambda person=person: person.connected(2), what=f"{person.name}'s pairs")  # type: ignore[misc]
    resume = {what: mallory.welcome[what] for what in ("id", "token")}
    menu_of(alice, "Guest Mallory").get_by_role("button", name="Remove").click()
    alice.page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    for person in (alice, bob):
        expect(person.tile("Mallory")).to_be_hidden()
        eventually(lambda person=person: person.connected(1), what=f"{person.name}'s pair")  # type: ignore[misc]
    expect(mallory.controls).to_be_visible()
    eventually(
        lambda: mallory.page.evaluate("() => window.sockets.every(({ readyState }) => readyState === 3)"), what="no socket"
    )
    assert mallory.page.evaluate(COMES_BACK, [slug, resume]) == ["removed"]
    assert alice.connected(1) and bob.connected(1)
