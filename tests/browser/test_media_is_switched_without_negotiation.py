from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import CAMERA, MICROPHONE, SCREEN, Person, eventually


@pytest.fixture
def pair(cast: Cast) -> tuple[Person, Person]:
    """Alice, who switches, and Bob, who watches."""
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.member("Bob")
    alice.join(slug)
    bob.join(slug)
    eventually(lambda: bob.connections() and bob.sees(CAMERA) and bob.hears(), what="Alice's picture and sound")
    return alice, bob


def assert_never_negotiated_again(*people: Person) -> None:
    for person in people:
        assert not person.renegotiated()
        assert [one["signaling"] for one in person.connections()] == ["stable"]


def silent(person: Person, slot: int) -> bool:
    """Nothing arrives in the slot while the other one takes in 4 kB."""
    other = CAMERA if slot == MICROPHONE else MICROPHONE
    before, start = person.received(slot)["bytes"], person.received(other)["bytes"]
    eventually(lambda: person.received(other)["bytes"] > start + 4000, what="the other slot's bytes")
    return person.received(slot)["bytes"] == before


def test_microphone(pair: tuple[Person, Person]) -> None:
    alice, bob = pair
    alice.control("Microphone").click()
    expect(bob.tile("Alice")).to_have_attribute("data-microphone", "off")
    expect(bob.page.get_by_role("group", name="Guest Alice, microphone off")).to_be_visible()
    eventually(lambda: silent(bob, MICROPHONE), what="silence")

    energy = bob.received(MICROPHONE)["energy"]
    alice.control("Microphone").click()
    expect(bob.tile("Alice")).to_have_attribute("data-microphone", "on")
    eventually(lambda: bob.hears(since=energy + 1e-4), what="Alice's voice")
    assert_never_negotiated_again(alice, bob)


def test_camera(pair: tuple[Person, Person]) -> None:
    alice, bob = pair
    alice.control("Camera").click()
    expect(bob.tile("Alice")).to_have_attribute("data-camera", "off")
    eventually(lambda: silent(bob, CAMERA), what="no picture")

    frames = bob.received(CAMERA)["frames"]
    alice.control("Camera").click()
    expect(bob.tile("Alice")).to_have_attribute("data-camera", "on")
    eventually(lambda: bob.sees(CAMERA, since=int(frames)), what="Alice's picture")
    assert_never_negotiated_again(alice, bob)


def test_screen(pair: tuple[Person, Person]) -> None:
    alice, bob = pair
    alice.control("Share screen").click()
    expect(bob.tile("Screen of Guest Alice")).to_be_visible()
    eventually(lambda: bob.sees(SCREEN), what="Alice's screen")
    frames = bob.received(CAMERA)["frames"]
    eventually(lambda: bob.sees(CAMERA, since=int(frames)), what="Alice's picture beside it")

    alice.control("Share screen").click()
    expect(bob.tile("Screen of Guest Alice")).to_be_hidden()
    assert_never_negotiated_again(alice, bob)


def test_another_device(pair: tuple[Person, Person]) -> None:
    alice, bob = pair
    for kind, slot in (("Camera", CAMERA), ("Microphone", MICROPHONE)):
        before = alice.sending(slot)
        alice.choose_another(kind)
        eventually(lambda slot=slot, before=before: alice.sending(slot) not in {before, None}, what=f"another {kind}")  # type: ignore[misc]
    frames, energy = bob.received(CAMERA)["frames"], bob.received(MICROPHONE)["energy"]
    eventually(lambda: bob.sees(CAMERA, since=int(frames)), what="the other camera's picture")
    eventually(lambda: bob.hears(since=energy), what="the other microphone's sound")
    assert_never_negotiated_again(alice, bob)
