/**
 * One encoding of one video, for all peers that want this size. Runs in the worker of the fan-out.
 *
 * @import { Clock } from "../../lib/clock.js"
 * @import { Rung, VideoSlot } from "../model/ladder.js"
 * @typedef {{data: ArrayBuffer, key: boolean}} Payload
 */

import { hintOf } from "../model/ladder.js";

/** A key frame costs as much as many others. Requests within this time share one. */
const KEY_MS = 400;
/** A static screen is encoded again at this interval, each time better, and so many times. */
const STILL_MS = 1000;
const STILLS = 6;
/** An encoder may drop frames silently. */
const MOST_BEGUN = 30;
/** Frames in a row without output, for so long. After a sleep few are lost, and a slow computer has some output. */
const MOST_LOST = 60;
const MOST_LOST_MS = 5000;

export class Layer {
  #clock;
  #lifetime = new AbortController();
  #output;
  /** @type {VideoEncoder | null} */
  #encoder = null;
  #size = { width: 0, height: 0 };
  #rung;
  #hint = "";
  #due = 0;
  #wantsKey = true;
  #keyAt = -Infinity;
  #keyCameAt = -Infinity;
  /** The last frame of a screen. @type {VideoFrame | null} */
  #last = null;
  #stills = 0;
  #cancelStill = () => {};
  /** When each frame under way was given to the encoder, by its timestamp. @type {Map<number, number>} */
  #begun = new Map();
  #endedAt = 0;
  /** Frames since the last output, and when the first of them was given. */
  #lost = 0;
  #lostAt = 0;
  #counts = { frames: 0, skipped: 0, encodeMs: 0, bytes: 0, keys: 0 };

  /**
   * @param {object} options
   * @param {string} options.name
   * @param {VideoSlot} options.slot
   * @param {Rung} options.rung
   * @param {(payload: Payload, layer: Layer) => void} options.output
   * @param {Clock} options.clock
   */
  constructor({ name, slot, rung, output, clock }) {
    this.name = name;
    this.slot = slot;
    this.#rung = rung;
    this.#output = output;
    this.#clock = clock;
  }

  get rung() {
    return this.#rung;
  }

  /** Holds from the next frame on; a static screen is encoded again. */
  set rung(rung) {
    this.#rung = rung;
    if (this.#last && this.#fit(this.#last)) this.#again();
  }

  /** Since the layer began. */
  get counts() {
    return {
      name: this.name,
      slot: this.slot,
      height: this.#size.height,
      ...this.#counts,
      isDead: this.#lost > MOST_LOST && this.#clock.now() - this.#lostAt > MOST_LOST_MS,
    };
  }

  /** Whether a key frame will come without a request. */
  get isKeyComing() {
    const isUnderWay = this.#keyAt > this.#keyCameAt && this.#clock.now() - this.#keyAt < KEY_MS;
    return isUnderWay || (this.#wantsKey && !this.#last);
  }

  /** The layer will have a key frame soon. */
  requestKey() {
    if (this.isKeyComing) return;
    this.#wantsKey = true;
    if (this.#last) this.#clock.after(Math.max(0, this.#keyAt + KEY_MS - this.#clock.now()), () => this.#repeat(), this.#lifetime.signal);
  }

  /** @param {VideoFrame} frame remains the caller's */
  push(frame) {
    if (this.#lifetime.signal.aborted || !this.#isDue(frame.timestamp)) return;
    this.#fit(frame);
    this.#encode(frame);
    if (this.slot === "screen") this.#keep(frame);
  }

  close() {
    this.#lifetime.abort();
    this.#forget();
    if (this.#encoder && this.#encoder.state !== "closed") this.#encoder.close();
  }

  /** Drops frames down to the layer's rate. @param {number} timestamp in µs */
  #isDue(timestamp) {
    const interval = 1e6 / this.rung.rate;
    // Another camera has other timestamps.
    if (this.#due - timestamp > 2 * interval) this.#due = timestamp;
    if (timestamp + interval / 2 < this.#due) return false;
    this.#due = Math.max(this.#due + interval, timestamp);
    return true;
  }

  /** @param {VideoFrame} frame @returns {boolean} whether the encoder is another one now, or makes other frames */
  #fit({ displayWidth, displayHeight }) {
    const scale = Math.min(1, this.rung.height / Math.min(displayWidth, displayHeight));
    const [width, height] = [even(displayWidth * scale), even(displayHeight * scale)];
    const contentHint = hintOf(this.slot, this.rung);
    const isSame = width === this.#size.width && height === this.#size.height && contentHint === this.#hint;
    if (this.#encoder?.state === "configured" && isSame) return false;
    this.#size = { width, height };
    this.#encoder = this.#encoderFor(contentHint);
    this.#wantsKey = true;
    const { rate, bitrate } = this.rung;
    this.#encoder.configure(
      /** @type {VideoEncoderConfig} */ ({ codec: "vp8", width, height, bitrate, framerate: rate, latencyMode: "realtime", contentHint }),
    );
    return true;
  }

  /** A hint is taken by an encoder that is new. @param {"motion" | "text"} hint */
  #encoderFor(hint) {
    const before = this.#encoder;
    if (before && before.state !== "closed" && hint === this.#hint) return before;
    if (before && before.state !== "closed") before.close();
    this.#hint = hint;
    this.#keyAt = -Infinity;
    return this.#make();
  }

  #make() {
    this.#begun.clear();
    return new VideoEncoder({ output: (chunk) => this.#take(chunk), error: () => {} });
  }

  /** @param {VideoFrame} frame */
  #encode(frame) {
    const encoder = this.#encoder;
    if (this.#lost++ === 0) this.#lostAt = this.#clock.now();
    if (encoder?.state !== "configured" || encoder.encodeQueueSize > 1) return void this.#counts.skipped++;
    const now = this.#clock.now();
    const keyFrame = this.#wantsKey && now - this.#keyAt >= KEY_MS;
    if (keyFrame) {
      this.#wantsKey = false;
      this.#keyAt = now;
    }
    if (this.#begun.size > MOST_BEGUN) this.#begun.clear();
    this.#begun.set(frame.timestamp, now);
    encoder.encode(frame, { keyFrame });
  }

  /** @param {EncodedVideoChunk} chunk */
  #take(chunk) {
    const now = this.#clock.now();
    const begun = this.#begun.get(chunk.timestamp) ?? now;
    this.#begun.delete(chunk.timestamp);
    const data = new ArrayBuffer(chunk.byteLength);
    chunk.copyTo(data);
    const key = chunk.type === "key";
    this.#lost = 0;
    this.#counts.frames += 1;
    this.#counts.keys += Number(key);
    if (key) this.#keyCameAt = now;
    this.#counts.bytes += data.byteLength;
    this.#counts.encodeMs += now - Math.max(begun, this.#endedAt);
    this.#endedAt = now;
    this.#output({ data, key }, this);
  }

  // Static screens

  /** @param {VideoFrame} frame */
  #keep(frame) {
    this.#forget();
    this.#last = frame.clone();
    this.#stills = 0;
    this.#rest();
  }

  /** Encodes the last frame again, better each time. */
  #again() {
    this.#stills = 0;
    this.#repeat();
    this.#rest();
  }

  #rest() {
    this.#cancelStill();
    this.#cancelStill = this.#clock.after(STILL_MS, () => this.#improve(), this.#lifetime.signal);
  }

  #improve() {
    if (this.#stills++ >= STILLS) return;
    this.#repeat();
    this.#rest();
  }

  #repeat() {
    if (!this.#last) return;
    const again = new VideoFrame(this.#last, { timestamp: this.#last.timestamp + Math.round((this.#clock.now() % 1e9) * 1000) });
    this.#encode(again);
    again.close();
  }

  #forget() {
    this.#last?.close();
    this.#last = null;
  }
}

/** @param {number} pixels */
function even(pixels) {
  return Math.max(2, Math.round(pixels / 2) * 2);
}
