from __future__ import annotations

from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import CAMERA, Person, eventually


def in_touch(person: Person) -> bool:
    return person.connected(1) and person.sees(CAMERA) and person.hears()


def test_alice_leaves_and_joins_again_in_the_same_page(cast: Cast) -> None:
    owner = deploying.user("Alice")
    slug = deploying.room(owner=owner).slug
    alice, bob, carol = cast.member("Alice", owner), cast.guest("Bob"), cast.guest("Carol")
    alice.join(slug)
    bob.join(slug)
    carol.join(slug)
    eventually(lambda: alice.connected(2), what="Alice's pairs")
    alice.page.evaluate("() => (window.isSamePage = true)")
    alice.control("People").click()
    alice.tile("Bob").dblclick()
    expect(alice.tile("Bob")).to_be_visible()

    alice.leave()
    expect(alice.page.get_by_role("heading", name="You have left the meeting")).to_be_focused()
    eventually(lambda: alice.tracks()[0] == 0 and alice.connections() == [], what="devices off, and no pairs")
    expect(alice.page.locator("video-tile, [data-part=people] > li, .notice")).to_have_count(0)
    expect(alice.page).to_have_title("Standup")

    carol.leave()
    alice.page.get_by_role("link", name="Join again").click()
    expect(alice.page.locator("green-room[data-camera=on]")).to_be_visible()
    alice.ask_to_join()
    for person in (alice, bob):
        eventually(lambda person=person: in_touch(person), what=f"{person.name}'s pair")  # type: ignore[misc]
    assert alice.page.evaluate("() => window.isSamePage")
    expect(alice.page.locator("video-tile")).to_have_count(2)
    expect(alice.page.locator("tile-grid")).to_have_attribute("data-layout", "grid")
    expect(alice.page.locator("people-panel")).to_be_hidden()
    expect(alice.page).to_have_title("Standup (2)")

    alice.control("People").click()
    expect(alice.page.locator("people-panel [data-part=people] > li")).to_have_count(2)
    alice.control("Camera").click()
    eventually(lambda: alice.tracks()[0] == 1, what="the camera is off")
    expect(bob.tile("Alice")).to_have_attribute("data-camera", "off")
