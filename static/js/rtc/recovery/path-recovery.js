/**
 * When the next remedy is due for a peer that is not reached: goes through the table of `remedies.js`, with a wait before each step.
 *
 * @import { Clock } from "../../lib/clock.js"
 * @import { Remedy } from "./remedies.js"
 */

import { rung, stepOf } from "./remedies.js";

export class PathRecovery {
  #due;
  #canRelay;
  #delay;
  #clock;
  #signal;
  #step = 0;
  #cancel = () => {};

  /**
   * @param {object} options
   * @param {(remedy: Remedy) => void} options.due called when a remedy is due; the wait before the next has begun then
   * @param {() => boolean} options.canRelay
   * @param {(ms: number) => number} options.delay how long this side waits where the table says `ms`
   * @param {Clock} options.clock
   * @param {AbortSignal} options.signal
   */
  constructor({ due, canRelay, delay, clock, signal }) {
    this.#due = due;
    this.#canRelay = canRelay;
    this.#delay = delay;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** Whether any remedy was due since the peer was last reached. */
  get hasBegun() {
    return this.#step > 0;
  }

  /** Waits for the next remedy, in place of any other wait. @param {number} [ms] as long as the table says */
  wait(ms = this.#rung.ms) {
    this.#cancel();
    this.#cancel = this.#clock.after(this.#delay(ms), () => this.#turn(), this.#signal);
  }

  /** Begins with the first remedy. @param {number} ms before it */
  restart(ms) {
    this.#step = 0;
    this.wait(ms);
  }

  /** Leaves out what comes before a remedy. @param {Remedy} remedy */
  skipTo(remedy) {
    this.#step = Math.max(this.#step, stepOf(remedy, this.#canRelay()));
  }

  /** The peer is reached. */
  stop() {
    this.#step = 0;
    this.#cancel();
  }

  get #rung() {
    return rung(this.#step, this.#canRelay());
  }

  #turn() {
    const { remedy } = this.#rung;
    this.#step += 1;
    this.wait();
    this.#due(remedy);
  }
}
