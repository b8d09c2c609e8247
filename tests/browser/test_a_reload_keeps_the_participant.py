from __future__ import annotations

from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import CAMERA, eventually


def test_a_reload_keeps_the_participant(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.guest("Bob")
    alice.join(slug)
    bob.join(slug)
    eventually(lambda: alice.connected(1) and alice.sees(CAMERA), what="the pair")
    before = bob.participant

    bob.page.reload()
    expect(bob.tile("Bob (you)")).to_be_visible()
    for person in (alice, bob):
        eventually(lambda person=person: person.connected(1) and person.sees(CAMERA), what=f"{person.name}'s new pair")  # type: ignore[misc]
    assert bob.participant == before
    facts = [message["type"] for frame in alice.incoming for message in frame if message["type"] != "signal"]
    assert facts.count("joined") == 1
    assert "left" not in facts
    assert alice.page.get_by_role("group", name="Bob").count() == 1
