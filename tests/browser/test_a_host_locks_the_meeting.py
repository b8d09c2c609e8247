from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import Person, eventually
from tests.browser.test_keyboard_only import tab_to


def mark(person: Person) -> Locator:
    """Beside the room's name."""
    return person.page.get_by_role("region", name="Meeting").get_by_text("Locked", exact=True)


def test_alice_locks_and_unlocks_by_keyboard(cast: Cast) -> None:
    owner = deploying.user("Alice")
    slug = deploying.room(owner=owner).slug
    alice, bob, carol = cast.member("Alice", owner), cast.member("Bob"), cast.guest("Carol")
    alice.join(slug, quiet=True)
    bob.join(slug, quiet=True)
    expect(alice.tile("Bob")).to_be_visible()

    lock = alice.page.get_by_role("switch", name="Lock the meeting")
    tab_to(alice, alice.control("More"))
    alice.page.keyboard.press("Enter")
    tab_to(alice, lock)
    expect(lock).not_to_be_checked()
    alice.page.keyboard.press("Space")
    expect(lock).to_be_checked()
    for person in (alice, bob):
        expect(mark(person)).to_be_visible()
    carol.arrive(slug, quiet=True)
    carol.ask_to_join()
    expect(carol.page.get_by_role("heading", name="You have knocked")).to_be_visible()

    alice.page.keyboard.press("Escape")
    alice.page.keyboard.press("l")
    for person in (alice, bob):
        expect(mark(person)).to_be_hidden()
    eventually(lambda: alice.connected(1), what="the pair, and nobody else")

    bob.control("More").click()
    expect(bob.page.get_by_role("button", name="Invite people")).to_be_visible()
    expect(bob.page.get_by_role("switch", name="Lock the meeting")).to_be_hidden()
