import { delay, equal, ok, test, throws, until } from "../../harness.js";
import { Negotiation, SignalError } from "../../../../static/js/rtc/signal/negotiation.js";

/** @import { Signal } from "../../../../static/js/rtc/signal/negotiation.js" */
/** @import { Policy } from "../../../../static/js/signaling/protocol.js" */

/**
 * One end, whose signals wait in `sent` until a test carries them over.
 *
 * @param {AbortSignal} signal
 * @param {boolean} polite
 */
function end(signal, polite) {
  const pc = new RTCPeerConnection();
  signal.addEventListener("abort", () => pc.close());
  pc.createDataChannel("control", { negotiated: true, id: 0 });
  /** @type {Signal[]} */
  const sent = [];
  const gate = { opens: Promise.resolve(), policy: /** @type {Policy} */ ("all") };
  const work = { ready: () => gate.opens, policy: () => gate.policy, prepare: () => {} };
  const negotiation = new Negotiation({ pc, polite, send: (item) => void sent.push(item), ...work });
  const take = () => /** @type {Signal} */ (sent.shift());
  return { pc, sent, take, negotiation, gate };
}

/** @param {AbortSignal} signal */
function ends(signal) {
  return { polite: end(signal, true), impolite: end(signal, false) };
}

/** @param {AbortSignal} signal */
async function settled(signal) {
  const both = ends(signal);
  await both.impolite.negotiation.offer();
  await both.polite.negotiation.accept(both.impolite.take());
  await both.impolite.negotiation.accept(both.polite.take());
  return both;
}

test("an offer and its answer carry one number, the next offer the next", async ({ signal }) => {
  const { polite, impolite } = await settled(signal);
  equal([polite.pc.signalingState, impolite.pc.signalingState], ["stable", "stable"]);
  await polite.negotiation.offer();
  equal(polite.take().negotiation, 2);
});

test("the certificate of a connection stays the same", async ({ signal }) => {
  const { polite, impolite } = await settled(signal);
  const before = polite.pc.currentRemoteDescription?.sdp;
  await impolite.negotiation.offer();
  const offer = impolite.take();
  const sdp = offer.description?.sdp.replace(/(a=fingerprint:sha-256) \S+/g, `$1 ${Array(32).fill("0F").join(":")}`) ?? "";
  await throws(() => polite.negotiation.accept({ ...offer, description: { type: "offer", sdp } }), /offer failed.*another certificate/);
  equal([polite.pc.currentRemoteDescription?.sdp, polite.sent], [before, []]);
});

test("glare: the impolite side ignores, the polite side rolls back and answers", async ({ signal }) => {
  const { polite, impolite } = await settled(signal);
  await Promise.all([polite.negotiation.offer(), impolite.negotiation.offer()]);
  await impolite.negotiation.accept(polite.take());
  equal([impolite.negotiation.ignoreOffer, impolite.sent.length], [true, 1]);
  await polite.negotiation.accept(impolite.take());
  const answer = polite.take();
  equal([answer.description?.type, answer.negotiation], ["answer", 2]);
  await impolite.negotiation.accept(answer);
  equal([polite.pc.signalingState, impolite.pc.signalingState], ["stable", "stable"]);
  equal([polite.negotiation.isAwaiting, impolite.negotiation.isAwaiting], [false, false]);
});

test("glare while the polite side is still making its offer", async ({ signal }) => {
  const { polite, impolite } = await settled(signal);
  await impolite.negotiation.offer();
  const offer = impolite.take();
  const making = polite.negotiation.offer();
  ok(polite.negotiation.makingOffer);
  await Promise.all([making, polite.negotiation.accept(offer)]);
  const answers = polite.sent.filter(({ description }) => description?.type === "answer");
  equal(answers.length, 1);
  if (answers[0]) await impolite.negotiation.accept(answers[0]);
  equal([polite.pc.signalingState, impolite.pc.signalingState], ["stable", "stable"]);
});

test("an ignored offer that comes again after the exchange is late", async ({ signal }) => {
  const { polite, impolite } = await settled(signal);
  await Promise.all([polite.negotiation.offer(), impolite.negotiation.offer()]);
  const ignored = polite.take();
  await impolite.negotiation.accept(ignored);
  await polite.negotiation.accept(impolite.take());
  await impolite.negotiation.accept(polite.take());
  await impolite.negotiation.accept(ignored);
  equal([impolite.sent, impolite.pc.signalingState], [[], "stable"]);
});

test("an offer heard twice is answered twice, with the same answer", async ({ signal }) => {
  const { polite, impolite } = ends(signal);
  await impolite.negotiation.offer();
  const offer = impolite.take();
  await polite.negotiation.accept(offer);
  await polite.negotiation.accept(offer);
  const [first, second] = polite.sent;
  equal([first?.negotiation, second?.negotiation], [1, 1]);
  equal(fingerprint(first), fingerprint(second));
});

test("an offer heard again while it is being answered is answered once", async ({ signal }) => {
  const { polite, impolite } = ends(signal);
  await impolite.negotiation.offer();
  const offer = impolite.take();
  await Promise.all([polite.negotiation.accept(offer), polite.negotiation.accept(offer)]);
  equal(polite.sent.length, 1);
});

test("answers of another number, or heard twice, are dropped", async ({ signal }) => {
  const { polite, impolite } = ends(signal);
  await impolite.negotiation.offer();
  await polite.negotiation.accept(impolite.take());
  const answer = polite.take();
  await impolite.negotiation.accept({ ...answer, negotiation: 2 });
  ok(impolite.negotiation.isAwaiting);
  await Promise.all([impolite.negotiation.accept(answer), impolite.negotiation.accept(answer)]);
  equal(impolite.pc.signalingState, "stable");
});

test("offering while an offer is open says it again", async ({ signal }) => {
  const { impolite } = ends(signal);
  await impolite.negotiation.offer();
  await impolite.negotiation.offer();
  equal(impolite.sent.map(({ negotiation }) => negotiation), [1, 1]);
});

test("a bad answer is told, and leaves no flag behind", async ({ signal }) => {
  const { impolite } = ends(signal);
  await impolite.negotiation.offer();
  const bad = { negotiation: 1, description: /** @type {const} */ ({ type: "answer", sdp: "nonsense" }) };
  const error = await throws(() => impolite.negotiation.accept(bad));
  ok(error instanceof SignalError && error.code === "answer" && error.cause instanceof DOMException);
  equal(impolite.negotiation.isSettingRemoteAnswerPending, false);
});

test("a bad offer is told", async ({ signal }) => {
  const { polite } = ends(signal);
  const bad = { negotiation: 1, description: /** @type {const} */ ({ type: "offer", sdp: "nonsense" }) };
  await throws(() => polite.negotiation.accept(bad), /offer failed/);
});

test("candidates of another number are dropped, bad ones told", async ({ signal }) => {
  const { polite } = await settled(signal);
  const candidate = { candidate: "nonsense", sdpMid: "0" };
  await polite.negotiation.accept({ negotiation: 2, candidate });
  await polite.negotiation.accept({ negotiation: 0, candidate });
  const error = await throws(() => polite.negotiation.accept({ negotiation: 1, candidate }));
  ok(error instanceof SignalError && error.code === "candidate");
});

/** @param {number} number */
const candidate = (number) => `candidate:${number} 1 udp 2122260223 10.0.${number >> 8}.${number & 255} 5000 typ host generation 0`;

test("of a peer's candidates sixty-four are used, in the description and after it together", async ({ signal }) => {
  const { polite, impolite } = ends(signal);
  await impolite.negotiation.offer();
  const offer = impolite.take();
  const lines = Array.from({ length: 40 }, (_, number) => `a=${candidate(number)}\r\n`).join("");
  const sdp = offer.description?.sdp.replace(/^a=candidate:.*\r\n/gm, "").replace(/^a=mid:0\r\n/m, `a=mid:0\r\n${lines}`) ?? "";
  await polite.negotiation.accept({ ...offer, description: { type: "offer", sdp } });
  for (let number = 0; number < 500; number += 1) {
    await polite.negotiation.accept({ negotiation: offer.negotiation, candidate: { candidate: candidate(number), sdpMid: "0" } });
  }
  const used = polite.pc.currentRemoteDescription?.sdp.match(/^a=candidate:.*$/gm) ?? [];
  equal(new Set(used.map((line) => line.split(" ")[4])).size, 64);
  await polite.negotiation.accept({ negotiation: offer.negotiation, candidate: { candidate: "", sdpMid: "0" } });
});

test("the empty candidate ends a generation", async ({ signal }) => {
  const { polite } = await settled(signal);
  await polite.negotiation.accept({ negotiation: 1, candidate: { candidate: "", sdpMid: "0" } });
});

test("an offer that leaps ahead is dropped, so that numbers are left for us", async ({ signal }) => {
  const { polite, impolite } = await settled(signal);
  impolite.pc.restartIce();
  await impolite.negotiation.offer();
  const offer = impolite.take();
  for (const negotiation of [1002, 2 ** 53 - 1]) await polite.negotiation.accept({ ...offer, negotiation });
  equal(polite.sent, []);
  await polite.negotiation.accept({ ...offer, negotiation: 1001 });
  equal(polite.sent.map(({ negotiation }) => negotiation), [1001]);
});

test("what is longer than the server takes is not sent", async ({ signal }) => {
  const { impolite } = ends(signal);
  await impolite.negotiation.offer();
  const { type = "offer", sdp = "" } = impolite.pc.localDescription ?? {};
  Object.defineProperty(impolite.pc, "localDescription", { value: { type, sdp: sdp.padEnd(49_153, "x") } });
  await throws(() => impolite.negotiation.offer(), /offer failed: too long/);
  equal(impolite.sent.length, 1);
});

test("while an offer is being taken we make none, and take no other", async ({ signal }) => {
  const { polite, impolite } = await settled(signal);
  impolite.pc.restartIce();
  await impolite.negotiation.offer();
  const offer = impolite.take();
  const prepared = slowly(polite.pc);
  const work = polite.negotiation.accept(offer);
  await until(() => prepared.isAsked);
  await polite.negotiation.offer();
  await polite.negotiation.accept({ ...offer, negotiation: 3 });
  prepared.resolve();
  await work;
  equal(polite.sent.map(({ negotiation, description }) => [negotiation, description?.type]), [[2, "answer"]]);
  equal(polite.negotiation.isOwed, true);
});

// Not ready yet

test("an offer waits until we are ready for it, and its candidates with it", async ({ signal }) => {
  const { polite, impolite, open } = await restarting(signal);
  const offer = impolite.take();
  const added = spy(polite.pc);
  const work = polite.negotiation.accept(offer);
  const [bad, good] = [{ candidate: "nonsense", sdpMid: "0" }, { candidate: "candidate:1 1 udp 1 192.0.2.1 9 typ host", sdpMid: "0" }];
  await polite.negotiation.accept({ negotiation: 2, candidate: bad });
  await polite.negotiation.accept({ negotiation: 2, candidate: good });
  await delay(20);
  equal([polite.sent, added, polite.pc.signalingState], [[], [], "stable"]);
  open();
  await throws(() => work, /candidate failed/);
  equal(added, [bad, good], "one that is of no use does not cost the others");
  equal(polite.sent.map(({ negotiation, description }) => [negotiation, description?.type]), [[2, "answer"]]);
});

test("an offer sent again while we get ready is answered once, as it was sent last", async ({ signal }) => {
  const { polite, impolite, open } = await restarting(signal);
  const first = impolite.take();
  const sdp = `${first.description?.sdp}a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n`;
  const work = polite.negotiation.accept(first);
  await polite.negotiation.accept({ negotiation: 2, description: { type: "offer", sdp } });
  open();
  await work;
  equal(polite.sent.length, 1);
  ok(polite.pc.remoteDescription?.sdp.includes("192.0.2.1"));
});

test("what an offer brings is held against the policy there is once we are ready", async ({ signal }) => {
  const { polite, impolite, open } = await restarting(signal);
  const added = spy(polite.pc);
  const [host, relay] = ["candidate:1 1 udp 1 192.0.2.1 9 typ host", "candidate:1 1 udp 1 203.0.113.7 9 typ relay"];
  const sdp = `${impolite.take().description?.sdp}a=${host}\r\na=${relay}\r\n`;
  const work = polite.negotiation.accept({ negotiation: 2, description: { type: "offer", sdp } });
  for (const candidate of [host, relay]) await polite.negotiation.accept({ negotiation: 2, candidate: { candidate, sdpMid: "0" } });
  polite.gate.policy = "relay";
  open();
  await work;
  equal(added, [{ candidate: relay, sdpMid: "0" }]);
  equal(["192.0.2.1", "203.0.113.7"].map((address) => polite.pc.remoteDescription?.sdp.includes(address)), [false, true]);
});

test("a newer offer takes the place of the one that waits", async ({ signal }) => {
  const { polite, impolite, open } = await restarting(signal);
  const older = impolite.take();
  const newer = { ...older, negotiation: 3 };
  const works = [polite.negotiation.accept(older), polite.negotiation.accept(newer), polite.negotiation.accept(older)];
  open();
  await Promise.all(works);
  equal(polite.sent.map(({ negotiation }) => negotiation), [3]);
});

test("while an offer waits, we make none", async ({ signal }) => {
  const { polite, impolite, open } = await restarting(signal);
  const work = polite.negotiation.accept(impolite.take());
  polite.pc.restartIce();
  await polite.negotiation.offer();
  equal(polite.sent, []);
  open();
  await work;
  await impolite.negotiation.accept(polite.take());
  equal([polite.pc.signalingState, impolite.pc.signalingState], ["stable", "stable"]);
});

test("a close while an offer waits ends quietly", async ({ signal }) => {
  const { polite, impolite, open } = await restarting(signal);
  const work = polite.negotiation.accept(impolite.take());
  polite.pc.close();
  open();
  await work;
  equal(polite.sent, []);
});

/**
 * The impolite side restarts ICE, and the polite one is not ready until `open`.
 *
 * @param {AbortSignal} signal
 */
async function restarting(signal) {
  const both = await settled(signal);
  /** @type {PromiseWithResolvers<void>} */
  const { promise, resolve } = Promise.withResolvers();
  both.polite.gate.opens = promise;
  both.impolite.pc.restartIce();
  await both.impolite.negotiation.offer();
  return { ...both, open: resolve };
}

/** Descriptions of the other side are taken only when told. @param {RTCPeerConnection} pc */
function slowly(pc) {
  const gate = { .../** @type {PromiseWithResolvers<void>} */ (Promise.withResolvers()), isAsked: false };
  const take = pc.setRemoteDescription.bind(pc);
  pc.setRemoteDescription = async (/** @type {RTCSessionDescriptionInit} */ description) => {
    gate.isAsked = true;
    await gate.promise;
    await take(description);
  };
  return gate;
}

/** @param {RTCPeerConnection} pc */
function spy(pc) {
  /** @type {unknown[]} */
  const added = [];
  const add = pc.addIceCandidate.bind(pc);
  pc.addIceCandidate = (/** @type {RTCIceCandidateInit} */ candidate) => (added.push(candidate), add(candidate));
  return added;
}

/** @param {Signal | undefined} item */
function fingerprint(item) {
  return item?.description?.sdp.match(/ice-pwd:\S+|fingerprint:.*/g);
}
