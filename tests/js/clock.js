/**
 * A clock that a test turns by hand.
 *
 * @import { Clock } from "../../static/js/lib/clock.js"
 * @implements {Clock}
 */
export class ManualClock {
  #now = 0;
  /** @type {{at: number, callback: () => void, signal: AbortSignal}[]} */
  #timers = [];

  now = () => this.#now;

  /** @type {Clock["after"]} */
  after = (ms, callback, signal) => {
    const timer = { at: this.#now + ms, callback, signal };
    this.#timers.push(timer);
    return () => this.#forget(timer);
  };

  /** How many timers are still to fire. */
  get pending() {
    return this.#timers.filter(({ signal }) => !signal.aborted).length;
  }

  /** @param {number} ms */
  advance(ms) {
    const end = this.#now + ms;
    for (let timer = this.#due(end); timer; timer = this.#due(end)) this.#fire(timer);
    this.#now = end;
  }

  /** @param {number} end */
  #due(end) {
    return this.#timers.filter(({ at, signal }) => at <= end && !signal.aborted).sort((a, b) => a.at - b.at)[0];
  }

  /** @param {{at: number, callback: () => void, signal: AbortSignal}} timer */
  #fire(timer) {
    this.#forget(timer);
    this.#now = Math.max(this.#now, timer.at);
    timer.callback();
  }

  /** @param {object} timer */
  #forget(timer) {
    this.#timers = this.#timers.filter((other) => other !== timer);
  }
}
