/**
 * How long to wait before the next socket is opened, by what the close code of the last one asks for.
 *
 * @import { Behaviour } from "./protocol.js"
 * @typedef {Exclude<Behaviour, "stay">} Retry
 */

import { backoff } from "../lib/backoff.js";

/**
 * `leastMs`: what is waited in any case; `baseMs`: the bound of what is drawn for the first attempt.
 *
 * @type {Record<Retry, {leastMs: number, baseMs: number}>}
 */
const WAITS = {
  now: { leastMs: 0, baseMs: 300 },
  retry: { leastMs: 0, baseMs: 1000 },
  afresh: { leastMs: 0, baseMs: 1000 },
  slowly: { leastMs: 5000, baseMs: 1000 },
};

export class RetryDelay {
  #random;
  /** Attempts since the server has last accepted us. */
  #attempts = 0;

  /** @param {() => number} random in [0, 1) */
  constructor(random) {
    this.#random = random;
  }

  /** The server has accepted us. */
  reset() {
    this.#attempts = 0;
  }

  /** Counts an attempt. @param {Retry} behaviour @returns {number} ms to wait before it */
  next(behaviour) {
    const { leastMs, baseMs } = WAITS[behaviour];
    const ms = leastMs + backoff(this.#attempts, this.#random, { baseMs });
    this.#attempts += 1;
    return ms;
  }
}
