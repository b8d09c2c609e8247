"""A screen on which nothing moves is shared. The real capture delivers few frames, and yet everybody can read it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import deployment as deploying
from tests.browser.chromium import sharing_tab
from tests.browser.conftest import Cast
from tests.browser.deployment import Deployment
from tests.browser.person import SCREEN, Person, eventually

TITLE = "Minutes of the meeting"


@pytest.fixture
def capturing(chromium: Browser) -> Iterator[Browser]:
    with sharing_tab(chromium.browser_type, TITLE) as browser:
        yield browser


def reads(person: Person) -> bool:
    """Frames of somebody's screen have arrived."""
    return any(connection["received"][SCREEN]["frames"] for connection in person.connections())


def test_whoever_looks_later_reads_it_too(cast: Cast, deployment: Deployment, capturing: Browser) -> None:
    owner = deploying.user("Alice")
    slug = deploying.room(owner=owner).slug
    alice = Person("Alice", capturing, deployment.origins[0], deploying.login(owner))
    cast.people.append(alice)
    alice.context.new_page().set_content(f"<title>{TITLE}</title><h1>1. Welcome</h1>")
    bob, carol, dave = cast.member("Bob"), cast.member("Carol"), cast.guest("Dave")
    for person in cast.people:
        person.join(slug, quiet=True)
    eventually(lambda: alice.connected(3), what="all are there")
    dave.page.keyboard.press("a")
    expect(dave.page.get_by_text("Audio only: no pictures are received")).to_be_visible()

    alice.control("Share screen").click()
    for person in (bob, carol):
        eventually(lambda person=person: reads(person), what=f"{person.name} reads it")  # type: ignore[misc]
    assert not reads(dave)
    dave.page.keyboard.press("a")
    eventually(lambda: reads(dave), what="Dave reads it")
