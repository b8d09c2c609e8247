"""Rooms that permit only relays, or no relay: which candidates get through, and what a change during the meeting does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.deployment import Deployment
from tests.browser.person import CAMERA, Person, eventually
from tests.browser.servers import coturn

SECRET = "shared with coturn"

#: A disobedient browser: it gathers every kind of candidate.
DISOBEDIENT = """{
  const Native = window.RTCPeerConnection;
  const open = (configuration) => ({ ...configuration, iceTransportPolicy: "all" });
  window.RTCPeerConnection = class extends Native {
    constructor(configuration) { super(open(configuration)); }
    setConfiguration(configuration) { super.setConfiguration(open(configuration)); }
  };
}"""


@pytest.fixture(scope="module")
def lending(tmp_path_factory: pytest.TempPathFactory, database: Path, static: Path) -> Iterator[Deployment]:
    """Two workers that lend a relay."""
    directory = tmp_path_factory.mktemp("lending")
    with coturn(directory, SECRET) as relay:
        variables = {"TURN_URLS": f"turn:127.0.0.1:{relay.port}?transport=udp", "TURN_SECRET": SECRET}
        with deploying.deployed(directory, database=database, static=static, variables=variables) as running:
            yield running


def signals(person: Person) -> list[dict[str, Any]]:
    return [message for frame in person.incoming for message in frame if message["type"] == "signal"]


def candidates(person: Person) -> list[str]:
    """Every candidate that reached a browser, by itself or in a description."""
    alone = [signal["candidate"]["candidate"] for signal in signals(person) if "candidate" in signal]
    sdps = [signal["description"]["sdp"] for signal in signals(person) if "description" in signal]
    within = [line.removeprefix("a=") for sdp in sdps for line in sdp.splitlines() if "candidate:" in line]
    return [candidate for candidate in alone + within if candidate]


def path(person: Person) -> list[tuple[str, str]]:
    return [(one["local"], one["remote"]) for one in person.connections()]


def together(*people: Person) -> None:
    for person in people:
        eventually(lambda person=person: person.connected(1) and person.sees(CAMERA), what=person.name)  # type: ignore[misc]


def test_where_only_relays_are_permitted_nobody_learns_an_address(
    gather: Callable[[Deployment], Cast], lending: Deployment
) -> None:
    cast = gather(lending)
    slug = deploying.room(ice_policy="relay").slug
    alice, mallory = cast.member("Alice"), cast.guest("Mallory")
    mallory.context.add_init_script(script=DISOBEDIENT)
    alice.join(slug, muted=True)
    mallory.join(slug, muted=True)
    together(alice, mallory)
    eventually(lambda: path(alice) == [("relay", "relay")], what="the path")
    for person in (alice, mallory):
        assert candidates(person)
        assert all(" typ relay raddr 0.0.0.0 rport 0 " in f"{candidate} " for candidate in candidates(person))
        sdps = [signal["description"]["sdp"] for signal in signals(person) if "description" in signal]
        assert {line for sdp in sdps for line in sdp.splitlines() if line.startswith("c=")} == {"c=IN IP4 0.0.0.0"}
    assert any(" typ host " in str(frame) for frame in mallory.sent), "she had something to tell"


def test_where_none_is_permitted_none_is_lent(gather: Callable[[Deployment], Cast], lending: Deployment) -> None:
    cast = gather(lending)
    slug = deploying.room(ice_policy="direct").slug
    alice, bob = cast.member("Alice"), cast.guest("Bob")
    alice.join(slug, muted=True)
    bob.join(slug, muted=True)
    together(alice, bob)
    assert "relay" not in {one for pair in path(bob) for one in pair}
    welcome = next(message for frame in bob.incoming for message in frame if message["type"] == "welcomed")
    assert welcome["ice"] == {"servers": [], "policy": "direct"}


def test_alice_has_the_meeting_leave_the_direct_way(gather: Callable[[Deployment], Cast], lending: Deployment) -> None:
    cast = gather(lending)
    account = deploying.user("Alice")
    slug = deploying.room(owner=account).slug
    alice, bob = cast.member("Alice", account), cast.guest("Bob")
    alice.join(slug, muted=True)
    bob.join(slug, muted=True)
    together(alice, bob)
    eventually(lambda: path(bob) == [("host", "host")], what="the path")
    ids = alice.participant, bob.participant

    settings = alice.context.new_page()
    for choice, expected in (("Only through the relay", True), ("Directly when possible", False)):
        settings.goto(f"/{slug}/settings")
        settings.get_by_label(choice).check()
        settings.get_by_role("button", name="Save").click()
        settings.get_by_text("The settings have been saved.").wait_for()
        for person in (alice, bob):
            eventually(
                lambda person=person, expected=expected: (
                    person.connected(1) and (path(person) == [("relay", "relay")]) is expected
                ),  # type: ignore[misc]
                what=f"{person.name}: {choice}",
            )
            frames = int(person.received(CAMERA)["frames"])
            eventually(lambda person=person, frames=frames: person.sees(CAMERA, since=frames + 10), what="the picture")  # type: ignore[misc]
    assert (alice.participant, bob.participant) == ids
    assert deploying.visits(slug) == {"Alice": "", "Bob": ""}
