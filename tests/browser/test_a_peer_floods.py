from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import CAMERA, eventually

#: Keeps the data channels of a page, and sends on them behind its back.
CHANNELS = """
const native = RTCPeerConnection.prototype.createDataChannel;
window.channels = [];
RTCPeerConnection.prototype.createDataChannel = function (...how) {
  const channel = native.apply(this, how);
  window.channels.push(channel);
  return channel;
};
"""
FLOOD = """async ([label, frame]) => {
  const channel = window.channels.find((one) => one.label === label);
  for (let turn = 0; turn < 20_000 && channel.readyState === "open"; turn += 1) {
    while (channel.bufferedAmount > 1_000_000) await new Promise((resolve) => setTimeout(resolve, 10));
    if (channel.readyState === "open") channel.send(frame);
  }
}"""
STATE = "(label) => window.channels.find((one) => one.label === label).readyState"


@pytest.mark.parametrize("label", ["control", "chat"])
def test_a_peer_that_floods_is_cut_off_with_a_note_and_still_seen(cast: Cast, label: str) -> None:
    slug = deploying.room().slug
    alice, mallory = cast.member("Alice"), cast.guest("Mallory")
    mallory.context.add_init_script(CHANNELS)
    for person in (alice, mallory):
        person.join(slug, muted=True)
    for person in (alice, mallory):
        eventually(lambda person=person: person.connected(1) and person.sees(CAMERA), what=person.name)  # type: ignore[misc]
    mallory.page.evaluate(FLOOD, [label, "{}"])
    expect(alice.page.get_by_text("The browser of Guest Mallory sends far too many messages.")).to_be_visible()
    eventually(lambda: mallory.page.evaluate(STATE, label) != "open", what="the end of the channel")
    before = alice.received(CAMERA)["frames"]
    eventually(lambda: alice.connected(1) and alice.sees(CAMERA, since=int(before) + 10), what="Alice still sees Mallory")
    assert alice.page.evaluate("() => window.recorder.made()") == 1
