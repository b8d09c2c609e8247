"""The control bar: where its buttons are, and that each is reached on every screen."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import MICROPHONE, SCREEN, Person, eventually
from tests.browser.test_keyboard_only import tab_to

MEDIA = ["Microphone", "Camera", "Share screen", "Raise hand", "React"]
TOOLS = ["People", "Chat", "View", "More", "Leave"]
TOUCHED = 44
#: Wide, narrow phones, a wide screen at twice the size, and a phone that lies on its side.
SIZES = [(1280, 720), (320, 640), (360, 740), (390, 844), (640, 360), (740, 340), (900, 600)]
WIDE: Any = {"width": 1280, "height": 720}
PLAYED = """const native = OscillatorNode.prototype.start;
window.played = [];
OscillatorNode.prototype.start = function (...when) {
    window.played.push(this.frequency.value);
    return native.apply(this, when);
};"""


def box(target: Locator) -> dict[str, float]:
    found: Any = target.bounding_box()
    return dict(found)


def middle(target: Locator) -> float:
    found = box(target)
    return found["x"] + found["width"] / 2


def elapsed(person: Person) -> int:
    """The seconds that are shown."""
    text = person.controls.locator(".controls-info [data-part=elapsed]").inner_text()
    minutes, _, seconds = text.rpartition(":")
    return 60 * int(minutes) + int(seconds) if minutes else 0


def surface(person: Person) -> str:
    color: str = person.page.locator(".call").evaluate("(element) => getComputedStyle(element).backgroundColor")
    return "light" if is_light(color) else "dark"


def ink(person: Person) -> str:
    """The colour of the heading."""
    color: str = person.page.locator("h1:visible").evaluate("(element) => getComputedStyle(element).color")
    return color


def is_light(color: str) -> bool:
    return float(color.removeprefix("oklch(").split()[0]) > 0.5


@pytest.fixture(scope="module")
def pair(company: Cast) -> tuple[Person, Person]:
    """Alice and Bob in a call."""
    slug = deploying.room().slug
    alice, bob = company.member("Alice"), company.guest("Bob", viewport=WIDE)
    for person in (alice, bob):
        person.join(slug, quiet=True)
    expect(bob.tile("Alice")).to_be_visible()
    return alice, bob


@pytest.fixture
def alice(pair: tuple[Person, Person]) -> Person:
    return pair[0]


@pytest.fixture
def bob(pair: tuple[Person, Person]) -> Iterator[Person]:
    """On a wide screen, with no menu open."""
    person = pair[1]
    yield person
    person.page.keyboard.press("Escape")
    person.page.set_viewport_size(WIDE)


def test_media_are_in_the_middle_and_tools_on_the_right(bob: Person) -> None:
    for name in [*MEDIA, *TOOLS]:
        expect(bob.control(name)).to_be_visible()
    places = [middle(bob.control(name)) for name in [*MEDIA, *TOOLS]]
    assert places == sorted(places)
    first, last = box(bob.control(MEDIA[0])), box(bob.control(MEDIA[-1]))
    assert abs((first["x"] + last["x"] + last["width"]) / 2 - 640) < 2
    assert box(bob.control("Leave"))["x"] + box(bob.control("Leave"))["width"] > 1240
    assert box(bob.controls.locator(".controls-info [data-part=elapsed]"))["x"] < 100


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_everything_is_reached_on_every_screen(bob: Person, size: tuple[int, int]) -> None:
    bob.page.set_viewport_size({"width": size[0], "height": size[1]})
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


def test_the_menu_of_the_narrowest_bar_does_what_the_buttons_do(alice: Person, bob: Person) -> None:
    bob.page.set_viewport_size({"width": 320, "height": 640})
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
    bob.page.set_viewport_size(WIDE)
    expect(bob.control("Share screen")).to_have_attribute("aria-pressed", "true")
    bob.control("Share screen").click()
    expect(alice.tile("Screen of Guest Bob")).to_have_count(0)


def test_devices_are_chosen_beside_their_button(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.guest("Bob")
    alice.join(slug, quiet=True)
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


def test_the_time_goes_on_over_a_reload(cast: Cast) -> None:
    bob = cast.guest("Bob")
    bob.join(deploying.room().slug, quiet=True)
    before = eventually(lambda: elapsed(bob) >= 3 and elapsed(bob), what="the time")
    bob.page.reload()
    expect(bob.tile("Bob (you)")).to_be_visible()
    assert eventually(lambda: elapsed(bob), what="the time again") >= before
    bob.leave()
    bob.page.get_by_role("link", name="Join again").click()
    asked = time.monotonic()
    bob.ask_to_join()
    expect(bob.tile("Bob (you)")).to_be_visible()
    eventually(lambda: elapsed(bob), what="the time of another stay")
    assert elapsed(bob) <= time.monotonic() - asked + 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_call_is_dark_unless_one_chooses_otherwise(cast: Cast, scheme: str) -> None:
    slug = deploying.room().slug
    bob = cast.guest("Bob", color_scheme=scheme)
    bob.join(slug, quiet=True)
    eventually(lambda: surface(bob) == "dark", what="a dark call")
    for name, expected in (("Light", "light"), ("As the system", scheme), ("Dark", "dark"), ("Light", "light")):
        bob.control("View").click()
        bob.page.locator("#view").get_by_role("button", name=name).click()
        eventually(lambda expected=expected: surface(bob) == expected, what=f"{name} is {expected}")  # type: ignore[misc]
        bob.page.keyboard.press("Escape")
    bob.page.reload()
    expect(bob.tile("Bob (you)")).to_be_visible()
    eventually(lambda: surface(bob) == "light", what="a light call after the reload")
    bob.leave()
    eventually(lambda: is_light(ink(bob)) == (scheme == "dark"), what="the page around a call is as the system")


def test_whoever_presents_sees_it_everywhere_and_stops_it_there(alice: Person, bob: Person) -> None:
    bar = bob.page.get_by_role("group", name="You are presenting your screen.")
    expect(bar).to_have_count(0)
    bob.control("Share screen").click()
    expect(bar).to_be_visible()
    screen = alice.page.get_by_role("group", name="Screen of Guest Bob")
    expect(screen).to_be_visible()
    bob.page.keyboard.press("g")
    expect(bar).to_be_visible()
    bob.control("People").click()
    expect(bar).to_be_visible()
    bob.tile("Alice").hover()
    bob.tile("Alice").get_by_role("button", name="Full screen").click()
    expect(bob.page.locator("video-tile:fullscreen")).to_have_count(1)
    expect(bar).to_be_visible()
    bar.get_by_role("button", name="Stop presenting").click()
    expect(bar).to_have_count(0)
    expect(screen).to_have_count(0)
    expect(bob.control("Share screen")).to_have_attribute("aria-pressed", "false")
    bob.page.evaluate("() => document.exitFullscreen()")
    bob.control("People").click()
    bob.page.keyboard.press("g")


def test_it_sounds_when_others_come_and_go(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.guest("Bob")
    alice.context.add_init_script(PLAYED)
    alice.join(slug, quiet=True)

    def played() -> list[float]:
        pitches: list[float] = alice.page.evaluate("() => window.played")
        return pitches

    eventually(lambda: elapsed(alice) >= 2, what="what is loaded after joining")
    assert played() == []
    bob.join(slug, quiet=True)
    eventually(lambda: len(played()) == 2, what="a sound")
    bob.leave()
    eventually(lambda: len(played()) == 4, what="another sound")
    assert played()[1] > played()[0] and played()[3] < played()[2]
    alice.control("More").click()
    alice.page.get_by_role("switch", name="Sound when somebody comes or goes").click()
    expect(alice.page.get_by_role("switch", name="Sound when somebody comes or goes")).to_have_attribute("aria-checked", "false")
