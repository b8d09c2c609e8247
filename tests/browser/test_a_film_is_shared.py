"""A tab with a film is shared. The real capture delivers all frames, even if one receiver takes only a few."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser import deployment as deploying
from tests.browser.chromium import sharing_tab
from tests.browser.conftest import Cast
from tests.browser.deployment import Deployment
from tests.browser.person import Person, eventually

TITLE = "A film"
FILM = """() => {
    const [canvas] = document.getElementsByTagName("canvas");
    const context = canvas.getContext("2d");
    const draw = () => {
        context.fillStyle = `hsl(${Math.random() * 360} 80% 50%)`;
        context.fillRect(Math.random() * 600, Math.random() * 320, 80, 80);
    };
    setInterval(draw, 33);
}"""
#: Pictures a second. A busy computer draws fewer than the 30 of the film.
FEW, MANY = 5, 8
SECONDS = 3


@pytest.fixture
def capturing(chromium: Browser) -> Iterator[Browser]:
    with sharing_tab(chromium.browser_type, TITLE) as browser:
        yield browser


def screens(person: Person) -> dict[str, Any]:
    found: dict[str, Any] = person.page.evaluate("() => window.recorder.screens()")
    return found


def captured(person: Person) -> float:
    """How many pictures a second the shared tab gives."""
    before = screens(person)["given"]
    person.page.wait_for_timeout(SECONDS * 1000)
    return float(screens(person)["given"] - before) / SECONDS


def test_whoever_takes_few_pictures_takes_none_from_the_others(cast: Cast, deployment: Deployment, capturing: Browser) -> None:
    owner = deploying.user("Alice")
    slug = deploying.room(owner=owner).slug
    alice = Person("Alice", capturing, deployment.origins[0], deploying.login(owner))
    cast.people.append(alice)
    film = alice.context.new_page()
    film.set_content(f"<title>{TITLE}</title><canvas width=640 height=360></canvas>")
    film.evaluate(FILM)
    bob, dave = cast.member("Bob"), cast.guest("Dave")
    for person in cast.people:
        person.join(slug, quiet=True)
    eventually(lambda: alice.connected(2), what="all are there")
    for person in (bob, dave):
        person.control("More").click()
        person.page.get_by_role("switch", name="Save data").click()
    alice.control("Share screen").click()
    eventually(lambda: screens(alice)["limits"] == [FEW, FEW], what="both take few pictures")
    eventually(lambda: captured(alice) > MANY, what="many pictures of the film")
