"""Mallory's page ignores what it is told. The others' pages do not."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.altering import ignore
from tests.browser.conftest import Cast
from tests.browser.people import menu_of
from tests.browser.person import CAMERA, Person, eventually

ENDS = ("removed", "denied", "left")
OFFER = """async (to) => {
    const pc = new RTCPeerConnection();
    for (const kind of ["audio", "video", "video", "audio"]) pc.addTransceiver(kind);
    pc.createDataChannel("control", { negotiated: true, id: 0 });
    await pc.setLocalDescription();
    const description = { type: "offer", sdp: pc.localDescription.sdp };
    const about = to.flatMap((id) => [{ type: "admit", id }, { type: "remove", id }]);
    const offers = to.map((id) => ({ type: "signal", to: id, connection: "mallory", negotiation: 1, description }));
    const [socket] = window.sockets.filter(({ readyState }) => readyState === WebSocket.OPEN);
    for (const message of [...offers, ...about]) socket?.send(JSON.stringify([message]));
}"""


def codes(person: Person) -> list[str]:
    """Of what was refused."""
    return [message["code"] for frame in person.incoming for message in frame if message["type"] == "refused"]


def test_mallory_who_is_removed_and_stays_is_gone_from_every_other_side(cast: Cast) -> None:
    owner = deploying.user("Alice")
    slug = deploying.room(owner=owner).slug
    alice, bob, mallory = cast.member("Alice", owner), cast.member("Bob"), cast.guest("Mallory")
    ignore(mallory, ENDS, stays=True)
    alice.join(slug, muted=True)
    for person in (bob, mallory):
        person.join(slug, quiet=True)
    for person in (alice, bob):
        eventually(lambda person=person: person.connected(2), what=f"{person.name}'s pairs")  # type: ignore[misc]
    menu_of(alice, "Guest Mallory").get_by_role("button", name="Remove").click()
    alice.page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    for person in (alice, bob):
        expect(person.tile("Mallory")).to_be_hidden()
        eventually(lambda person=person: person.connected(1), what=f"{person.name}'s only pair")  # type: ignore[misc]
    assert mallory.tile("Alice").count(), "her page does not know it"
    mallory.page.evaluate(OFFER, [alice.participant, bob.participant])
    gone = "() => window.recorder.open().then((all) => all.every(({ state }) => state !== 'connected'))"
    eventually(lambda: mallory.page.evaluate(gone), what="nobody answers Mallory")
    before = bob.received(CAMERA)["frames"]
    eventually(lambda: bob.sees(CAMERA, since=int(before)), what="Bob still sees Alice")
    for person in (alice, bob):
        assert person.connected(1)
        assert person.page.evaluate("() => window.recorder.made()") == 2


def test_mallory_who_waits_and_sends_offers_is_not_answered(cast: Cast) -> None:
    owner = deploying.user("Alice")
    slug = deploying.room(owner=owner).slug
    alice, bob, mallory = cast.member("Alice", owner), cast.member("Bob"), cast.guest("Mallory")
    for person in (alice, bob):
        person.join(slug, quiet=True)
    eventually(lambda: bob.connected(1), what="Bob's pair")
    alice.page.keyboard.press("l")
    expect(bob.page.get_by_role("region", name="Meeting").get_by_text("Locked", exact=True)).to_be_visible()
    ignore(mallory, ENDS, stays=True)
    mallory.arrive(slug, quiet=True)
    mallory.ask_to_join()
    expect(mallory.page.get_by_role("heading", name="You have knocked")).to_be_visible()
    mallory.page.evaluate(OFFER, [alice.participant, bob.participant])
    eventually(
        lambda: mallory.page.evaluate("() => window.sockets[0].readyState === WebSocket.CLOSED"), what="the end of her socket"
    )
    eventually(lambda: mallory.page.title() and codes(mallory), what="a refusal")  # it is told while Playwright is asked
    assert {*codes(mallory)} == {"unexpected"}
    for person in (alice, bob):
        assert person.page.evaluate("() => window.recorder.made()") == 1
    assert not [
        message
        for frame in bob.incoming
        for message in frame
        if message["type"] == "signal" and message["from"] != alice.participant
    ]
