"""A connection is closed under somebody's page: the pair is made anew, and what was on the stage stays there."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import CAMERA, SCREEN, Person, eventually

NO_DOCUMENTS = "delete Window.prototype.documentPictureInPicture; delete window.documentPictureInPicture;"
SHARED = "Screen of Guest Alice"


def pair(cast: Cast, script: str = "") -> tuple[Person, Person]:
    """Alice, and Bob who came later and has offered to her."""
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.guest("Bob")
    bob.context.add_init_script(script)
    for person in (alice, bob):
        person.join(slug, muted=True)
    for person in (alice, bob):
        eventually(lambda person=person: person.connected(1) and person.sees(CAMERA), what=person.name)  # type: ignore[misc]
    return alice, bob


def made(person: Person) -> int:
    count: int = person.page.evaluate("() => window.recorder.made()")
    return count


def offered(*people: Person) -> set[str]:
    """The connections that these people have offered. A busy machine is so slow that the one who waits longer offers, too."""
    signals = [message for person in people for frame in person.sent for message in frame if message["type"] == "signal"]
    return {signal["connection"] for signal in signals if signal.get("description", {}).get("type") == "offer"}


def renewed(person: Person) -> bool:
    return made(person) > 1 and person.connected(1) and person.sees(CAMERA)


@pytest.mark.parametrize("unlucky", ["Alice", "Bob"])
def test_whichever_end_is_closed_the_pair_comes_back(cast: Cast, unlucky: str) -> None:
    people = pair(cast)
    next(person for person in people if person.name == unlucky).page.evaluate("() => window.recorder.end()")
    for person in people:
        eventually(lambda person=person: renewed(person), what=f"{person.name}'s new pair")  # type: ignore[misc]
    for person in people:
        assert 2 <= made(person) <= min(3, len(offered(*people))), "both agree at once, unless both have offered"


@pytest.mark.parametrize("script", ["", NO_DOCUMENTS], ids=["document", "video"])
def test_what_was_large_stays_large(cast: Cast, script: str) -> None:
    alice, bob = pair(cast, script)
    alice.control("Share screen").click()
    tile = bob.tile(SHARED)
    expect(tile).to_be_visible()
    eventually(lambda: bob.sees(SCREEN), what="Bob sees the screen")
    press(bob, "Alice", "Picture in picture: Guest Alice")
    eventually(lambda: standing(bob)[2], what="Alice in a window of her own")
    press(bob, SHARED, f"Pin {SHARED}")
    press(bob, SHARED, f"Full screen: {SHARED}")
    eventually(lambda: standing(bob) == [SHARED, True, True], what="Bob's view")

    element = tile.element_handle()
    alice.page.evaluate("() => window.recorder.end()")
    eventually(lambda: renewed(bob) and bob.sees(SCREEN), what="Bob's new pair")
    assert element.evaluate("(tile) => tile.isConnected"), "the tile of before"
    assert standing(bob) == [SHARED, True, True]

    alice.control("Share screen").click()
    expect(tile).to_have_count(0)


def press(person: Person, tile: str, button: str) -> None:
    person.tile(tile).hover()
    person.tile(tile).get_by_role("button", name=button, exact=True).click()


def standing(person: Person) -> list[object]:
    """Whose tile fills the screen, whether it is pinned, and whether a picture is in a window of its own."""
    found: list[object] = person.page.evaluate("""() => {
        const full = document.fullscreenElement;
        const name = full?.getAttribute("aria-label")?.split(",")[0] ?? null;
        const apart = window.documentPictureInPicture?.window ?? document.pictureInPictureElement;
        return [name, full?.hasAttribute("data-pinned") ?? false, apart !== null];
    }""")
    return found
