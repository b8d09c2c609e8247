from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.browser import deployment as deploying
from tests.browser.chromium import FLAGS, program
from tests.browser.conftest import Cast
from tests.browser.deployment import Deployment
from tests.browser.person import CAMERA, Person, eventually


@pytest.fixture
def asking(playwright: Playwright, deployment: Deployment) -> Iterator[Cast]:
    """In a browser in which permissions count."""
    flags = [flag for flag in FLAGS if "fake-ui" not in flag]
    browser: Browser = playwright.chromium.launch(executable_path=program(), args=flags)
    cast = Cast(browser, deployment)
    yield cast
    cast.close()
    browser.close()


def let(person: Person, setting: str) -> None:
    """What the person chooses for the camera beside the address."""
    context = person.context.new_cdp_session(person.page).send("Target.getTargetInfo")["targetInfo"]["browserContextId"]
    assert person.context.browser
    person.context.browser.new_browser_cdp_session().send(
        "Browser.setPermission",
        {"permission": {"name": "camera"}, "setting": setting, "origin": person.origin, "browserContextId": context},
    )


def test_a_camera_is_turned_on_again_with_one_click(asking: Cast) -> None:
    slug = deploying.room().slug
    alice, bob = asking.member("Alice"), asking.guest("Bob")
    for person in (alice, bob):
        person.join(slug)
    eventually(lambda: bob.connected(1) and bob.sees(CAMERA), what="Bob sees Alice")

    let(alice, "denied")
    refused = alice.page.locator(".notice", has_text="The browser does not let this page use your camera.")
    expect(refused).to_be_visible()
    expect(alice.control("Camera")).to_have_attribute("aria-pressed", "false")
    let(alice, "granted")
    notice = alice.page.locator(".notice", has_text="The browser lets this page use your camera again.")
    notice.get_by_role("button", name="Turn on").click()
    expect(alice.control("Camera")).to_have_attribute("aria-pressed", "true")
    before = int(bob.received(CAMERA)["frames"])
    eventually(lambda: bob.sees(CAMERA, since=before + 5), what="Bob sees Alice again")
    expect(notice).to_be_hidden()


def test_the_green_room_opens_what_is_allowed(asking: Cast) -> None:
    alice = asking.member("Alice")
    let(alice, "denied")
    alice.open(f"/{deploying.room().slug}")
    expect(alice.page.get_by_text("The browser does not let this page use your camera.")).to_be_visible()
    let(alice, "granted")
    expect(alice.page.locator("green-room[data-camera=on]")).to_be_visible()
    expect(alice.page.get_by_text("The browser does not let this page use your camera.")).to_be_hidden()
