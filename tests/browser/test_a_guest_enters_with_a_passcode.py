from __future__ import annotations

from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import CAMERA, eventually


def test_a_guest_enters_with_a_passcode(cast: Cast) -> None:
    owner = deploying.user("Alice")
    slug = deploying.room(owner=owner, passcode="open sesame").slug
    alice, bob = cast.member("Alice", owner), cast.guest("Bob")
    alice.join(slug)

    bob.open(f"/{slug}")
    field = bob.page.get_by_label("Passcode")
    field.fill("open says me")
    field.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("open sesame")
    field.press("Enter")
    expect(bob.name_field).to_be_visible()

    bob.join(slug, quiet=True)
    eventually(lambda: bob.connected(1) and bob.sees(CAMERA), what="Alice's picture")
    expect(alice.tile("Bob")).to_be_visible()
