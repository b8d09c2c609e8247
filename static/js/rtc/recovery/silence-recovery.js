/**
 * Whether audio of one peer is missing, and which remedy is due: the table of `remedies.js`, without a wait before the first step. The
 * table begins again only after audio has arrived. If none ever arrives, also on new connections, the waits grow.
 *
 * @import { Remedy } from "./remedies.js"
 */

import { rung } from "./remedies.js";
import { SilenceDetector, SILENCE_MS } from "./silence-detector.js";

/** Steps without any gain after which the wait doubles. */
const PATIENT = 4;
const MOST_MS = 60_000;

export class SilenceRecovery {
  #detector = new SilenceDetector();
  #isThere = false;
  #step = 0;
  #dueAt = 0;
  /** Packets that have arrived on the present connection. */
  #packets = 0;
  /** Whether the peer's microphone is on, according to itself. @type {boolean | null} */
  #isOn = null;

  get isThere() {
    return this.#isThere;
  }

  /** There is a new connection, on which nothing has arrived yet. */
  renew() {
    this.#packets = 0;
    this.#isOn = null;
  }

  /** @param {boolean} isOn whether the peer says that its microphone is on */
  expect(isOn) {
    this.#isOn = isOn;
  }

  /** Waits a moment for a pair that has just come back. @param {number} now */
  defer(now) {
    this.#dueAt = Math.max(this.#dueAt, now + SILENCE_MS);
  }

  /**
   * @param {object} reading
   * @param {number} reading.now
   * @param {number} reading.packets that have arrived on the present connection
   * @param {boolean} reading.isUp whether the pair is connected; if it is not, a silence stays
   */
  update({ now, packets, isUp }) {
    const isDeaf = this.#detector.isDeaf({ now, packets, expected: this.#isOn === true });
    if (isUp || isDeaf) this.#isThere = isDeaf;
    if (packets > this.#packets || this.#isOn === false) this.#step = this.#dueAt = 0;
    this.#packets = packets;
  }

  /**
   * @param {number} now
   * @param {boolean} canRelay
   * @returns {Remedy | null} what is to be done now
   */
  treat(now, canRelay) {
    if (!this.#isThere || now < this.#dueAt) return null;
    const { remedy } = rung(this.#step, canRelay);
    this.#step += 1;
    this.#dueAt = now + patience(this.#step, canRelay);
    return remedy;
  }
}

/**
 * @param {number} step
 * @param {boolean} canRelay
 */
function patience(step, canRelay) {
  return Math.min(MOST_MS, rung(step, canRelay).ms * 2 ** Math.max(0, step - PATIENT));
}
