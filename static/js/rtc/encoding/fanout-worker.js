/**
 * The worker of the fan-out: takes video frames, encodes layers, and has carriers put them into the frames of the senders. It drops
 * received frames that are far too large.
 *
 * @import { Rung, VideoSlot } from "../model/ladder.js"
 * @import { LayerPlan, WorkerMessage } from "./fanout.js"
 */

import { Bucket } from "../../lib/bucket.js";
import { systemClock } from "../../lib/clock.js";
import { Carrier, KEYS } from "./carrier.js";
import { FrameFilter } from "./frame-filter.js";
import { Layer } from "./layer.js";

const STATS_MS = 1000;

/** @type {Map<string, Layer>} */
const layers = new Map();
/** @type {Map<number, Carrier>} */
const carriers = new Map();
/** @type {Map<number, FrameFilter>} */
const filters = new Map();
/** What each sender is to send once it has frames. @type {Map<number, string | null>} */
const routes = new Map();
/** How many key frames each peer may still cost; the peers are those that were here last. @type {Map<string, Bucket>} */
const buckets = new Map();
const MOST_BUCKETS = 500;
/** The last frame of a screen: a static screen delivers only one. @type {VideoFrame | null} */
let still = null;
/** @type {Record<VideoSlot, ReadableStreamDefaultReader<VideoFrame> | null>} */
const sources = { camera: null, screen: null };

/** @type {Record<string, (message: any) => void>} */
const HANDLERS = {
  source: ({ slot, frames }) => void follow(slot, frames),
  layers: ({ layers }) => plan(layers),
  route: ({ sender, to }) => route(sender, to),
  limit: ({ receiver, lines }) => void Object.assign(filters.get(receiver) ?? {}, { lines }),
  end: ({ sender }) => void (carriers.delete(sender), routes.delete(sender)),
};

addEventListener("unhandledrejection", ({ reason }) => reportError(reason));
onmessage = ({ data }) => HANDLERS[data.type]?.(data);
Reflect.set(
  globalThis,
  "onrtctransform",
  (/** @type {any} */ { transformer }) => void ("receiver" in transformer.options ? inspect : carry)(transformer),
);
setInterval(() => post({ type: "stats", layers: [...layers.values()].map(({ counts }) => counts), senders: counted() }), STATS_MS);
post({ type: "ready" });

/** @param {WorkerMessage} message */
function post(message) {
  postMessage(message);
}

function counted() {
  return [...carriers].map(([sender, carrier]) => ({ sender, ...carrier.count() }));
}

/**
 * Encodes these frames instead of those before.
 *
 * @param {VideoSlot} slot
 * @param {ReadableStream<VideoFrame> | null} frames
 */
async function follow(slot, frames) {
  void sources[slot]?.cancel().catch(() => {});
  if (slot === "screen") keep(null);
  const reader = (sources[slot] = frames?.getReader() ?? null);
  for (;;) {
    const { value: frame } = (await reader?.read().catch(() => null)) ?? {};
    if (!frame || sources[slot] !== reader) return void frame?.close();
    for (const layer of layers.values()) if (layer.slot === slot) layer.push(frame);
    if (slot === "screen") keep(frame);
    frame.close();
  }
}

/** @param {VideoFrame | null} frame */
function keep(frame) {
  still?.close();
  still = frame && frame.clone();
}

/** @param {LayerPlan[]} wanted */
function plan(wanted) {
  const names = new Set(wanted.map(({ name }) => name));
  for (const [name, layer] of layers) {
    if (names.has(name)) continue;
    layer.close();
    layers.delete(name);
  }
  for (const { name, rung } of wanted) {
    const layer = layers.get(name);
    if (layer) layer.rung = rung;
  }
  const fresh = wanted.filter(({ name }) => !layers.has(name));
  for (const { name, slot, rung } of fresh) layers.set(name, make(name, slot, rung));
  for (const { name, slot } of fresh) if (slot === "screen" && still) layers.get(name)?.push(still);
  for (const [sender, to] of routes) if (fresh.some(({ name }) => name === to)) route(sender, to);
}

/**
 * @param {string} name
 * @param {VideoSlot} slot
 * @param {Rung} rung
 */
function make(name, slot, rung) {
  return new Layer({
    name,
    slot,
    rung,
    clock: systemClock,
    output: (payload, layer) => carriers.forEach((carrier) => carrier.payload(payload, layer)),
  });
}

/**
 * @param {number} sender
 * @param {string | null} to
 */
function route(sender, to) {
  routes.set(sender, to);
  carriers.get(sender)?.route(to === "own" || to === null ? to : (layers.get(to) ?? null));
}

/** @param {string} peer */
function keysOf(peer) {
  const bucket = buckets.get(peer) ?? new Bucket({ ...KEYS, clock: systemClock });
  buckets.delete(peer);
  buckets.set(peer, bucket);
  for (const oldest of [...buckets.keys()].slice(0, -MOST_BUCKETS)) buckets.delete(oldest);
  return bucket;
}

/** @param {{readable: ReadableStream, writable: WritableStream, options: {sender: number, peer: string}}} transformer */
async function carry({ readable, writable, options: { sender, peer } }) {
  const write = into(writable);
  const routed = () => post({ type: "routed", sender, to: routes.get(sender) ?? null });
  const isShared = (/** @type {Layer} */ layer) => [...carriers.values()].some((other) => other !== carrier && other.takes(layer));
  const carrier = new Carrier({ write, keys: keysOf(peer), isShared, routed, clock: systemClock });
  carriers.set(sender, carrier);
  route(sender, routes.get(sender) ?? null);
  await each(readable, (frame) => carrier.frame(frame));
  if (carriers.get(sender) === carrier) carriers.delete(sender);
}

/** @param {{readable: ReadableStream, writable: WritableStream, options: {receiver: number, lines: number}}} transformer */
async function inspect({ readable, writable, options: { receiver, lines } }) {
  const write = into(writable);
  const filter = new FrameFilter({ lines, write, refused: () => post({ type: "refused", receiver }), clock: systemClock });
  filters.set(receiver, filter);
  await each(readable, (frame) => filter.frame(frame));
  filters.delete(receiver);
}

/** @param {WritableStream} writable @returns {(frame: unknown) => void} */
function into(writable) {
  const writer = writable.getWriter();
  return (frame) => void writer.write(frame).catch(() => {});
}

/**
 * @param {ReadableStream} readable
 * @param {(frame: any) => void} handle
 */
async function each(readable, handle) {
  const reader = readable.getReader();
  for (;;) {
    const { value: frame } = await reader.read().catch(() => ({ value: null }));
    if (!frame) return;
    handle(frame);
  }
}
