/** @import { ChannelKind } from "../../../static/js/channels/catalogue.js" */

import { equal, test, until } from "../harness.js";
import { CONTROL } from "../../../static/js/channels/catalogue.js";
import { Channels } from "../../../static/js/channels/channels.js";
import { RoomChannel } from "../../../static/js/channels/room-channel.js";
import { VersionNegotiation } from "../../../static/js/channels/version-negotiation.js";
import { systemClock } from "../../../static/js/lib/clock.js";
import { object, oneOf, text } from "../../../static/js/lib/shapes.js";

/** A protocol that not every release speaks. @type {ChannelKind} */
const WORDS = {
  ...CONTROL,
  label: "words",
  id: 7,
  versions: [1],
  assumed: null,
  checks: new Map([["word", object({ type: oneOf("word"), text: text(10) })]]),
};

const MEDIA = /** @type {const} */ ({ type: "media", microphone: true, camera: false, screen: false, sound: false });

/** A release that speaks `words` in these versions. @param {readonly number[]} versions */
function release(versions) {
  const control = /** @type {RoomChannel<any>} */ (new RoomChannel({ kind: CONTROL, clock: systemClock }));
  const words = /** @type {RoomChannel<any>} */ (new RoomChannel({ kind: { ...WORDS, versions }, clock: systemClock }));
  new VersionNegotiation({ control, channels: [control, words] });
  control.broadcast(MEDIA);
  const attach = (/** @type {string} */ id, /** @type {RTCPeerConnection} */ pc, /** @type {AbortSignal} */ signal) =>
    [control, words].map((channel) => channel.attach(id, pc, signal));
  return { control, words, attach, received: messages(control, words) };
}

/** The release before: `control`, without `hello`. */
function before() {
  const control = /** @type {RoomChannel<any>} */ (new RoomChannel({ kind: CONTROL, clock: systemClock }));
  control.broadcast(MEDIA);
  return { attach: control.attach.bind(control), received: messages(control) };
}

/** @param {RoomChannel<any>[]} channels */
function messages(...channels) {
  /** @type {any[]} */
  const received = [];
  for (const channel of channels) channel.addEventListener("message", (event) => received.push(Reflect.get(event, "detail").message));
  return received;
}

/**
 * A connection of two sides; each knows the other as "peer".
 *
 * @param {{attach: (id: string, pc: RTCPeerConnection, signal: AbortSignal) => unknown}[]} sides
 * @param {AbortSignal} signal
 */
async function connect([one, two], signal) {
  const [pc, other] = [new RTCPeerConnection(), new RTCPeerConnection()];
  const end = new AbortController();
  const close = () => (end.abort(), pc.close(), other.close());
  signal.addEventListener("abort", close);
  one?.attach("peer", pc, end.signal);
  two?.attach("peer", other, end.signal);
  for (const [from, to] of /** @type {const} */ ([[pc, other], [other, pc]]))
    from.addEventListener("icecandidate", ({ candidate }) => void to.addIceCandidate(candidate ?? undefined));
  await pc.setLocalDescription();
  await other.setRemoteDescription(/** @type {RTCSessionDescription} */ (pc.localDescription));
  await other.setLocalDescription();
  await pc.setRemoteDescription(/** @type {RTCSessionDescription} */ (other.localDescription));
  return close;
}

const types = (/** @type {{type: string}[]} */ received) => received.map(({ type }) => type);

test("two sides speak the highest version that both have, on this connection and the next", async ({ signal }) => {
  const [alice, bob] = [release([1, 2]), release([1, 2, 3])];
  alice.words.broadcast({ type: "word", text: "hi" });
  const close = await connect([alice, bob], signal);
  await until(() => types(bob.received).includes("word"));
  equal([alice.words.version("peer"), bob.words.version("peer")], [2, 2]);
  close();
  await connect([alice, bob], signal);
  await until(() => types(bob.received).filter((type) => type === "word").length === 2);
});

test("`hello` is the first message", async ({ signal }) => {
  const [alice, bob] = [release([1]), release([1])];
  await connect([alice, bob], signal);
  await until(() => bob.received.length >= 2);
  equal(bob.received[0], { type: "hello", protocols: { control: [1], words: [1] } });
});

test("the product says which protocols it speaks", async ({ signal }) => {
  const [alice, bob] = [new Channels({ clock: systemClock }), release([1])];
  await connect([alice, bob], signal);
  await until(() => bob.received.length);
  equal(bob.received[0], { type: "hello", protocols: { control: [1], chat: [1], files: [1] } });
  equal([bob.control.version("peer"), bob.words.version("peer")], [1, null]);
});

test("a release without `hello` is sent `control` and nothing else, and what it sends is received", async ({ signal }) => {
  const [alice, old] = [release([1]), before()];
  alice.words.broadcast({ type: "word", text: "hi" });
  const sent = await sentOn("words", () => connect([alice, old], signal), () => until(() => old.received.length >= 2 && alice.received.length));
  equal(types(old.received), ["hello", "media"]);
  equal([types(alice.received), sent, alice.words.version("peer")], [["media"], [], null]);
});

test("a side without a common version is sent nothing of the protocol", async ({ signal }) => {
  const [alice, carol] = [release([1]), release([2])];
  alice.words.broadcast({ type: "word", text: "hi" });
  await connect([alice, carol], signal);
  await until(() => types(alice.received).includes("media") && types(carol.received).includes("media"));
  equal([alice.words.version("peer"), types(carol.received)], [null, ["hello", "media"]]);
});

test("a page that comes back with the release before is sent nothing that this does not speak", async ({ signal }) => {
  const [alice, bob, old] = [release([1]), release([1]), before()];
  const close = await connect([alice, bob], signal);
  await until(() => alice.words.version("peer") === 1);
  close();
  await connect([alice, old], signal);
  await until(() => old.received.length >= 2);
  equal(alice.words.version("peer"), null);
});

test("only the first `hello` on a connection counts, so that changing it costs nobody anything", async ({ signal }) => {
  const [alice, mallory] = [release([1]), release([1])];
  /** @type {unknown[]} */
  const changes = [];
  alice.words.addEventListener("version", () => changes.push(alice.words.version("peer")));
  await connect([alice, mallory], signal);
  await until(() => alice.words.version("peer") === 1);
  for (const words of [[], [1], []]) mallory.control.broadcast({ type: "hello", protocols: { words } });
  mallory.control.broadcast({ ...MEDIA, camera: true });
  await until(() => alice.received.some(({ camera }) => camera));
  equal(changes, [1]);
});

/**
 * What is sent meanwhile on channels with this label.
 *
 * @param {string} label
 * @param {(() => Promise<unknown>)[]} steps
 */
async function sentOn(label, ...steps) {
  const { send } = RTCDataChannel.prototype;
  /** @type {unknown[]} */
  const sent = [];
  RTCDataChannel.prototype.send = function (/** @type {any} */ data) {
    if (this.label === label) sent.push(data);
    send.call(this, data);
  };
  try {
    for (const step of steps) await step();
  } finally {
    RTCDataChannel.prototype.send = send;
  }
  return sent;
}
