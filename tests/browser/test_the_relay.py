from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from time import time

import pytest

from signaling import ice
from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.deployment import Deployment
from tests.browser.person import CAMERA, Person, eventually
from tests.browser.servers import coturn
from tests.turn import Allocation, allocated, connected

SECRET = "shared with coturn"


@pytest.fixture
def relayed(tmp_path: Path, database: Path, static: Path) -> Iterator[Deployment]:
    """Two workers that lend a relay, and let browsers use nothing else."""
    with coturn(tmp_path, SECRET) as relay:
        variables = {
            "TURN_URLS": f"turn:127.0.0.1:{relay.port}?transport=udp",
            "TURN_SECRET": SECRET,
            "ICE_POLICY": "relay",
        }
        with deploying.deployed(tmp_path, database=database, static=static, variables=variables) as running:
            yield running


def ways(person: Person) -> list[tuple[str, str]]:
    return [(one["local"], one["remote"]) for one in person.connections()]


def test_media_flows_through_the_relay_alone(gather: Callable[[Deployment], Cast], relayed: Deployment) -> None:
    cast = gather(relayed)
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.guest("Bob")
    alice.join(slug)
    bob.join(slug)
    for person in (alice, bob):
        eventually(lambda person=person: person.connected(1) and person.sees(CAMERA) and person.hears(), what=person.name)  # type: ignore[misc]
        eventually(lambda person=person: ways(person) == [("relay", "relay")], what="the path")  # type: ignore[misc]


EXPIRED = 401


def test_a_relayed_call_outlives_its_credentials(
    gather: Callable[[Deployment], Cast], tmp_path: Path, database: Path, static: Path
) -> None:
    """Credentials last for 8 s and nonces for 4 s; Chromium refreshes an allocation of 30 s after 15."""
    with coturn(tmp_path, SECRET, "verbose", "max-allocate-lifetime=30", "stale-nonce=4") as relay:
        variables = {"TURN_URLS": f"turn:127.0.0.1:{relay.port}?transport=udp", "TURN_SECRET": SECRET, "ICE_POLICY": "relay"}
        options = {"variables": variables, "application": "tests.browser.brief:application"}
        with deploying.deployed(tmp_path, database=database, static=static, **options) as running:  # type: ignore[arg-type]
            cast = gather(running)
            slug = deploying.room().slug
            alice, bob = cast.member("Alice"), cast.guest("Bob")
            alice.join(slug, muted=True)
            bob.join(slug, muted=True)
            for person in (alice, bob):
                eventually(lambda person=person: person.connected(1) and person.sees(CAMERA), what=person.name)  # type: ignore[misc]
            lent = [message["ice"]["servers"][0] for frame in bob.incoming for message in frame if message["type"] == "welcomed"]
            eventually(lambda: time() > int(lent[-1]["username"].partition(":")[0]) + 1, what="expired")

            def refreshed() -> int:
                return relay.log.read_text().count("refreshed, ")

            before = refreshed()
            eventually(lambda: refreshed() >= before + 2, seconds=60, what="refreshed with what has expired")
            for person in (alice, bob):
                frames = int(person.received(CAMERA)["frames"])
                eventually(lambda person=person, frames=frames: person.sees(CAMERA, since=frames + 20), what="and goes on")  # type: ignore[misc]
                assert ways(person) == [("relay", "relay")]
                assert person.renegotiated() == []


QUOTA_REACHED = 486


def test_fresh_credentials_do_not_start_a_new_count(tmp_path: Path) -> None:
    """Bob asks for fresh ones again and again; another participant has a count of their own."""
    with coturn(tmp_path, SECRET, "user-quota=3") as relay, ExitStack() as held:

        def lent(participant: str, seconds: int) -> tuple[str, str]:
            [server] = ice.servers([], ["turn:127.0.0.1"], SECRET, participant, "7", seconds, time())
            return str(server["username"]), str(server["credential"])

        for number in range(3):
            held.enter_context(allocated(relay.port, *lent("bob", 600 + number)))
        with connected(relay.port) as line:
            assert Allocation(line, *lent("bob", 700)).allocate() == QUOTA_REACHED
        held.enter_context(allocated(relay.port, *lent("carol", 700)))


def test_expired_credentials_keep_an_allocation_and_make_none(tmp_path: Path) -> None:
    with coturn(tmp_path, SECRET, "stale-nonce=1") as relay:
        [lent] = ice.servers([], ["turn:127.0.0.1"], SECRET, "bob", "7", 2, time())
        username, password = str(lent["username"]), str(lent["credential"])

        def another() -> int:
            with connected(relay.port) as line:
                return Allocation(line, username, password).allocate()

        with allocated(relay.port, username, password) as held:
            assert another() == 0
            eventually(lambda: another() == EXPIRED, what="expired")
            assert (held.refresh(), held.permit("203.0.113.7"), held.bind("203.0.113.8")) == (0, 0, 0)
