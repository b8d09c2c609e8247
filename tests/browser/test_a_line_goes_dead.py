"""Alice's connection to the server is dead, and neither end is told: her sockets are open, and nothing gets through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.deployment import Deployment
from tests.browser.person import CAMERA, Person, eventually
from tests.chaosproxy import StandingProxy, standing_proxy
from tests.redis_server import free_port

#: The browser asks after 10 s, gives up after 5 s more, and says so after 2 s.
NOTICED_SECONDS = 60.0
#: The server closes the socket after 18 s, and removes the participant after 15 s more.
GONE_SECONDS = 90.0


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def reachable(port: int, tmp_path_factory: pytest.TempPathFactory, database: Path, static: Path) -> Iterator[Deployment]:
    """A worker that can also be reached through a proxy on ``port``."""
    worker = free_port()
    variables = {"ORIGINS": f"http://127.0.0.1:{port},http://127.0.0.1:{worker}"}
    directory = tmp_path_factory.mktemp("reachable")
    with deploying.deployed(directory, database=database, static=static, ports=[worker], variables=variables) as running:
        yield running


@pytest.fixture
def alices_line(port: int, reachable: Deployment) -> Iterator[StandingProxy]:
    with standing_proxy(reachable.workers[0].port, port) as one:
        yield one


@pytest.fixture
def pair(
    gather: Callable[[Deployment], Cast], chromium: Browser, reachable: Deployment, port: int, alices_line: StandingProxy
) -> tuple[Person, Person]:
    cast = gather(reachable)
    slug = deploying.room().slug
    bob = cast.member("Bob")
    alice = Person("Alice", chromium, f"http://127.0.0.1:{port}", deploying.login(deploying.user("Alice")))
    cast.people.append(alice)
    for person in (alice, bob):
        person.join(slug, muted=True)
    for person in (alice, bob):
        eventually(lambda person=person: person.connected(1) and person.sees(CAMERA), what=person.name)  # type: ignore[misc]
    return alice, bob


def departures(person: Person) -> list[str]:
    return [message["id"] for frame in person.incoming for message in frame if message["type"] == "left"]


def test_a_dead_line_is_noticed_and_taken_up_again(pair: tuple[Person, Person], alices_line: StandingProxy) -> None:
    alice, bob = pair
    before = alice.participant
    alices_line.freeze()
    expect(alice.page.locator("[data-part=line]")).to_be_visible(timeout=NOTICED_SECONDS * 1000)
    frames = bob.received(CAMERA)["frames"]
    alices_line.thaw()
    expect(alice.page.locator("[data-part=line]")).to_be_hidden()
    eventually(lambda: bob.sees(CAMERA, since=int(frames) + 20), what="the picture goes on")
    assert alice.participant == before
    assert not departures(bob)
    assert alice.page.evaluate("() => window.recorder.made()") == 1, "the pair has not noticed"


def test_who_was_away_too_long_joins_anew_and_leaves_no_ghost(pair: tuple[Person, Person], alices_line: StandingProxy) -> None:
    alice, bob = pair
    before = alice.participant
    alices_line.freeze()
    expect(bob.tile("Alice")).to_have_count(0, timeout=GONE_SECONDS * 1000)
    alices_line.thaw()
    expect(bob.tile("Alice")).to_be_visible()
    for person in pair:
        eventually(lambda person=person: person.connected(1) and person.sees(CAMERA), what=person.name)  # type: ignore[misc]
    assert alice.participant != before
    assert departures(bob) == [before]
    for person, other in ((alice, "Bob"), (bob, "Alice")):
        expect(person.tile(other)).to_have_count(1)
        expect(person.page.locator("video-tile")).to_have_count(2)
