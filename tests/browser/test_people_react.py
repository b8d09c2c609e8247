"""Reactions go from browser to browser, by keyboard, by touch on a narrow screen, and without motion where one wants none."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import Person, eventually

#: A reaction is seen for a moment, and read out once; this remembers each, with the tile that it was over.
REMEMBERS = """() => {
    [window.seen, window.said] = [[], []];
    const place = (node) => node.parentElement.getAttribute("aria-label")?.split(",")[0] ?? "";
    const added = (node) => {
        if (node.className === "reaction") seen.push([node.textContent, place(node), getComputedStyle(node).animationName]);
        if (node.className === "visually-hidden") said.push(node.textContent);
    };
    new MutationObserver((records) => records.flatMap((record) => [...record.addedNodes]).forEach(added))
        .observe(document.body, { childList: true, subtree: true });
}"""
PHONE: dict[str, Any] = {"has_touch": True, "is_mobile": True, "viewport": {"width": 320, "height": 640}}


def seen(person: Person) -> list[list[str]]:
    found: list[list[str]] = person.page.evaluate("() => window.seen")
    return found


def test_everybody_sees_who_reacts(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob, carol = cast.member("Alice", reduced_motion="reduce"), cast.guest("Bob"), cast.guest("Carol", **PHONE)
    everybody = [alice, bob, carol]
    for person in everybody:
        person.join(slug)
    for person in everybody:
        for other in everybody:
            if other is not person:
                expect(person.tile(other.name)).to_have_attribute("data-microphone", "on")
        person.page.evaluate(REMEMBERS)

    bob.page.keyboard.press("r")
    expect(bob.page.get_by_role("button", name="Thumbs up")).to_be_focused()
    bob.page.keyboard.press("Tab")
    bob.page.keyboard.press("Enter")
    for person, place, motion in ((alice, "Guest Bob", "none"), (bob, "Bob (you)", "float"), (carol, "Guest Bob", "float")):
        eventually(lambda person=person: seen(person), what=f"{person.name} sees it")  # type: ignore[misc]
        assert seen(person) == [["👏", place, motion]]
    eventually(lambda: "Guest Bob applauds" in alice.page.evaluate("() => window.said"), what="it is read out")

    expect(carol.controls.locator("[popovertarget=react]").first).to_be_hidden()
    carol.control("More").tap()
    carol.page.get_by_role("button", name="React").tap()
    carol.page.get_by_role("button", name="Celebrate").tap()
    for person in (alice, bob):
        eventually(lambda person=person: len(seen(person)) == 2, what=f"{person.name} sees Carol's")  # type: ignore[misc]
        assert seen(person)[1][:2] == ["🎉", "Guest Carol"]
    expect(alice.page.locator(".reaction")).to_have_count(0)


def test_bob_leaves_joins_again_and_reacts(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.guest("Bob")
    everybody = [alice, bob]
    for person in everybody:
        person.join(slug)
    bob.leave()
    bob.page.get_by_role("link", name="Join again").click()
    bob.ask_to_join()
    expect(alice.tile("Bob")).to_have_attribute("data-microphone", "on")
    expect(bob.tile("Alice")).to_have_attribute("data-microphone", "on")
    for person in everybody:
        person.page.evaluate(REMEMBERS)

    bob.control("React").click()
    bob.page.get_by_role("button", name="Applaud").click()
    for person, place in ((alice, "Guest Bob"), (bob, "Bob (you)")):
        eventually(lambda person=person: seen(person), what=f"{person.name} sees it")  # type: ignore[misc]
        assert seen(person) == [["👏", place, "float"]]
