/**
 * Candidates wait a moment, so that those of all peers leave together and share a frame.
 *
 * @import { Clock } from "../../lib/clock.js"
 */
export class CandidateBatch {
  #clock;
  #signal;
  #dueAt = Infinity;
  #cancel = () => {};
  /** @type {(() => void)[]} */
  #waiting = [];

  /** @param {{clock: Clock, signal: AbortSignal}} options */
  constructor({ clock, signal }) {
    this.#clock = clock;
    this.#signal = signal;
  }

  /**
   * Calls back within `ms`, together with all others that wait.
   *
   * @param {number} ms
   * @param {() => void} deliver
   */
  add(ms, deliver) {
    this.#waiting.push(deliver);
    const dueAt = this.#clock.now() + ms;
    if (dueAt >= this.#dueAt) return;
    this.#dueAt = dueAt;
    this.#cancel();
    this.#cancel = this.#clock.after(ms, () => this.#flush(), this.#signal);
  }

  #flush() {
    this.#dueAt = Infinity;
    for (const deliver of this.#waiting.splice(0)) deliver();
  }
}
