/**
 * Decides when a peer is cut off for a while because its video is far larger than what was demanded of it, so that nobody can fill this
 * computer's memory with decoded frames (`docs/protocol.md`, section 6, *Size*).
 *
 * @import { Demand } from "../model/demand.js"
 * @import { VideoSlot } from "../model/ladder.js"
 * @import { SlotRecord } from "../model/slots.js"
 * @import { Reading } from "../stats/reading.js"
 */

import { mostLines } from "../model/frame-limit.js";
import { eachSlot } from "../model/slots.js";
import { isOversized } from "../stats/oversize.js";

/** Readings in a row. A sender may begin with the size of its source for a moment. */
const MOST_OVERSIZED = 2;

export class OversizeGuard {
  #count = 0;
  /** Whether frames were dropped since the last reading. */
  #hasRefused = false;
  /** What we have demanded of its video. @type {Demand | null} */
  demand = null;
  /** Of which slots something is received at all. @type {Readonly<SlotRecord<boolean>>} */
  permitted = eachSlot(() => true);

  /** @param {VideoSlot} slot @returns {number} how many pixels the shorter side of its video may have; 0: none of it is received */
  most(slot) {
    return this.permitted[slot] ? mostLines(this.demand?.[slot]) : 0;
  }

  /** Frames that are too large were dropped before they were decoded: readings do not show them. */
  refuse() {
    this.#hasRefused = true;
  }

  /** @param {Reading} reading the next one @returns {boolean} whether the peer is to be cut off because of it */
  update(reading) {
    this.#count = this.#hasRefused || isOversized(reading, this.demand) ? this.#count + 1 : 0;
    this.#hasRefused = false;
    return this.#count >= MOST_OVERSIZED;
  }
}
