import { equal, nextTask, ok, test, throws, until } from "../../harness.js";
import { Connection } from "../../../../static/js/rtc/pair/connection.js";
import { CandidateBatch } from "../../../../static/js/rtc/signal/candidate-batch.js";
import { eachSlot, SLOTS } from "../../../../static/js/rtc/model/slots.js";
import { ManualClock } from "../../clock.js";
import { picture } from "../wire.js";

/** @import { Envelope } from "../../../../static/js/signaling/protocol.js" */
/** @import { Tracks } from "../../../../static/js/rtc/pair/transceivers.js" */

/**
 * @param {AbortSignal} signal
 * @param {boolean} initiator
 * @param {Partial<Tracks>} [tracks]
 */
function end(signal, initiator, tracks = {}) {
  /** @type {Envelope[]} */
  const sent = [];
  const clock = new ManualClock();
  const connection = new Connection({
    id: "c1",
    initiator,
    polite: !initiator,
    pc: new RTCPeerConnection(),
    tracks: { ...eachSlot(() => null), ...tracks },
    channels: (pc) => pc.createDataChannel("control", { negotiated: true, id: 0 }),
    send: (envelope) => void sent.push(envelope),
    ready: () => Promise.resolve(),
    policy: () => "all",
    batch: new CandidateBatch({ clock, signal }),
    clock,
  });
  signal.addEventListener("abort", () => connection.close());
  return { connection, sent, clock };
}

test("the offerer has its tracks from the start, the answerer from the offer on", async ({ signal }) => {
  const [offerer, answerer] = [end(signal, true), end(signal, false)];
  equal(kinds(offerer.connection), ["audio", "video", "video", "audio"]);
  equal(answerer.connection.transceivers.tracks, eachSlot(() => null));
  let told = 0;
  answerer.connection.addEventListener("tracks", () => (told += 1));
  await offerer.connection.offer();
  await answerer.connection.accept(/** @type {Envelope} */ (offerer.sent[0]));
  equal([kinds(answerer.connection), told], [["audio", "video", "video", "audio"], 1]);
  equal(answerer.connection.pc.getTransceivers().map(({ direction }) => direction), Array(4).fill("sendrecv"));
  equal(answerer.connection.pc.getTransceivers().map(({ currentDirection }) => currentDirection), Array(4).fill("sendrecv"));
});

test("screen and sound are played in step, and a picture does not wait for a voice", async ({ signal }) => {
  const [offerer, answerer] = [end(signal, true), end(signal, false)];
  await offerer.connection.offer();
  await answerer.connection.accept(/** @type {Envelope} */ (offerer.sent[0]));
  for (const { sent } of [offerer, answerer]) {
    const streams = (sent[0]?.description?.sdp.match(/^a=msid:\S+/gm) ?? []).slice(0, 4);
    const [microphone, camera, screen, sound] = streams;
    ok(screen === sound && new Set([microphone, camera, screen]).size === 3, String(streams));
  }
});

test("a track set before the offer comes is sent", async ({ signal }) => {
  const [offerer, answerer] = [end(signal, true), end(signal, false)];
  const track = picture(signal);
  await answerer.connection.setTrack("screen", track);
  await offerer.connection.offer();
  await answerer.connection.accept(/** @type {Envelope} */ (offerer.sent[0]));
  const sender = answerer.connection.pc.getSenders()[SLOTS.findIndex(({ name }) => name === "screen")];
  await until(() => sender?.track?.label === track.label && sender.track.readyState === "live");
});

test("a screen is sent as a copy, which ends when another is sent or nothing is", async ({ signal }) => {
  const { connection } = end(signal, true);
  const track = picture(signal);
  await connection.setTrack("screen", track);
  await connection.offer();
  const sender = connection.pc.getSenders()[SLOTS.findIndex(({ name }) => name === "screen")];
  const copies = [];
  for (const next of [track, null, track]) {
    await connection.setTrack("screen", next);
    copies.push(sender?.track ?? null);
  }
  equal(copies.map((copy) => copy?.readyState), ["ended", undefined, "live"]);
  connection.close();
  equal([copies[2]?.readyState, track.readyState], ["ended", "live"]);
});

test("a track of the wrong kind is told to whoever set it", async ({ signal }) => {
  const { connection } = end(signal, true);
  await throws(() => connection.setTrack("microphone", picture(signal)), /TypeError/);
});

test("candidates are gathered before they are sent, and useless ones are not", async ({ signal }) => {
  const { connection, sent, clock } = end(signal, true);
  await connection.offer();
  await until(() => connection.pc.iceGatheringState === "complete");
  equal(sent.length, 1);
  clock.advance(120);
  ok(sent.length > 1, "no candidate");
  ok(sent.slice(1).every(({ candidate }) => candidate?.candidate && !/tcptype active/.test(candidate.candidate)));
});

test("a description that cannot be used breaks the connection, a candidate does not", async ({ signal }) => {
  const { connection } = end(signal, true);
  let broken = 0;
  connection.addEventListener("broken", () => (broken += 1));
  await connection.offer();
  await connection.accept({ negotiation: 1, description: { type: "answer", sdp: "nonsense" } });
  equal(broken, 1);
  await connection.accept({ negotiation: 1, candidate: { candidate: "nonsense", sdpMid: "0" } });
  equal(broken, 1);
});

test("a later offer with more than the slots breaks the connection, and is not answered", async ({ signal }) => {
  const [offerer, answerer] = [end(signal, true), end(signal, false)];
  let broken = 0;
  answerer.connection.addEventListener("broken", () => (broken += 1));
  await exchange(offerer, answerer);
  for (let more = 0; more < 96; more += 1) offerer.connection.pc.addTransceiver("audio");
  await offerer.connection.pc.setLocalDescription();
  const { sdp = "" } = offerer.connection.pc.localDescription ?? {};
  await answerer.connection.accept({ negotiation: 2, description: { type: "offer", sdp } });
  equal([broken, answerer.sent], [1, []]);
});

test("a restart asked for while an exchange is open is made after it", async ({ signal }) => {
  const [offerer, answerer] = [end(signal, true), end(signal, false)];
  await exchange(offerer, answerer);
  await offerer.connection.restart();
  await offerer.connection.restart();
  await answerer.connection.accept(/** @type {Envelope} */ (offerer.sent[0]));
  equal(offerer.sent.map(({ negotiation }) => negotiation), [2, 2]);
  await offerer.connection.accept(/** @type {Envelope} */ (answerer.sent[0]));
  await until(() => offerer.sent.length === 3);
  equal(offerer.sent[2]?.negotiation, 3);
  ok(offerer.sent[2]?.description?.sdp.match(/ice-ufrag:\S+/)?.[0] !== offerer.sent[1]?.description?.sdp.match(/ice-ufrag:\S+/)?.[0]);
});

test("a restart that the other side made meanwhile is not made again", async ({ signal }) => {
  const [offerer, answerer] = [end(signal, true), end(signal, false)];
  await exchange(offerer, answerer);
  await offerer.connection.restart();
  const taking = answerer.connection.accept(/** @type {Envelope} */ (offerer.sent[0]));
  await answerer.connection.restart();
  await taking;
  await nextTask();
  await nextTask();
  equal(answerer.sent.map(({ description }) => description?.type), ["answer"]);
});

test("a closed connection says nothing and fails at nothing", async ({ signal }) => {
  const { connection, sent, clock } = end(signal, true);
  const offering = connection.offer();
  connection.close();
  await offering;
  await connection.setTrack("camera", null);
  clock.advance(60_000);
  equal([sent.length, clock.pending, connection.transceivers.level], [0, 0, 0]);
});

/**
 * The first offer and its answer, which are then forgotten.
 *
 * @typedef {{connection: Connection, sent: Envelope[]}} End
 * @param {End} offerer
 * @param {End} answerer
 */
async function exchange(offerer, answerer) {
  await offerer.connection.offer();
  await answerer.connection.accept(/** @type {Envelope} */ (offerer.sent[0]));
  await offerer.connection.accept(/** @type {Envelope} */ (answerer.sent[0]));
  for (const { sent } of [offerer, answerer]) sent.length = 0;
}

/** @param {Connection} connection */
function kinds({ transceivers: { tracks } }) {
  return Object.values(tracks).map((track) => track?.kind);
}
