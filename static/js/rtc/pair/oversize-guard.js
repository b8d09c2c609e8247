/**
 * Decides when a peer is cut off for a while because its video is far larger than what was demanded of it, so that nobody can fill this
 * computer's memory with decoded frames (`docs/protocol.md`, section 6, *Size*).
 *
 * @import { VideoSlot } from "../model/ladder.js"
 * @import { Reading } from "../stats/reading.js"
 * @import { Reception } from "./reception.js"
 */

import { mostLines } from "../model/frame-limit.js";
import { isOversized } from "../stats/oversize.js";

/** Readings in a row. A sender may begin with the size of its source for a moment. */
const MOST_OVERSIZED = 2;

export class OversizeGuard {
  #reception;
  #count = 0;
  /** Whether frames were dropped since the last reading. */
  #hasRefused = false;

  /** @param {Reception} reception what is demanded of the peer */
  constructor(reception) {
    this.#reception = reception;
  }

  /** @param {VideoSlot} slot @returns {number} how many pixels the shorter side of its video may have; 0: none of it is received */
  most(slot) {
    return this.#reception.permits(slot) ? mostLines(this.#reception.demand?.[slot]) : 0;
  }

  /** Frames that are too large were dropped before they were decoded: readings do not show them. */
  refuse() {
    this.#hasRefused = true;
  }

  /** @param {Reading} reading the next one @returns {boolean} whether the peer is to be cut off because of it */
  update(reading) {
    this.#count = this.#hasRefused || isOversized(reading, this.#reception.demand) ? this.#count + 1 : 0;
    this.#hasRefused = false;
    return this.#count >= MOST_OVERSIZED;
  }
}
