from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

import pytest
from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.chatting import open_chat, read, say
from tests.browser.conftest import Cast
from tests.browser.filing import card, get, offer, picture, press
from tests.browser.people import menu_of
from tests.browser.person import Person

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: The rules among them whose answer depends on colours.
COLOURS = ["color-contrast", "link-in-text-block"]
SETTLED = """async () => {
    const ends = (animation) => Number.isFinite(animation.effect.getComputedTiming().endTime);
    await Promise.allSettled(document.getAnimations().filter(ends).map(({ finished }) => finished));
}"""
#: What is written is light where the page is dark.
SCHEME = """() => {
    const context = new OffscreenCanvas(1, 1).getContext("2d");
    context.fillStyle = getComputedStyle(document.querySelector("main")).color;
    context.fillRect(0, 0, 1, 1);
    return context.getImageData(0, 0, 1, 1).data[0] > 127 ? "dark" : "light";
}"""
#: In a dark chat, axe-core compares these with the light page behind the call. They lie on the surface of the chat.
BEHIND = {"color-contrast": '^<(span class="chat-who"|time class="muted")'}
CHECK = "(runOnly) => axe.run({ runOnly, resultTypes: ['violations'], preload: false })"


class Inspector:
    """Examines pages with axe-core, and collects what it finds.

    ``known`` findings are left out: by rule, a pattern of the element. ``dark``: the page is light, and its colours are examined
    when it is dark, too. A call follows the system then.
    """

    def __init__(self, person: Person, known: Mapping[str, str] = MappingProxyType({}), *, dark: bool = False) -> None:
        self.found: list[str] = []
        self.person = person
        self._known = known
        self._dark = dark
        if dark:
            person.prefer("surface", "system")
        person.context.add_init_script(AXE)

    def visit(self, *paths: str) -> None:
        for path in paths:
            self.person.open(path)
            self.look(path)

    def look(self, what: str, *rules: str) -> None:
        """At the page as it is now, once nothing on it moves. Without ``rules``, with all of the standards."""
        if self._dark:
            self._turn("dark", what)
            self._examine(f"{what}, dark", COLOURS)
            self._turn("light", what)
        self._examine(what, [*rules] or STANDARDS)

    def _turn(self, scheme: Literal["dark", "light"], what: str) -> None:
        self.person.page.emulate_media(color_scheme=scheme)
        assert shown(self.person) == scheme, what

    def _examine(self, what: str, rules: list[str]) -> None:
        self.person.page.evaluate(SETTLED)
        report: dict[str, Any] = self.person.page.evaluate(CHECK, rules)
        for violation in report["violations"]:
            for node in violation["nodes"]:
                if re.search(self._known.get(violation["id"], "$^"), node["html"]):
                    continue
                self.found.append(
                    f"{what}: {violation['id']} at {node['target']}, {node['html'][:200]}: {node['failureSummary']}"
                )


def shown(person: Person) -> str:
    """Whether the page is dark or light."""
    scheme: str = person.page.evaluate(SCHEME)
    return scheme


def test_the_tools_of_hosts(cast: Cast) -> None:
    owner, member = deploying.user("Alice"), deploying.user("Bob")
    slug = deploying.room(owner=owner, members=[member]).slug
    alice, bob = (cast.member(str(one), one) for one in (owner, member))
    inspectors = [Inspector(person, dark=True) for person in (alice, bob)]
    for person in (alice, bob):
        person.join(slug)
    page = alice.page
    menu_of(alice, "Bob")
    inspectors[0].look("the menu of a person")
    page.get_by_role("button", name="Allow or forbid").click()
    page.get_by_role("dialog").get_by_role("switch", name="Microphone").click()
    inspectors[0].look("what Bob may use")
    expect(bob.page.get_by_text("A host does not let you use your microphone.")).to_be_visible()
    inspectors[1].look("who may not use the microphone")
    page.keyboard.press("Escape")
    tools = page.locator("people-panel").get_by_role("button", name="Tools for hosts")
    for item in ("Allow or forbid for everybody", "End the meeting for everybody"):
        tools.click()
        inspectors[0].look("the tools of hosts")
        page.get_by_role("button", name=item).last.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        inspectors[0].look(item)
        page.keyboard.press("Escape")
    found = [one for inspector in inspectors for one in inspector.found]
    assert not found, "\n\n".join(found)


@pytest.mark.parametrize("follows", [True, False], ids=["as the system", "by default"])
def test_a_call(cast: Cast, follows: bool) -> None:
    """The system is light. By default, a call is dark all the same."""
    owner = deploying.user("Alice")
    slug = deploying.room(owner=owner).slug
    alice, bob = cast.member("Alice", owner), cast.guest("Bob")
    inspector = Inspector(alice, {} if follows else BEHIND, dark=follows)
    bob.join(slug)
    alice.arrive(slug)
    inspector.look("green room")
    alice.ask_to_join()
    expect(alice.tile("Bob")).to_be_visible()
    assert shown(alice) == ("light" if follows else "dark")
    inspector.look("call")
    bob.control("Camera").click()
    bob.control("Microphone").click()
    expect(alice.tile("Bob")).to_have_attribute("data-camera", "off")
    menu = menu_of(alice, "Guest Bob")
    menu.get_by_role("switch", name="Mute for me").click()
    inspector.look("people and the menu of one of them")
    alice.page.keyboard.press("Escape")
    alice.control("Audio devices").click()
    expect(alice.page.get_by_role("group", name="Audio devices")).to_be_visible()
    inspector.look("audio devices")
    alice.page.keyboard.press("Escape")
    alice.control("Share screen").click()
    expect(alice.page.get_by_role("button", name="Stop presenting")).to_be_visible()
    inspector.look("presenting")
    alice.control("People").click()
    expect(alice.page.locator("people-panel")).to_be_hidden()
    alice.control("View").click()
    inspector.look("view")
    alice.page.keyboard.press("Escape")
    open_chat(alice)
    say(alice, "hello *there*, see `code` and https://example.org/")
    read(alice, "hello there, see code and https://example.org/")
    inspector.look("chat")
    open_chat(bob)
    offer(bob, ("photo.png", "image/png", picture(40, 30)), ("report.txt", "text/plain", b"report"))
    offer(alice, ("own.txt", "text/plain", b"own"))
    get(alice, "photo.png")
    for name in ("report.txt", "own.txt"):
        expect(card(alice, name)).to_be_visible()
    inspector.look("files")
    press(alice, "Show", "photo.png")
    inspector.look("picture")
    alice.page.keyboard.press("Escape")
    alice.control("More").click()
    inspector.look("menu")
    alice.page.locator("#more").get_by_role("button", name="Verify the call").click()
    expect(alice.page.locator(".code")).to_be_visible()
    alice.page.get_by_text("What do equal words show?").click()
    inspector.look("the security code")
    alice.page.keyboard.press("Escape")
    for key, dialog in (("i", "invitation"), ("d", "devices"), ("?", "shortcuts")):
        alice.page.keyboard.press(key)
        expect(alice.page.get_by_role("dialog")).to_be_visible()
        inspector.look(dialog)
        alice.page.keyboard.press("Escape")
        expect(alice.page.get_by_role("dialog")).to_be_hidden()
    alice.leave()
    inspector.look("the end")
    assert not inspector.found, "\n\n".join(inspector.found)


def test_a_lobby(cast: Cast) -> None:
    owner = deploying.user("Alice")
    slug = deploying.room(owner=owner, waits="guests").slug
    alice = cast.member("Alice", owner)
    host = Inspector(alice, dark=True)
    alice.join(slug, quiet=True)
    waiting = Inspector(cast.guest("Carol"), dark=True)
    people = [waiting.person, cast.guest("Dave")]
    for person in people:
        person.arrive(slug, quiet=True)
        person.ask_to_join()
        expect(person.page.get_by_role("heading", name="You have knocked")).to_be_focused()
    waiting.look("waiting")
    alice.control("People").click()
    expect(alice.page.get_by_role("button", name="Let all in")).to_be_visible()
    host.look("those who wait")
    alice.page.get_by_role("button", name="Turn Guest Carol away").click()
    expect(alice.page.get_by_role("dialog", name="Turn Guest Carol away?")).to_be_visible()
    host.look("what they are told")
    alice.page.get_by_role("radio", name="There is no free seat.").check()
    alice.page.get_by_role("dialog").get_by_role("button", name="Turn away").click()
    expect(waiting.person.page.get_by_role("heading", name="You were not let in")).to_be_focused()
    waiting.look("turned away")
    assert not host.found + waiting.found, "\n\n".join(host.found + waiting.found)


def test_buttons_keep_their_names_where_there_is_no_room_for_labels(cast: Cast) -> None:
    slug = deploying.room().slug
    bob = cast.guest("Bob", viewport={"width": 390, "height": 844})
    bob.join(slug, quiet=True)
    for name in ("Microphone", "Camera", "Share screen", "People", "More", "Leave"):
        expect(bob.page.get_by_label("Controls").get_by_role("button", name=name)).to_be_visible()
