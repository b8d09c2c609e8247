/**
 * The highest rung that a connection carries. Layers are made for several peers, so they do not follow one connection's bandwidth as an
 * encoder of its own does. Used for the connection to one peer, and for our uplink, which all share.
 */

import { LADDERS } from "../model/ladder.js";
import { Backoff } from "./backoff.js";

/** Congestion control needs a moment to measure a new connection, or the effect of a higher rung. */
const SETTLING_MS = 3000;
/** One bad reading may be chance, unless it is far too much or the rung was never proven, and a lower rung is left. */
const PATIENCE = 2;
/** Each try of a rung that is too high delays audio, so the second try comes after a minute. The lowest rung costs little. */
const growth = (/** @type {number} */ step) => (step > 0 ? 12 : 2);

export class Allowance {
  #backoff = new Backoff(LADDERS.camera.length - 1, growth);
  #bad = 0;
  /** @type {number | null} */
  #since = null;

  /** The highest rung of a camera's ladder that may be sent; -1: none. */
  get most() {
    return this.#backoff.most;
  }

  /** Whether that is less than there is. */
  get isLowered() {
    return this.#backoff.isLowered;
  }

  /**
   * @param {object} reading once a second
   * @param {number} reading.now in ms
   * @param {boolean} reading.isBad whether more is sent than it carries
   * @param {number} reading.fits the highest rung that it is thought to carry
   */
  update({ now, isBad, fits }) {
    this.#since ??= now;
    this.#bad = isBad && !this.#isSettling(now) ? this.#bad + 1 : 0;
    const isHasty = this.most > 0 && (fits < this.most - 1 || this.#backoff.isOnTrial(now));
    const isTooMuch = this.#bad >= (isHasty ? 1 : PATIENCE);
    if (isBad && !isTooMuch) return;
    this.#backoff.update(now, isTooMuch ? Math.min(fits, this.most - 1) : Infinity);
    if (isTooMuch) this.#bad = 0;
  }

  /** @param {number} now */
  #isSettling(now) {
    const settlesFor = this.#backoff.isOnTrial(now) ? SETTLING_MS / 2 : SETTLING_MS;
    return now - Number(this.#since) < SETTLING_MS || this.#backoff.age(now) < settlesFor;
  }
}
