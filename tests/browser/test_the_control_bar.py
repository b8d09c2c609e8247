"""The control bar: where its buttons are, and that each is reached on every screen."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import MICROPHONE, SCREEN, eventually
from tests.browser.test_keyboard_only import tab_to

MEDIA = ["Microphone", "Camera", "Share screen", "Raise hand", "React"]
TOOLS = ["People", "Chat", "View", "More", "Leave"]
TOUCHED = 44
#: Wide, narrow phones, a wide screen at twice the size, and a phone that lies on its side.
SIZES = [(1280, 720), (320, 640), (360, 740), (390, 844), (640, 360), (740, 340), (900, 600)]


def box(target: Locator) -> dict[str, float]:
    found: Any = target.bounding_box()
    return dict(found)


def middle(target: Locator) -> float:
    found = box(target)
    return found["x"] + found["width"] / 2


def test_media_are_in_the_middle_and_tools_on_the_right(cast: Cast) -> None:
    bob = cast.guest("Bob", viewport={"width": 1280, "height": 720})
    bob.join(deploying.room().slug)
    expect(bob.control("Chat")).to_be_visible()
    places = [middle(bob.control(name)) for name in [*MEDIA, *TOOLS]]
    assert places == sorted(places)
    first, last = box(bob.control(MEDIA[0])), box(bob.control(MEDIA[-1]))
    assert abs((first["x"] + last["x"] + last["width"]) / 2 - 640) < 2
    assert box(bob.control("Leave"))["x"] + box(bob.control("Leave"))["width"] > 1240


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_everything_is_reached_on_every_screen(cast: Cast, size: tuple[int, int]) -> None:
    bob = cast.guest("Bob", viewport={"width": size[0], "height": size[1]})
    bob.join(deploying.room().slug)
    expect(bob.control("Chat")).to_be_visible()
    shown = [name for name in [*MEDIA, *TOOLS] if bob.control(name).is_visible()]
    boxes = [box(bob.control(name).locator(".control-face")) for name in shown]
    for name, face in zip(shown, boxes, strict=True):
        assert face["width"] >= TOUCHED <= face["height"], (name, face)
        assert face["x"] >= 0 and face["x"] + face["width"] <= size[0], (name, face)
        assert face["y"] + face["height"] <= size[1], (name, face)
    for before, after in zip(boxes, boxes[1:], strict=False):
        assert before["x"] + before["width"] <= after["x"] + 0.5
    bob.control("More").click()
    menu = bob.page.locator("#more")
    for name in [*MEDIA, *TOOLS]:
        if name not in shown:
            expect(menu.get_by_role("button", name=name)).to_be_visible()
        elif name != "More":
            expect(menu.get_by_role("button", name=name, exact=True)).to_have_count(0)
    expect(menu.get_by_role("button", name="Camera, microphone, speaker")).to_be_visible()


def test_the_menu_of_the_narrowest_bar_does_what_the_buttons_do(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.guest("Bob", viewport={"width": 320, "height": 640})
    alice.join(slug)
    bob.join(slug)
    expect(alice.tile("Bob")).to_be_visible()
    for raised in (True, False):
        bob.control("More").click()
        bob.page.locator("#more").get_by_role("button", name="Raise hand").click()
        expect(bob.page.locator("#more")).to_be_hidden()
        expect(alice.page.locator("video-tile[data-hand]")).to_have_count(int(raised))
    bob.control("More").click()
    bob.page.locator("#more").get_by_role("button", name="Share screen").click()
    eventually(lambda: alice.sees(SCREEN), what="Bob's screen")
    bob.control("More").click()
    expect(bob.page.locator("#more").get_by_role("button", name="Share screen")).to_have_attribute("aria-pressed", "true")
    bob.page.set_viewport_size({"width": 1280, "height": 720})
    expect(bob.control("Share screen")).to_have_attribute("aria-pressed", "true")


def test_devices_are_chosen_beside_their_button(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.guest("Bob")
    alice.join(slug)
    bob.join(slug)
    eventually(lambda: alice.connections() and alice.hears(), what="Bob's sound")
    before = bob.sending(MICROPHONE)
    tab_to(bob, bob.control("Microphone"))
    bob.page.keyboard.press("Tab")
    expect(bob.control("Audio devices")).to_be_focused()
    bob.page.keyboard.press("Enter")
    menu = bob.page.get_by_role("group", name="Audio devices")
    picker = menu.get_by_label("Microphone", exact=True)
    expect(picker).to_be_visible()
    expect(menu.get_by_label("Speaker")).to_be_visible()
    tab_to(bob, picker)
    values = picker.locator("option").evaluate_all("(options) => options.map(({ value }) => value)")
    picker.select_option(next(value for value in values if value != picker.input_value()))
    eventually(lambda: bob.sending(MICROPHONE) not in (None, before), what="the other microphone")
    bob.page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    bob.control("Video devices").click()
    expect(bob.page.get_by_role("group", name="Video devices").get_by_label("Camera")).to_be_visible()
    assert not bob.renegotiated()
