import { equal, ok, test } from "../../harness.js";
import { fingerprint, mended, preferred, sparing, trimmed } from "../../../../static/js/rtc/signal/sdp.js";

/**
 * @param {string} mimeType
 * @param {string} [sdpFmtpLine]
 */
const codec = (mimeType, sdpFmtpLine) => ({ mimeType, clockRate: 90_000, ...(sdpFmtpLine ? { sdpFmtpLine } : {}) });

const CAPABILITIES = [
  codec("video/VP9", "profile-id=2"),
  codec("video/VP9", "profile-id=0"),
  codec("video/rtx"),
  codec("video/H264", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f"),
  codec("video/H264", "level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f"),
  codec("video/H264", "profile-level-id=42e01f;level-asymmetry-allowed=1;packetization-mode=1"),
  codec("video/AV1", "profile=0"),
  codec("video/VP8"),
  codec("video/red"),
];

test("video is VP8 only, with retransmission", () => {
  equal(preferred("video", CAPABILITIES).map(({ mimeType }) => mimeType), ["video/VP8", "video/rtx"]);
});

test("sound is Opus only", () => {
  const opus = codec("audio/opus", "minptime=10");
  equal(preferred("audio", [codec("audio/PCMU"), codec("audio/red"), opus]), [opus]);
});

test("a browser that knows none of them chooses for itself", () => {
  equal(preferred("video", [codec("video/other"), codec("video/rtx")]), []);
});

test("header extensions that nobody uses are stopped", () => {
  const uris = ["urn:ietf:params:rtp-hdrext:sdes:mid", "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"];
  const found = trimmed(uris.map((uri) => ({ uri, direction: "sendrecv" })));
  equal(found.map(({ direction }) => direction), ["sendrecv", "stopped"]);
});

test("a microphone that hears nothing is asked to send nothing, and nothing else is", () => {
  const section = (/** @type {string} */ kind, /** @type {string} */ fmtp) => `m=${kind} 9 UDP 111\r\na=rtpmap:111 opus/48000/2\r\n${fmtp}`;
  const fmtp = "a=fmtp:111 minptime=10;useinbandfec=1\r\n";
  const asked = "a=fmtp:111 usedtx=1;minptime=10;useinbandfec=1\r\n";
  equal(sparing(`v=0\r\n${section("audio", fmtp)}${section("audio", fmtp)}`), `v=0\r\n${section("audio", asked)}${section("audio", fmtp)}`);
  for (const other of [
    `v=0\r\n${section("audio", asked)}`,
    `v=0\r\n${section("audio", "")}`,
    "v=0\r\n",
    "",
    "m=audio 9 UDP 8\r\na=rtpmap:8 PCMA/8000\r\n",
  ]) {
    equal(sparing(other), other);
  }
});

test("feedback for formats that are not offered is left out, as Firefox says it of codecs it was told not to offer", async ({ signal }) => {
  const pc = new RTCPeerConnection();
  signal.addEventListener("abort", () => pc.close());
  pc.addTransceiver("audio");
  pc.addTransceiver("video");
  const { sdp = "" } = await pc.createOffer();
  equal(mended(sdp), sdp, "nothing is amiss");
  const strays = sdp.replace(/^(m=video (?:.*\r\n)+)/m, "$1a=rtcp-fb:1 nack\r\na=rtcp-fb:1 nack pli\r\na=rtcp-fb:* nack\r\n");
  equal(mended(strays), `${sdp}a=rtcp-fb:* nack\r\n`);
  equal(
    ["", "v=0\r\n", "a=rtcp-fb:99 nack\r\n", "m=video\r\na=rtcp-fb:99 nack\r\n"].map(mended),
    ["", "v=0\r\n", "", "m=video\r\n"],
    "whatever it is",
  );
  const spaces = `m=video 9 X ${" ".repeat(150_000)}x\r\n`;
  const began = performance.now();
  equal(mended(spaces), spaces);
  ok(performance.now() - began < 5_000, "and however long");
});

const ALICE = Array(32).fill("A1").join(":");
const MALLORY = Array(32).fill("0F").join(":");

test("the fingerprint is the only one of a description, in all its sections", () => {
  const section = (/** @type {string} */ value) => `m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=fingerprint:${value}\r\n`;
  equal(fingerprint(section(`sha-256 ${ALICE}`)), ALICE);
  equal(fingerprint(section(`sha-256 ${ALICE}`) + section(`SHA-256 ${ALICE.toLowerCase()}`)), ALICE);
  equal(fingerprint(`v=0\na=fingerprint:sha-256 ${ALICE}\nm=audio 9 UDP/TLS/RTP/SAVPF 111\n`), ALICE);
  const others = ["", section(`sha-1 ${ALICE}`), section(`sha-256 ${ALICE}:00`), section(`sha-256  ${ALICE}`), section(`sha-256 ${ALICE} `)];
  for (const sdp of others) equal(fingerprint(sdp), null);
});

test("a description with two fingerprints has none", () => {
  const [own, others] = [`a=fingerprint:sha-256 ${ALICE}\r\n`, ["sha-256", "sha-512", "sha-1"].map((hash) => `a=fingerprint:${hash} ${MALLORY}\r\n`)];
  for (const other of [...others, `a=Fingerprint:sha-256 ${MALLORY}\r\n`, ` a=fingerprint:sha-256 ${MALLORY}\r\n`]) {
    equal([fingerprint(own + other), fingerprint(other + own)], [null, null]);
  }
});
