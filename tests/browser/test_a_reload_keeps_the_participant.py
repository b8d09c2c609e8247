from __future__ import annotations

import pytest
from playwright.sync_api import Error, expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import CAMERA, eventually


def test_a_reload_keeps_the_participant(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.guest("Bob")
    alice.join(slug, muted=True)
    bob.join(slug, muted=True)
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
    expect(alice.page.get_by_role("group", name="Bob")).to_have_count(1)


@pytest.mark.parametrize("crashes", ["Alice", "Bob"])
def test_a_tab_that_crashed_and_is_loaded_again_keeps_the_participant(cast: Cast, crashes: str) -> None:
    """Bob came last and has offered. Nothing is sent by a process that dies, so that the other side has no news of the pair."""
    slug = deploying.room().slug
    people = cast.member("Alice"), cast.guest("Bob")
    for person in people:
        person.join(slug)
    for person in people:
        eventually(lambda person=person: person.connected(1) and person.sees(CAMERA), what="the pair")  # type: ignore[misc]
    unlucky, other = sorted(people, key=lambda person: person.name != crashes)

    devtools = unlucky.context.new_cdp_session(unlucky.page)
    with unlucky.page.expect_event("crash"), pytest.raises(Error):
        unlucky.page.goto("chrome://crash")
    expect(other.tile(unlucky.name)).to_be_visible()
    devtools.send("Page.reload")
    eventually(lambda: other.page.evaluate("() => window.recorder.made()") >= 2, what="another connection")
    eventually(lambda: other.connected(1) and other.sees(CAMERA) and other.hears(), what="the new pair")
    assert other.page.evaluate("() => window.recorder.made()") <= 3
    facts = [message["type"] for frame in other.incoming for message in frame]
    assert "left" not in facts
