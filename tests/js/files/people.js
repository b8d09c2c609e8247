/**
 * People of a meeting who exchange files over real data channels, each with a store of its own, all in one page.
 *
 * @import { Offer } from "../../../static/js/chat/offer.js"
 */

import { until } from "../harness.js";
import { Channels } from "../../../static/js/channels/channels.js";
import { FileExchange } from "../../../static/js/files/exchange.js";
import { Store } from "../../../static/js/files/store.js";
import { systemClock } from "../../../static/js/lib/clock.js";
import { KeptIds } from "../../../static/js/lib/kept-ids.js";

/** Workers of stores, to end them as the end of a page does. @type {Worker[]} */
const workers = [];
const NativeWorker = globalThis.Worker;
globalThis.Worker = class extends NativeWorker {
  /** @param {ConstructorParameters<typeof Worker>} options */
  constructor(...options) {
    super(...options);
    workers.push(this);
  }
};

/** Ends the newest store, as the end of its page does. */
export function endStore() {
  workers.at(-1)?.terminate();
}

/** What a tab keeps over a reload. */
export function tab() {
  /** @type {Map<string, string>} */
  const items = new Map();
  return {
    getItem: (/** @type {string} */ key) => items.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void items.set(key, value),
  };
}

/**
 * @param {string} id
 * @param {AbortSignal} signal the end of the meeting
 * @param {ReturnType<typeof tab>} [storage]
 */
export async function person(id, signal, storage = tab()) {
  const lifetime = new AbortController();
  const end = AbortSignal.any([signal, lifetime.signal]);
  const opening = Store.open(storage, signal);
  const worker = /** @type {Worker} */ (workers.at(-1));
  const store = await opening;
  const channels = new Channels({ clock: systemClock });
  /** @type {Map<string, () => void>} */
  const links = new Map();
  const exchange = new FileExchange({
    self: id,
    peers: () => links.keys(),
    channel: channels.files,
    bytes: channels.pieces,
    store,
    paused: new KeptIds(storage, "paused-files"),
    clock: systemClock,
    signal: end,
  });
  const sent = { bytes: 0 };
  const send = channels.pieces.send.bind(channels.pieces);
  channels.pieces.send = (to, frame) => {
    const isSent = send(to, frame);
    if (isSent) sent.bytes += frame.length;
    return isSent;
  };
  /** The page ends: connections are closed, the store stays. */
  const vanish = () => {
    lifetime.abort();
    for (const close of links.values()) close();
    worker.terminate();
  };
  const phase = (/** @type {string} */ file) => exchange.state(file)?.phase;
  const has = (/** @type {string} */ file) =>
    until(() => phase(file) === "complete", `${id} has the file, but ${JSON.stringify(exchange.state(file))}`);
  return { id, store, storage, channels, links, exchange, sent, vanish, phase, has };
}

/** @typedef {Awaited<ReturnType<typeof person>>} Person */
/** @typedef {{id: string, links: Map<string, () => void>, attach: (id: string, pc: RTCPeerConnection, signal: AbortSignal) => unknown}} End */

/** @param {Person} one @returns {End} */
function endOf({ id, links, channels }) {
  return { id, links, attach: channels.attach.bind(channels) };
}

/**
 * A new connection of two people.
 *
 * @param {Person | End} one
 * @param {Person | End} other
 * @param {AbortSignal} signal
 */
export async function connect(one, other, signal) {
  const [left, right] = [one, other].map((side) => ("attach" in side ? side : endOf(side)));
  const [pc, remote] = [new RTCPeerConnection(), new RTCPeerConnection()];
  const lifetime = new AbortController();
  const close = () => (lifetime.abort(), pc.close(), remote.close());
  signal.addEventListener("abort", close, { signal: lifetime.signal });
  left.links.set(right.id, close);
  right.links.set(left.id, close);
  left.attach(right.id, pc, lifetime.signal);
  right.attach(left.id, remote, lifetime.signal);
  for (const [from, to] of /** @type {const} */ ([[pc, remote], [remote, pc]]))
    from.addEventListener("icecandidate", ({ candidate }) => void to.addIceCandidate(candidate ?? undefined));
  await pc.setLocalDescription();
  await remote.setRemoteDescription(/** @type {RTCSessionDescription} */ (pc.localDescription));
  await remote.setLocalDescription();
  await pc.setRemoteDescription(/** @type {RTCSessionDescription} */ (remote.localDescription));
  await until(() => pc.connectionState === "connected" && remote.connectionState === "connected", "a connection");
  return close;
}

/** A meeting in which everybody is connected. @param {AbortSignal} signal @param {...string} ids */
export async function meeting(signal, ...ids) {
  const people = await Promise.all(ids.map((id) => person(id, signal)));
  for (const [place, one] of people.entries()) for (const other of people.slice(place + 1)) await connect(one, other, signal);
  return people;
}

/** Bytes that look random, and are the same every time. @param {number} size */
export function fileOf(size, name = "photo.jpg") {
  const words = new Uint32Array(Math.ceil(size / 4));
  for (let place = 0, word = 1; place < words.length; place += 1) words[place] = word = (Math.imul(word, 1_664_525) + 1_013_904_223) >>> 0;
  return new File([words.buffer.slice(0, size)], name, { type: "image/jpeg" });
}

/** Somebody offers a file to these, who see it. @param {Person} from @param {File} file @param {...Person} to */
export async function offer(from, file, ...to) {
  const made = await from.exchange.offer(file, new AbortController().signal, () => {});
  for (const one of [from, ...to]) one.exchange.know(made, "", from.id);
  return made;
}

/** @param {Blob} blob */
export async function digest(blob) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether somebody has these bytes. @param {Person} one @param {Offer} offered @param {File} file */
export async function isSame({ store }, { id }, file) {
  return (await digest(await store.file(id))) === (await digest(file));
}
