from __future__ import annotations

from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import CAMERA, eventually


def test_dave_is_sent_into_the_meeting_as_its_host(cast: Cast) -> None:
    owner = deploying.user("Alice")
    slug = deploying.room(owner=owner, access="members", passcode="open sesame").slug
    alice, dave = cast.member("Alice", owner), cast.guest("Dave")
    alice.open(f"/{slug}/join-links")
    alice.page.get_by_label("Name").fill("Dave")
    alice.page.get_by_label("Host").check()
    alice.page.get_by_role("button", name="Make the link").click()
    link = alice.page.locator("copy-button").get_attribute("value") or ""
    alice.join(slug)

    dave.open("/join/" + link.rpartition("/")[2])
    expect(dave.page.locator("main")).to_contain_text("You enter as Dave.")
    dave.page.get_by_role("button", name="Continue").click()
    expect(dave.page.locator("green-room[data-camera=on]")).to_be_visible()
    expect(dave.name_field).to_be_hidden()
    dave.ask_to_join()
    eventually(lambda: dave.connected(1) and dave.sees(CAMERA), what="Alice's picture")
    expect(alice.tile("Dave")).to_be_visible()
    assert next(one["role"] for one in dave.welcome["participants"] if one["name"] == "Dave") == "host"
