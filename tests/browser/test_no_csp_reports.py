from __future__ import annotations

from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import SCREEN, eventually

ADMIN = ("", "rooms/room/", "rooms/room/add/", "rooms/session/", "rooms/ban/", "rooms/auditentry/", "accounts/user/")


def test_a_page_that_breaks_the_policy_is_noticed(cast: Cast) -> None:
    mallory = cast.guest("Mallory")
    mallory.open("/")
    mallory.page.evaluate("() => { try { document.body.innerHTML = '<p>' } catch { /* as it should be */ } }")
    assert mallory.page.evaluate("() => document.querySelectorAll('main').length") == 1
    eventually(lambda: mallory.page.title() and mallory.reports, what="the report")  # it is told while Playwright is asked
    mallory.reports.clear()


def test_a_walk_through_everything_breaks_no_policy(cast: Cast) -> None:
    """The check itself is made after every test (see ``gather``)."""
    owner = deploying.user("Alice", is_staff=True, is_superuser=True)
    room = deploying.room(owner=owner, passcode="open sesame")
    alice, bob = cast.member("Alice", owner), cast.guest("Bob")
    for path in ("/", "/profile", "/accounts/email/", "/accounts/password/change/", "/nothing/here"):
        alice.open(path)
    for page in ("settings", "people", "invite", "schedule", "schedule/new", "history", "audit", "delete", "qr.svg"):
        alice.open(f"/{room.slug}/{page}")
    for page in (*ADMIN, f"rooms/room/{room.pk}/change/", f"accounts/user/{owner.pk}/change/"):
        alice.open(f"/admin/{page}")
        expect(alice.page.locator("#content")).to_be_visible()
    for path in ("/", "/join", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"):
        bob.open(path)

    bob.open(f"/{room.slug}")
    bob.page.get_by_label("Passcode").fill("open sesame")
    bob.page.keyboard.press("Enter")
    expect(bob.name_field).to_be_visible()
    alice.join(room.slug)
    bob.join(room.slug)
    bob.control("Share screen").click()
    eventually(lambda: alice.connections() and alice.sees(SCREEN), what="Bob's screen")
    for key in ("i", "d", "?"):
        alice.page.keyboard.press(key)
        expect(alice.page.get_by_role("dialog")).to_be_visible()
        alice.page.keyboard.press("Escape")
    alice.leave()
    bob.leave()
