"""A phone: touch, a narrow screen, and a browser that plays no sound before a gesture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.browser import deployment as deploying
from tests.browser.chromium import launch
from tests.browser.conftest import Cast
from tests.browser.deployment import Deployment
from tests.browser.person import Person, eventually

PHONE: dict[str, Any] = {"has_touch": True, "is_mobile": True, "viewport": {"width": 390, "height": 844}}
IS_PLAYING = "() => [...document.querySelectorAll('audio')].filter((audio) => audio.srcObject).map(({ paused }) => !paused)"

#: To the console, because whatever Playwright evaluates in a page counts as a gesture there.
TELLS = """for (const type of ["blocked", "playing"]) addEventListener(type, ({ target }) => {
    if (type === "blocked" || target.localName === "audio") console.log(type);
}, true);"""


@pytest.fixture(scope="module")
def strict(playwright: Playwright) -> Iterator[Browser]:
    """A browser that keeps sound back until the first gesture, as those of people do."""
    browser = launch(playwright, "--autoplay-policy=document-user-activation-required")
    yield browser
    browser.close()


@pytest.fixture
def strict_cast(strict: Browser, deployment: Deployment) -> Iterator[Cast]:
    cast = Cast(strict, deployment)
    yield cast
    cast.close()


def plays(person: Person) -> bool:
    playing: list[bool] = person.page.evaluate(IS_PLAYING)
    return bool(playing) and all(playing)


def reopen(person: Person, path: str) -> None:
    """As the browser does that was closed: the tab with what it stored, and no gesture yet. A reload keeps the gesture."""
    stored = person.page.evaluate("() => JSON.stringify(Object.entries(sessionStorage))")
    person.page.close()
    person.page = person.context.new_page()
    person.watch(person.page)
    person.page.add_init_script(f"for (const [key, value] of {stored}) sessionStorage.setItem(key, value);")
    person.page.add_init_script(TELLS)
    person.open(path)


def test_sound_is_turned_on_by_touch(strict_cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob = strict_cast.member("Alice"), strict_cast.guest("Bob", **PHONE)
    alice.join(slug)
    bob.arrive(slug)
    bob.page.locator("green-room").get_by_role("button", name="Join").tap()
    eventually(lambda: plays(bob), what="the sound of Alice")
    for device in ("Camera", "Microphone"):  # whoever is recorded may be played sound
        bob.control(device).tap()
        expect(bob.control(device)).to_have_attribute("aria-pressed", "false")
    with bob.page.context.expect_event("console", lambda message: message.text == "blocked"):
        reopen(bob, f"/{slug}")
    with bob.page.expect_console_message(lambda message: message.text == "playing"):
        bob.page.touchscreen.tap(PHONE["viewport"]["width"] / 2, PHONE["viewport"]["height"] / 2)
    expect(bob.page.get_by_role("button", name="Turn on sound")).to_be_hidden()


def test_what_the_system_pauses_is_played_again(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.guest("Bob", **PHONE)
    alice.join(slug)
    bob.join(slug)
    eventually(lambda: plays(bob), what="the sound of Alice")
    bob.page.evaluate("() => { for (const one of document.querySelectorAll('video-tile :is(audio, video)')) one.pause(); }")
    eventually(lambda: plays(bob), what="the sound of Alice again")
    tile = bob.tile("Alice").locator("video")
    eventually(lambda: not tile.evaluate("(video) => video.paused"), what="the picture of Alice again")


#: A camera as that of a phone held upright, at its back.
UPRIGHT = """const native = MediaDevices.prototype.getUserMedia;
MediaDevices.prototype.getUserMedia = async function (constraints) {
    const stream = await native.call(this, constraints);
    const [camera] = stream.getVideoTracks();
    if (!camera) return stream;
    const canvas = Object.assign(document.createElement("canvas"), { width: 720, height: 1280 });
    const context = canvas.getContext("2d");
    setInterval(() => {
        context.fillStyle = `hsl(${performance.now() / 20} 80% 50%)`;
        context.fillRect(0, 0, 720, 1280);
    }, 50);
    const [upright] = canvas.captureStream(30).getVideoTracks();
    const settings = upright.getSettings.bind(upright);
    upright.getSettings = () => ({ ...settings(), facingMode: "environment" });
    camera.stop();
    return new MediaStream([...stream.getAudioTracks(), upright]);
};"""
FIT = "(video) => [getComputedStyle(video).objectFit, getComputedStyle(video).transform, video.videoWidth < video.videoHeight]"


def test_an_upright_picture_is_shown_whole_and_large_enough(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.guest("Bob", **PHONE)
    bob.context.add_init_script(UPRIGHT)
    alice.join(slug)
    bob.join(slug)
    seen, own = alice.tile("Bob").locator("video"), bob.tile("Bob (you)").locator("video")
    for video in (seen, own):
        eventually(lambda video=video: video.evaluate(FIT) == ["contain", "none", True], what="the whole picture")  # type: ignore[misc]
    height = alice.tile("Bob").bounding_box()["height"]  # type: ignore[index]
    eventually(lambda: seen.evaluate("(video) => video.videoHeight") >= height, what=f"{height} lines")


INSIDE = """(menu) => {
    const box = menu.getBoundingClientRect();
    return box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth;
}"""


def test_menus_are_whole_on_a_phone_that_lies_on_its_side_and_at_twice_the_size(cast: Cast) -> None:
    slug = deploying.room().slug
    bob = cast.guest("Bob", has_touch=True, is_mobile=True, viewport={"width": 740, "height": 340})
    bob.join(slug, quiet=True)
    for width, height in ((740, 340), (640, 360), (320, 280)):
        bob.page.set_viewport_size({"width": width, "height": height})
        for name in ("React", "View", "More"):
            if bob.control(name).is_hidden():
                bob.control("More").tap()
                bob.page.locator("#more").get_by_role("button", name=name).tap()
            else:
                bob.control(name).tap()
            menu = bob.page.locator(f"#{name.lower()}")
            expect(menu).to_be_visible()
            eventually(lambda menu=menu: menu.evaluate(INSIDE), what=f"{name} inside of {width} x {height}")  # type: ignore[misc]
            menu.get_by_role("button").last.or_(menu.get_by_role("switch").last).last.scroll_into_view_if_needed()
            bob.page.keyboard.press("Escape")


def test_single_letters_are_no_shortcuts_for_whoever_switches_them_off(cast: Cast) -> None:
    slug = deploying.room().slug
    bob = cast.guest("Bob")
    bob.join(slug)
    bob.page.keyboard.press("?")
    bob.page.get_by_role("checkbox", name="Single letters are shortcuts").uncheck()
    bob.page.keyboard.press("Escape")
    bob.page.reload()
    expect(bob.tile("Bob (you)")).to_be_visible()
    bob.page.keyboard.press("m")
    bob.page.keyboard.press("v")
    expect(bob.control("Camera")).to_have_attribute("aria-pressed", "true")
    expect(bob.control("Microphone")).to_have_attribute("aria-pressed", "true")
