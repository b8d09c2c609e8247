"""Mallory's browser is a modified one: what it sends as video claims to be far larger than anything that was asked for."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import CAMERA, eventually

#: Puts frames of 400 bytes in place of what her encoders make. The page itself sees no encoded transforms.
ATTACK = """{
const Transform = window.RTCRtpScriptTransform;
delete window.RTCRtpScriptTransform;
const work = () => {
    let forge = null;
    self.onmessage = ({ data }) => { forge = data; };
    self.onrtctransform = ({ transformer: { readable, writable } }) => readable.pipeThrough(new TransformStream({
        transform(frame, controller) {
            if (forge) frame.data = new Uint8Array(400).map((_, at) => forge[at] ?? at * 7).buffer;
            controller.enqueue(frame);
        },
    })).pipeTo(writable);
};
let worker = null;
const { setLocalDescription } = RTCPeerConnection.prototype;
RTCPeerConnection.prototype.setLocalDescription = function (...how) {
    worker ??= new Worker(URL.createObjectURL(new Blob([`(${work})()`])));
    for (const { sender } of this.getTransceivers()) {
        if (!sender.transform && sender.track?.kind === "video") sender.transform = new Transform(worker, {});
    }
    return setLocalDescription.apply(this, how);
};
window.forge = (header) => worker.postMessage(header);
}"""
#: A key frame of VP8 (RFC 6386, section 9.1) of 16383 x 16383 pixels, whose first partition has 300 bytes.
VP8 = [0x10 | (300 & 7) << 5, 300 >> 3, 0, 0x9D, 0x01, 0x2A, 0xFF, 0x3F, 0xFF, 0x3F]


def test_whoever_sends_frames_that_claim_to_be_huge_is_cut_off(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, mallory = cast.member("Alice"), cast.guest("Mallory", bypass_csp=True)
    mallory.context.add_init_script(ATTACK)
    for person in (alice, mallory):
        person.join(slug, muted=True)
    for person in (alice, mallory):
        eventually(lambda person=person: person.connected(1) and person.sees(CAMERA), what=person.name)  # type: ignore[misc]
    mallory.page.evaluate("(header) => window.forge(header)", VP8)
    expect(alice.tile("Mallory")).to_contain_text("sends video that is far too large")
