from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.deployment import Deployment
from tests.browser.people import menu_of
from tests.browser.person import Person, eventually
from tests.browser.test_a_host_keeps_order import hosted, meet, plays, pressed, said
from tests.redis_server import free_port


def test_bob_is_muted_while_the_server_is_away_and_turns_the_microphone_on_when_it_is_back(
    gather: Callable[[Deployment], Cast], directory: Path, database: Path, static: Path
) -> None:
    ports = [free_port(), free_port()]
    with deploying.deployed(directory, database=database, static=static, ports=ports) as deployment:
        slug, alice, bob = hosted(gather(deployment))
        meet(slug, alice, bob)
        alice.control("People").click()
        for person in (alice, bob):  # what the page loads later is there
            expect(person.controls.locator("[data-part=elapsed]").first).not_to_be_empty()
        for server in deployment.workers:
            server.process.kill()
        for person in (alice, bob):
            expect(person.page.get_by_text("Reaching the server…")).to_be_visible()
        menu_of(alice, "Bob").get_by_role("button", name="Mute for everyone").click()
        expect(said(bob, "A host turned your microphone off.")).to_be_visible()
        expect(alice.tile("Bob")).to_have_attribute("data-microphone", "off")
        eventually(lambda: not plays(alice, "Bob"), what="silence")
        bob.control("Microphone").click()
        expect(said(bob, "Your microphone stays off until a host lets you use it.")).to_be_visible()
        expect(pressed(bob, "Microphone")).to_have_count(0)
    with deploying.deployed(directory, database=database, static=static, ports=ports):
        expect(alice.page.locator("people-panel").get_by_text("stopped by a host")).to_be_visible()
        expect(alice.tile("Bob")).to_have_attribute("data-microphone", "off")
        eventually(lambda: turns_on(bob), what="Bob is back, and lifts what the server says now")
        expect(alice.tile("Bob")).to_have_attribute("data-microphone", "on")


def turns_on(person: Person) -> bool:
    """Press the button, and say whether the microphone is on a little later."""
    person.control("Microphone").click()
    try:
        expect(pressed(person, "Microphone")).to_have_count(1, timeout=3000)
    except AssertionError:
        return False
    return True
