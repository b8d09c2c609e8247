from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.deployment import Deployment
from tests.browser.person import CAMERA, eventually
from tests.browser.servers import coturn

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


def test_media_flows_through_the_relay_alone(gather: Callable[[Deployment], Cast], relayed: Deployment) -> None:
    cast = gather(relayed)
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.guest("Bob")
    alice.join(slug)
    bob.join(slug)
    for person in (alice, bob):
        eventually(lambda person=person: person.connected(1) and person.sees(CAMERA) and person.hears(), what=person.name)  # type: ignore[misc]
        assert [(one["local"], one["remote"]) for one in person.connections()] == [("relay", "relay")]
