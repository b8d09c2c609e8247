from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import CAMERA, eventually
from tests.browser.test_keyboard_only import tab_to


def test_bob_asks_how_his_line_to_alice_is(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.member("Bob")
    alice.join(slug)
    bob.join(slug)
    expect(bob.tile("Alice")).to_have_attribute("data-quality", re.compile("good|fair|poor"))

    bob.tile("Alice").hover()  # a line that is not poor says so only to those who look
    sign = bob.tile("Alice").get_by_role("button", name=re.compile("^Connection to Guest Alice"))
    tab_to(bob, sign)
    bob.page.keyboard.press("Enter")
    card = bob.page.get_by_role("dialog", name="Connection to Guest Alice")
    expect(card).to_contain_text(re.compile(r"Round trip\d+ ms"))
    expect(card).to_contain_text(re.compile(r"Picture.*received \d+ × \d+ · \d+/s · VP8"))
    expect(card).to_contain_text("Pathdirect")
    expect(card).to_contain_text("Your picture is encoded for this person alone. Only the two of you are here.")
    expect(card.locator("polyline").first).to_have_attribute("points", re.compile(r"(\S+,\S+ ){3}"))
    bob.page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(sign).to_be_focused()


def test_three_people_see_who_is_connected_to_whom(cast: Cast) -> None:
    slug = deploying.room().slug
    everybody = [cast.member("Alice"), cast.member("Bob"), cast.guest("Carol")]
    for person in everybody:
        person.join(slug, muted=True)
    alice, bob, _ = everybody
    alice.control("People").click()
    graph = alice.page.locator("room-graph")
    expect(graph.locator("line[data-grade]")).to_have_count(3)
    bob.tile("Alice").hover()
    bob.tile("Alice").get_by_role("button", name=re.compile("^Connection to Guest Alice")).click()
    expect(bob.page.get_by_role("dialog")).to_contain_text("Your picture is encoded once for all who see it at this size.")
    graph.get_by_text("The same in words").click()
    expect(graph.get_by_role("listitem").filter(has_text="Guest Bob and Guest Carol: ")).not_to_contain_text("not connected")
    bob.leave()
    expect(graph).to_be_hidden()


def test_audio_only_is_said_and_remembered(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.member("Bob")
    alice.join(slug)
    bob.join(slug)
    eventually(lambda: bob.connected(1) and bob.sees(CAMERA), what="Bob sees Alice")

    bob.page.keyboard.press("a")
    expect(bob.tile("Alice")).to_contain_text("Audio only: the picture is off")
    expect(alice.tile("Bob")).to_have_attribute("data-camera", "off")

    bob.page.reload()
    expect(bob.tile("Alice")).to_contain_text("Audio only: the picture is off")
    expect(bob.tile("Bob (you)")).to_have_attribute("data-camera", "off")
    bob.page.get_by_role("button", name="Audio only", exact=True).click()
    expect(bob.tile("Alice")).not_to_contain_text("Audio only")
    bob.control("Camera").click()
    expect(alice.tile("Bob")).to_have_attribute("data-camera", "on")
