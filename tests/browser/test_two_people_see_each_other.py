from __future__ import annotations

from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import CAMERA, Person, eventually

#: The tiles on which something generated lies over the video: the browser would draw it again with each frame.
COVERED = """() => [...document.querySelectorAll("video-tile")].filter((tile) =>
    ["::before", "::after"].some((pseudo) => getComputedStyle(tile, pseudo).content !== "none")).length"""


def in_touch(person: Person, others: int) -> bool:
    """Picture and sound of everybody else arrive, and nothing was negotiated twice."""
    return person.connected(others) and all(
        person.sees(CAMERA, connection=number) and person.hears(connection=number) for number in range(others)
    )


def test_two_people_on_two_workers_and_then_a_third(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob, carol = cast.member("Alice"), cast.guest("Bob"), cast.member("Carol")
    assert alice.origin != bob.origin

    alice.join(slug)
    bob.join(slug)
    for person in (alice, bob):
        eventually(lambda person=person: in_touch(person, 1), what=f"{person.name}'s pair")  # type: ignore[misc]
    expect(alice.tile("Bob")).to_be_visible()
    expect(bob.tile("Alice")).to_be_visible()
    assert alice.page.evaluate(COVERED) == 0

    carol.join(slug)
    for person in (alice, bob, carol):
        eventually(lambda person=person: in_touch(person, 2), what=f"{person.name}'s pairs")  # type: ignore[misc]
        assert not person.renegotiated()
    for name in ("Alice", "Bob"):
        expect(carol.tile(name)).to_be_visible()

    bob.leave()
    assert bob.tracks()[1] >= 2
    eventually(lambda: bob.tracks()[0] == 0 and bob.connections() == [], what="devices off, and no pairs")
    for person in (alice, carol):
        expect(person.tile("Bob")).to_be_hidden()
        eventually(lambda person=person: in_touch(person, 1), what=f"{person.name}'s pair")  # type: ignore[misc]
