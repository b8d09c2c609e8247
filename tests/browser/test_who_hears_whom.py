from __future__ import annotations

import re
import urllib.request

from django.conf import settings
from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import MICROPHONE, Person, eventually

#: The waits between two repairs grow up to a minute.
REPAIRED_SECONDS = 150.0


def pairs(person: Person) -> dict[str, int]:
    """What the worker of this person counts."""
    request = urllib.request.Request(f"{person.origin}/metrics", headers={"Authorization": f"Bearer {settings.METRICS_TOKEN}"})
    with urllib.request.urlopen(request) as answer:
        found = re.findall(r'conference_pairs{state="(\w+)"} (\d+)', answer.read().decode())
    return {state: int(count) for state, count in found if count != "0"}


def hears_both(person: Person) -> bool:
    return person.connected(2) and person.hears() and person.hears(connection=1)


def test_a_sound_that_does_not_arrive_is_seen_by_all_and_repaired(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob, carol = cast.member("Alice"), cast.member("Bob"), cast.guest("Carol")
    everybody = (alice, bob, carol)
    for person in everybody:
        person.join(slug)
    for person in everybody:
        eventually(lambda person=person: hears_both(person), what=person.name)  # type: ignore[misc]
    carol.control("People").click()
    row = carol.page.locator("people-panel .person", has_text="Bob")
    expect(row).not_to_contain_text("cannot hear")
    eventually(lambda: (pairs(alice), pairs(bob)) == ({"connected": 4}, {"connected": 2}), what="both workers count")

    alice.page.evaluate("(place) => window.recorder.silence(place)", [0, MICROPHONE])
    expect(alice.tile("Bob")).to_contain_text("Guest Bob cannot hear you. Repairing…")
    expect(bob.tile("Alice")).to_contain_text("You cannot hear Guest Alice. Repairing…")
    expect(row).to_contain_text("cannot hear Guest Alice")
    expect(alice.tile("Carol")).not_to_contain_text("cannot hear")
    heard = ({"connected": 4}, {"connected": 2, "silent": 1})
    eventually(lambda: (pairs(alice), pairs(bob)) == heard, what="Bob's worker counts it, and no other")

    alice.page.evaluate("() => window.recorder.relent()")
    for person in everybody:
        eventually(lambda person=person: hears_both(person), seconds=REPAIRED_SECONDS, what=person.name)  # type: ignore[misc]
    expect(bob.tile("Alice")).not_to_contain_text("cannot hear")
    expect(alice.tile("Bob")).not_to_contain_text("cannot hear")
    expect(row).not_to_contain_text("cannot hear")
    eventually(lambda: pairs(bob) == {"connected": 2}, what="Bob's worker counts that it is mended")
    for person in everybody:
        assert all(message["type"] != "report" for frame in person.incoming for message in frame)
        assert not [message for frame in person.incoming for message in frame if message["type"] == "refused"]


def test_who_says_that_the_microphone_is_off_is_not_heard_whatever_is_sent(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, mallory = cast.member("Alice"), cast.guest("Mallory")
    for person in (alice, mallory):
        person.join(slug)
    eventually(lambda: alice.connected(1) and alice.hears(), what="Alice hears Mallory")
    mallory.control("Microphone").click()
    expect(alice.tile("Mallory")).to_have_attribute("data-microphone", "off")

    mallory.page.evaluate("() => window.recorder.speak()")
    assert not alice.plays_what_arrives()
    energy = alice.received(MICROPHONE)["energy"]

    mallory.control("Microphone").click()
    expect(alice.tile("Mallory")).to_have_attribute("data-microphone", "on")
    eventually(lambda: alice.hears(since=energy + 1e-2), what="Alice hears Mallory again")
