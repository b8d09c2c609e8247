/**
 * What one sender sends: the frames of its own encoder, or a layer, carried in the frames of a tiny encoder. Runs in the worker of the
 * fan-out (WebRTC Encoded Transform, section 4).
 *
 * Packets, retransmission, congestion control and encryption, which differ for each receiver, remain the browser's. A frame of
 * the tiny encoder is a *carrier frame*; the layer's payload replaces its data. A carrier frame without a payload, because the
 * layer skipped a video frame, repeats the last frame: without it, receivers would wait for the missing picture id.
 *
 * @import { Bucket } from "../../lib/bucket.js"
 * @import { Clock } from "../../lib/clock.js"
 * @import { Layer, Payload } from "./layer.js"
 * @typedef {Pick<RTCEncodedVideoFrame, "type" | "data" | "getMetadata">} Frame
 * @typedef {{payloads: number, nulls: number, resyncs: number, longestGapMs: number}} Counts
 */

import { repeat, sizeOf } from "./vp8.js";

/** Waits for its payload, which is encoded more slowly. */
const MOST_FRAMES = 1;
const MOST_PAYLOADS = 6;
/** In a row. Then the layer has stopped, and must not look like video that does not move. */
const MOST_NULLS = 15;
/** Frames of the sender's own encoder are higher than those of a tiny encoder. */
export const TINY_HEIGHT = 60;
/** Key frames that one peer may request of layers that others get, too, per second and at once: they cost everybody's bandwidth. */
export const KEYS = { rate: 0.3, burst: 6 };
/** How long a requested key frame may take. */
const PATIENCE_MS = 500;

export class Carrier {
  #write;
  #routed;
  #clock;
  #isShared;
  /** What is sent now: a layer; "own"; null: nothing yet. @type {Layer | "own" | null} */
  #from = null;
  /** What is to be sent next. @type {Layer | "own" | null} */
  #to = null;
  /** @type {Frame[]} */
  #frames = [];
  /** From a key frame on, without a gap. @type {Payload[]} */
  #payloads = [];
  /** Whether the receiver can decode what comes next of `#from`. */
  #isSynced = false;
  #size = { width: 0, height: 0 };
  #keys;
  #askedAt = -Infinity;
  /** Whether a key frame is to be requested with the next carrier frame. Before, it could not be sent. */
  #asks = false;
  /** A frame that repeats the last one, of `#size`. */
  #filler = new ArrayBuffer(0);
  #nulls = 0;
  #counts = { payloads: 0, nulls: 0, resyncs: 0 };
  #sentAt = 0;
  #longestGapMs = 0;

  /**
   * @param {object} options
   * @param {(frame: Frame) => void} options.write
   * @param {Bucket} options.keys of the peer, whatever connection it is on
   * @param {(layer: Layer) => boolean} options.isShared whether somebody else takes it too
   * @param {() => void} options.routed called when the route that was asked for is taken
   * @param {Clock} options.clock
   */
  constructor({ write, keys, isShared, routed, clock }) {
    this.#write = write;
    this.#routed = routed;
    this.#clock = clock;
    this.#keys = keys;
    this.#isShared = isShared;
  }

  /**
   * Sends a layer, "own", or nothing while the sender rests. The old source is sent until the new one has a key frame.
   *
   * @param {Layer | "own" | null} to
   */
  route(to) {
    if (to === this.#to) return;
    this.#to = to;
    this.#asks = true;
    this.#askedAt = -Infinity;
    if (this.#from === "own") this.#payloads.length = 0;
    if (to === null || this.#from === null) this.#switch(to);
  }

  /** Whether this layer is sent here, or shall be. @param {Layer} layer */
  takes(layer) {
    return layer === this.#from || layer === this.#to;
  }

  /** Takes a frame of the sender's own encoder. @param {Frame} frame */
  frame(frame) {
    if (this.#to === "own" && this.#from !== "own" && isWhole(frame)) this.#switch("own");
    if (this.#to instanceof Object && (frame.type === "key" || this.#asks)) this.#ask(this.#to);
    if (this.#from === "own" && this.#to !== "own" && this.#payloads.length) this.#change();
    if (this.#from === "own") return this.#write(frame);
    if (this.#from === null) return;
    if (!this.#isSynced) this.#frames.length = 0;
    this.#frames.push(frame);
    this.#pump();
  }

  /**
   * Takes an encoded frame of a layer.
   *
   * @param {Payload} payload
   * @param {Layer} layer
   */
  payload(payload, layer) {
    if (layer === this.#to && layer !== this.#from) this.#await(payload);
    else if (layer === this.#from && this.#to !== null) this.#queue(payload);
  }

  /** Counted since the beginning, but for the gap, which is the longest between two payloads since this was last asked. @returns {Counts} */
  count() {
    const longestGapMs = this.#longestGapMs;
    this.#longestGapMs = 0;
    return { ...this.#counts, longestGapMs };
  }

  /** @param {Payload} payload of the layer that is to be sent next */
  #await(payload) {
    if (!payload.key && !(this.#from === "own" && this.#payloads.length)) return this.#ask(/** @type {Layer} */ (this.#to));
    if (payload.key || this.#payloads.length > MOST_PAYLOADS) this.#payloads.length = 0;
    if (payload.key || this.#payloads.length) this.#payloads.push(payload);
    if (this.#from !== "own") this.#change();
    this.#pump();
  }

  /** @param {Payload} payload */
  #queue(payload) {
    if (!this.#isSynced && !payload.key) return void (this.#frames.length && this.#ask(/** @type {Layer} */ (this.#from)));
    this.#isSynced = true;
    // No later frame depends on those that waited until now. A static screen has few carrier frames.
    if (payload.key) this.#payloads.length = 0;
    this.#payloads.push(payload);
    this.#pump();
    if (this.#payloads.length > MOST_PAYLOADS) this.#resync();
  }

  #pump() {
    if (this.#from === "own") return;
    while (this.#frames.length && this.#payloads.length) this.#send(this.#frames.shift(), this.#payloads.shift());
    while (this.#isSynced && this.#size.width && this.#frames.length > MOST_FRAMES) this.#fill(this.#frames.shift());
  }

  /**
   * @param {Frame | undefined} frame
   * @param {Payload | undefined} payload
   */
  #send(frame, payload) {
    if (!frame || !payload) return;
    if (payload.key) this.#resize(sizeOf(payload.data));
    frame.data = payload.data.slice(0);
    this.#write(frame);
    this.#counts.payloads += 1;
    this.#nulls = 0;
    const now = this.#clock.now();
    if (this.#sentAt) this.#longestGapMs = Math.max(this.#longestGapMs, now - this.#sentAt);
    this.#sentAt = now;
  }

  /** @param {{width: number, height: number}} size */
  #resize(size) {
    if (size.width === this.#size.width && size.height === this.#size.height) return;
    this.#size = size;
    this.#filler = repeat(size);
  }

  /** @param {Frame | undefined} frame */
  #fill(frame) {
    if (!frame) return;
    frame.data = this.#filler.slice(0);
    this.#write(frame);
    this.#counts.nulls += 1;
    if (++this.#nulls > MOST_NULLS) this.#resync();
  }

  /** The sender does not keep up, or was paused. Only a key frame is useful then. */
  #resync() {
    this.#counts.resyncs += 1;
    this.#nulls = 0;
    this.#payloads.length = 0;
    this.#isSynced = false;
  }

  /** Switches to the layer whose key frame has come. */
  #change() {
    this.#from = this.#to;
    this.#isSynced = true;
    this.#routed();
  }

  /** @param {Layer | "own" | null} to */
  #switch(to) {
    this.#from = to;
    this.#frames.length = 0;
    this.#payloads.length = 0;
    this.#isSynced = false;
    this.#sentAt = 0;
    if (to !== null) this.#routed();
  }

  /**
   * Requests a key frame. Call it again while none comes.
   *
   * @param {Layer} layer
   */
  #ask(layer) {
    const now = this.#clock.now();
    if (now - this.#askedAt < PATIENCE_MS || !(layer.isKeyComing || !this.#isShared(layer) || this.#keys.take(1))) return;
    this.#askedAt = now;
    this.#asks = false;
    layer.requestKey();
  }
}

/** Whether it is a key frame of the sender's own encoder at full size. @param {Frame} frame */
function isWhole(frame) {
  const { width = Infinity, height = Infinity } = /** @type {{width?: number, height?: number}} */ (frame.getMetadata());
  return frame.type === "key" && Math.min(width, height) > TINY_HEIGHT;
}
