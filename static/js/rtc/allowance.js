/**
 * What the line to one peer carries of the layers: these are made for all and do not follow the line, as an encoder of its own does.
 */

import { LADDERS, stepWithin } from "./budget.js";
import { Throttle } from "./throttle.js";

/** Congestion control needs a moment to find out what a new line carries, or what a larger picture does to it. */
const SETTLING_MS = 3000;
const BAD_LOSS = 0.1;
/** In a second: of fewer, one that is lost says nothing. */
const LEAST_PACKETS = 15;
/** Once may be chance. */
const PATIENCE = 2;
/** Estimates are cautious: so much may be missing. */
const TOLERANCE = 1.2;

export class Allowance {
  #throttle = new Throttle(LADDERS.camera.length - 1);
  #bad = 0;
  #packets = 0;
  /** @type {number | null} */
  #since = null;

  /** The highest rung of a camera's ladder that it carries; -1: none. */
  get most() {
    return this.#throttle.most;
  }

  /**
   * @param {object} reading
   * @param {number} reading.now in ms
   * @param {number} reading.sent bits per second that are meant for it
   * @param {number | null} reading.uplink bits per second that it is thought to carry
   * @param {number} reading.packets sent since the connection began
   * @param {number | null} reading.loss 0 to 1
   */
  hear({ now, sent, uplink, packets, loss }) {
    this.#since ??= now;
    const fits = uplink === null ? Infinity : stepWithin("camera", uplink * TOLERANCE);
    const isTight = uplink !== null && uplink * TOLERANCE < sent;
    const isCounted = packets - this.#packets >= LEAST_PACKETS;
    this.#packets = packets;
    const isBad = isTight || (isCounted && (loss ?? 0) > BAD_LOSS);
    this.#bad = isBad && !this.#isSettling(now) ? this.#bad + 1 : 0;
    const isTooMuch = this.#bad >= (this.#throttle.isOnTrial(now) ? 1 : PATIENCE);
    this.#throttle.hear(now, isTooMuch ? Math.min(fits, this.most - 1) : Infinity);
    if (isTooMuch) this.#bad = 0;
  }

  /** @param {number} now */
  #isSettling(now) {
    const settlesFor = this.#throttle.isOnTrial(now) ? SETTLING_MS / 2 : SETTLING_MS;
    return now - Number(this.#since) < SETTLING_MS || this.#throttle.age(now) < settlesFor;
  }
}
