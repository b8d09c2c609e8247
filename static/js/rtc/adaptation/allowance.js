/**
 * What a line carries of the pictures: these are made for all and do not follow a line, as an encoder for one does. The line is that to one
 * peer, or our own, which all share.
 */

import { LADDERS } from "../model/ladder.js";
import { Backoff } from "./backoff.js";

/** Congestion control needs a moment to find out what a new line carries, or what a larger picture does to it. */
const SETTLING_MS = 3000;
/** Once may be chance, unless it is far too much or was never proven, and other pictures are left. */
const PATIENCE = 2;
/** What a line does not carry makes sound late each time that it is tried, so the second time is after a minute; the lowest rung costs little. */
const growth = (/** @type {number} */ step) => (step > 0 ? 12 : 2);

export class Allowance {
  #backoff = new Backoff(LADDERS.camera.length - 1, growth);
  #bad = 0;
  /** @type {number | null} */
  #since = null;

  /** The highest rung of a camera's ladder that it carries; -1: none. */
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
