"""A pair without a direct path: all candidates of the other side are lost until the browser asks for relays alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.deployment import Deployment
from tests.browser.person import CAMERA, Person, eventually
from tests.browser.servers import coturn

SECRET = "shared with coturn"

BLOCKED = """{
  const add = RTCPeerConnection.prototype.addIceCandidate;
  const isOpen = (connection) => connection.getConfiguration().iceTransportPolicy === "relay";
  RTCPeerConnection.prototype.addIceCandidate = function (candidate) {
    return isOpen(this) ? add.call(this, candidate) : Promise.resolve();
  };
  const set = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
    return set.call(this, isOpen(this) ? { type, sdp } : { type, sdp: sdp.replaceAll(/a=candidate:.*\\r\\n/g, "") });
  };
}"""


@pytest.fixture
def lending(tmp_path: Path, database: Path, static: Path) -> Iterator[Deployment]:
    """Two workers that lend a relay to whoever needs it."""
    with coturn(tmp_path, SECRET) as relay:
        variables = {"TURN_URLS": f"turn:127.0.0.1:{relay.port}?transport=udp", "TURN_SECRET": SECRET}
        with deploying.deployed(tmp_path, database=database, static=static, variables=variables) as running:
            yield running


def is_relayed(person: Person) -> bool:
    """By its own relay."""
    return any(one["local"] == "relay" for one in person.connections())


def test_a_pair_without_a_path_goes_through_the_relay(gather: Callable[[Deployment], Cast], lending: Deployment) -> None:
    cast = gather(lending)
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.guest("Bob")
    for person in (alice, bob):
        person.context.add_init_script(script=BLOCKED)
    alice.join(slug, muted=True)
    bob.join(slug, muted=True)
    for person in (alice, bob):
        eventually(lambda person=person: person.connected(1) and person.sees(CAMERA), seconds=90, what=person.name)  # type: ignore[misc]
    eventually(lambda: is_relayed(alice) or is_relayed(bob), what="the relay")
    policies = "() => window.recorder.policies()"
    for person in (alice, bob):
        eventually(lambda person=person: person.page.evaluate(policies) == ["all"], what="what the room permits again")  # type: ignore[misc]
    before = bob.received(CAMERA)["frames"]
    eventually(lambda: bob.sees(CAMERA, since=int(before) + 20), what="and the picture goes on")
