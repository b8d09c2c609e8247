"""No page is wider than a narrow screen, or than a wide one at four times the size (WCAG 2.2, success criterion 1.4.10)."""

from __future__ import annotations

from contextlib import suppress

import pytest
from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.chatting import open_chat, panel
from tests.browser.conftest import Cast
from tests.browser.filing import card, offer, picture, press
from tests.browser.person import Person, eventually

WIDTHS = [320, 360]
#: What is visible and reaches beyond the right edge, unless it is scrolled in a box of its own.
BEYOND = """() => {
    const scrolls = (element) => element && (getComputedStyle(element).overflowX !== "visible" || scrolls(element.parentElement));
    const isBeyond = (element) => {
        const { right, width } = element.getBoundingClientRect();
        return width && right > innerWidth + 0.5 && element.checkVisibility() && !element.closest(".visually-hidden");
    };
    const isWrong = (element) => isBeyond(element) && !scrolls(element.parentElement);
    const words = ({ localName, className, textContent }) => `${localName}.${className} ${textContent.trim().slice(0, 30)}`;
    return [...document.querySelectorAll("body *")].filter(isWrong).map(words);
}"""


def beyond(person: Person, *paths: str) -> list[tuple[str, int, list[str]]]:
    found = []
    for path in paths:
        person.open(path)
        for width in WIDTHS:
            person.page.set_viewport_size({"width": width, "height": 640})
            found.append((path, width, person.page.evaluate(BEYOND)))
    return [one for one in found if one[2]]


def fits(person: Person) -> None:
    """A call, whose parts find their places one after the other."""
    found: list[str] = []

    def is_fitting() -> bool:
        found[:] = person.page.evaluate(BEYOND)
        return not found

    with suppress(AssertionError):
        eventually(is_fitting)
    assert found == []


def test_pages_of_a_visitor(cast: Cast) -> None:
    slug = deploying.room(passcode="open sesame").slug
    paths = ["/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", f"/{slug}/passcode", "/nothing/here"]
    assert not beyond(cast.guest("Carol"), *paths, f"/{deploying.room().slug}")


def test_pages_of_an_owner(cast: Cast) -> None:
    owner = deploying.user("Alice-whose-name-and-address-are-long")
    slug = deploying.room("A meeting with a long name", owner=owner, members=[deploying.user("Bob")]).slug
    paths = [
        "/",
        "/profile",
        "/profile/data",
        "/profile/tokens",
        "/api/v1/reference",
        "/accounts/password/change/",
        "/accounts/email/",
        f"/{slug}",
    ]
    paths += [
        f"/{slug}/{page}"
        for page in ("settings", "people", "invite", "schedule", "schedule/new", "history", "report", "audit", "delete")
    ]
    assert not beyond(cast.member("Alice", owner), *paths)


@pytest.fixture(scope="module")
def in_a_call(company: Cast) -> Person:
    alice = company.guest("Alice")
    alice.join(deploying.room().slug, quiet=True)
    return alice


@pytest.fixture(params=[(320, 640), (360, 640), (640, 320)], ids=str)
def alice(request: pytest.FixtureRequest, in_a_call: Person) -> Person:
    """In a call on a small screen. 640 by 320 is a window of 1280 by 640 at 200 %."""
    width, height = request.param
    in_a_call.page.set_viewport_size({"width": width, "height": height})
    return in_a_call


def test_a_call(alice: Person) -> None:
    fits(alice)
    alice.control("People").click()
    fits(alice)
    alice.page.locator("people-panel").get_by_role("button", name="Close").click()


def test_a_call_on_a_screen_that_was_small_before(cast: Cast) -> None:
    """What finds its place only on joining."""
    bob = cast.guest("Bob", viewport={"width": 320, "height": 640})
    bob.arrive(deploying.room().slug, quiet=True)
    fits(bob)
    bob.ask_to_join()
    expect(bob.tile("Bob (you)")).to_be_visible()
    fits(bob)
    for tool in ("People", "Chat"):
        bob.control(tool).click()
        fits(bob)
        bob.page.get_by_role("button", name="Close").click()
    bob.control("More").click()
    fits(bob)


def test_files_in_the_chat(alice: Person, request: pytest.FixtureRequest) -> None:
    open_chat(alice)
    name = f"{request.node.callspec.id}{'x' * 140}.png"
    offer(alice, (name, "image/png", picture(2000, 100)))
    expect(card(alice, name)).to_be_visible()
    fits(alice)
    card(alice, name).get_by_role("button", name="Withdraw").scroll_into_view_if_needed()
    press(alice, "Show", name)
    close = alice.page.get_by_role("dialog").get_by_role("button", name="Close")
    expect(close).to_be_in_viewport()
    fits(alice)
    close.click()
    panel(alice).get_by_role("button", name="Close").click()
