/**
 * Messages that wait for the next frame. Those of one short tick share a frame, and so do all that are sent while the queue is corked. It
 * stays within the server's limits, so that in a large room messages are late rather than refused.
 *
 * @import { Clock } from "../lib/clock.js"
 * @import { Limits, Message } from "./protocol.js"
 */

import { Bucket } from "../lib/bucket.js";
import { encode, frames } from "./protocol.js";

const TICK_MS = 4;
/** Share of the limits that is used: clocks drift, and a frame may be delayed and arrive with the next one. */
const CAUTION = 0.9;

export class SendQueue {
  #write;
  #clock;
  #signal;
  #frameBytes;
  #bucket;
  #corks = 0;
  #ticking = false;
  /** @type {string[]} */
  #texts = [];

  /** @param {{write: (frame: string) => void, limits: Limits, clock: Clock, signal: AbortSignal}} options */
  constructor({ write, limits, clock, signal }) {
    this.#write = write;
    this.#clock = clock;
    this.#signal = signal;
    this.#frameBytes = limits.frame;
    this.#bucket = new Bucket({ rate: limits.rate * CAUTION, burst: limits.burst * CAUTION, clock });
  }

  /** @param {Message} message */
  push(message) {
    this.#texts.push(encode(message));
    this.#schedule(TICK_MS);
  }

  cork() {
    this.#corks += 1;
  }

  /** When as many `uncork` as `cork` were called, everything is written at once. */
  uncork() {
    this.#corks = Math.max(0, this.#corks - 1);
    this.flush();
  }

  flush() {
    if (this.#corks || this.#signal.aborted) return;
    const permitted = this.#texts.splice(0, this.#bucket.take(this.#texts.length));
    for (const frame of frames(permitted, this.#frameBytes)) this.#write(frame);
    if (this.#texts.length) this.#schedule(this.#bucket.wait());
  }

  /** @param {number} ms */
  #schedule(ms) {
    if (this.#ticking) return;
    this.#ticking = true;
    this.#clock.after(ms, () => this.#tick(), this.#signal);
  }

  #tick() {
    this.#ticking = false;
    this.flush();
  }
}
