/**
 * Encoding once for several peers: a worker encodes each video once for each size that is wanted, and senders with tiny encoders carry it.
 * See `carrier.js`. The worker also drops received frames that are far too large (`frame-filter.js`).
 *
 * Events: `ready` when the worker runs; `routed` (detail: {sender, to}) when a sender sends what was asked for; `stats` (detail: {@link Stats}) once
 * a second; `refused` (detail: {receiver}) at most once a second while frames of a receiver are far too large; `failed` when the worker
 * cannot be loaded, throws or no longer answers: attached senders and receivers pass nothing on.
 *
 * @import { Clock } from "../../lib/clock.js"
 * @import { Rung, VideoSlot } from "../model/ladder.js"
 * @import { Counts } from "./carrier.js"
 * @typedef {{name: string, slot: VideoSlot, rung: Rung}} LayerPlan
 * @typedef {{name: string, slot: VideoSlot, height: number, frames: number, skipped: number, encodeMs: number, bytes: number, keys: number,
 *   isDead: boolean}} LayerCounts since the layer began; `skipped`: frames for which the encoder was too slow; `isDead`: its encoder delivers nothing
 * @typedef {{layers: LayerCounts[], senders: (Counts & {sender: number})[]}} Stats
 * @typedef {{type: "ready"} | {type: "routed", sender: number, to: string | null} | {type: "refused", receiver: number} |
 *   ({type: "stats"} & Stats)} WorkerMessage
 */

import { systemClock } from "../../lib/clock.js";
import { VIDEO_SLOTS } from "../model/ladder.js";

const WORKER = new URL("./fanout-worker.js", import.meta.url).href;

/** The worker sends `stats` once a second. */
const BEAT_MS = 1000;
/** In a row. They are counted and not timed: a computer that slept has missed only one. */
const MOST_MISSED = 5;

export class Fanout extends EventTarget {
  #worker;
  #clock;
  /** Beats since the worker's last message. */
  #missed = 0;
  #lifetime = new AbortController();
  #attached = 0;
  /** @type {Record<VideoSlot, {track: MediaStreamTrack, copy: MediaStreamTrack} | null>} */
  #sources = { camera: null, screen: null };
  #plan = "";

  /**
   * @param {Worker} worker
   * @param {{clock?: Clock}} [options]
   */
  constructor(worker, { clock = systemClock } = {}) {
    super();
    this.#worker = worker;
    this.#clock = clock;
    const { signal } = this.#lifetime;
    worker.addEventListener("message", ({ data }) => this.#receive(data), { signal });
    for (const type of ["error", "messageerror"]) worker.addEventListener(type, () => this.#fail(), { signal });
    this.#wait();
  }

  /** Whether this browser has all that is needed. */
  static get isSupported() {
    const names = ["RTCRtpScriptTransform", "MediaStreamTrackProcessor", "VideoEncoder", "Worker"];
    return names.every((name) => name in globalThis);
  }

  /**
   * @param {{clock?: Clock}} [options]
   * @returns {Fanout | null} null where it is not supported
   */
  static make(options) {
    return Fanout.isSupported ? new Fanout(new Worker(trusted(WORKER), { type: "module" }), options) : null;
  }

  /** Whether senders can be attached: they wait for the worker. */
  get isOpen() {
    return !this.#lifetime.signal.aborted;
  }

  /**
   * Sends this sender's frames through the worker. It has to be called before the first frame.
   *
   * @param {RTCRtpSender} sender
   * @param {string} peer to whom
   * @returns {number} its name here
   */
  attach(sender, peer) {
    const name = ++this.#attached;
    Reflect.set(sender, "transform", this.#transform({ sender: name, peer }));
    return name;
  }

  /**
   * Drops frames of this receiver that are far too large before they are decoded. It has to be called before the first frame.
   *
   * @param {RTCRtpReceiver} receiver
   * @param {number} lines how many pixels the shorter side may have
   * @returns {number} its name here
   */
  inspect(receiver, lines) {
    const name = ++this.#attached;
    Reflect.set(receiver, "transform", this.#transform({ receiver: name, lines }));
    return name;
  }

  /**
   * @param {number} receiver
   * @param {number} lines how many pixels the shorter side may have from now on
   */
  limit(receiver, lines) {
    this.#worker.postMessage({ type: "limit", receiver, lines });
  }

  /** @param {object} options */
  #transform(options) {
    return new /** @type {any} */ (globalThis).RTCRtpScriptTransform(this.#worker, options);
  }

  /** @param {number} sender */
  detach(sender) {
    this.#worker.postMessage({ type: "end", sender });
  }

  /**
   * Encodes this track in this slot's layers.
   *
   * @param {VideoSlot} slot
   * @param {MediaStreamTrack | null} track
   */
  show(slot, track) {
    const source = this.#sources[slot];
    if (source?.track === (track ?? undefined) || this.#lifetime.signal.aborted) return;
    source?.copy.stop();
    this.#sources[slot] = track && { track, copy: track.clone() };
    const frames = this.#sources[slot] && processed(this.#sources[slot].copy);
    this.#worker.postMessage({ type: "source", slot, frames }, frames ? [frames] : []);
  }

  /** @param {readonly LayerPlan[]} layers all that are to be encoded from now on */
  plan(layers) {
    const plan = JSON.stringify(layers);
    if (plan === this.#plan) return;
    this.#plan = plan;
    this.#worker.postMessage({ type: "layers", layers });
  }

  /**
   * @param {number} sender
   * @param {string | null} to a layer's name, "own" or null; `routed` is emitted when it is done
   */
  route(sender, to) {
    this.#worker.postMessage({ type: "route", sender, to });
  }

  #wait() {
    this.#clock.after(BEAT_MS, () => this.#beat(), this.#lifetime.signal);
  }

  /** While nothing is attached, a worker that loads slowly is not counted as failed. */
  #beat() {
    if (this.#attached) this.#missed += 1;
    if (this.#missed > MOST_MISSED) this.#fail();
    this.#wait();
  }

  #fail() {
    this.close();
    this.dispatchEvent(new CustomEvent("failed"));
  }

  /** Attached senders and receivers pass nothing on any more. */
  close() {
    this.#lifetime.abort();
    for (const slot of VIDEO_SLOTS) this.#sources[slot]?.copy.stop();
    this.#worker.terminate();
  }

  /** @param {WorkerMessage} message */
  #receive({ type, ...detail }) {
    this.#missed = 0;
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** @param {MediaStreamTrack} track @returns {ReadableStream<VideoFrame>} */
function processed(track) {
  return new /** @type {any} */ (globalThis).MediaStreamTrackProcessor({ track, maxBufferSize: 2 }).readable;
}

/** @type {{createScriptURL: (url: string) => any} | null} */
let policy = null;

/**
 * The URL of the worker, as a TrustedScriptURL where the browser has Trusted Types. The policy permits no other URL.
 *
 * @param {string} url
 */
function trusted(url) {
  policy ??= Reflect.get(globalThis, "trustedTypes")?.createPolicy("fanout", { createScriptURL: () => WORKER }) ?? null;
  return policy?.createScriptURL(url) ?? url;
}
