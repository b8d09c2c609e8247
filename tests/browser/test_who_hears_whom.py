from __future__ import annotations

import time

from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import MICROPHONE, eventually

NOTICED_SECONDS = 8.0


def test_a_sound_that_does_not_arrive_is_seen_by_all_and_repaired(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob, carol = cast.member("Alice"), cast.member("Bob"), cast.guest("Carol")
    everybody = (alice, bob, carol)
    for person in everybody:
        person.join(slug)
    for person in everybody:
        eventually(lambda person=person: person.connected(2) and person.hears() and person.hears(connection=1), what=person.name)  # type: ignore[misc]
    carol.control("People").click()
    row = carol.page.locator("people-panel .person", has_text="Bob")
    expect(row).not_to_contain_text("cannot hear")

    began = time.monotonic()
    alice.page.evaluate("(place) => window.recorder.silence(place)", [0, MICROPHONE])
    expect(alice.tile("Bob")).to_contain_text("Bob cannot hear you. Repairing…")
    assert time.monotonic() - began < NOTICED_SECONDS
    expect(bob.tile("Alice")).to_contain_text("You cannot hear Alice. Repairing…")
    expect(row).to_contain_text("cannot hear Alice")
    expect(alice.tile("Carol")).not_to_contain_text("cannot hear")

    expect(bob.tile("Alice")).not_to_contain_text("cannot hear", timeout=30_000)
    expect(alice.tile("Bob")).not_to_contain_text("cannot hear")
    expect(row).not_to_contain_text("cannot hear")
    for person in everybody:
        eventually(lambda person=person: person.connected(2) and person.hears() and person.hears(connection=1), what=person.name)  # type: ignore[misc]
