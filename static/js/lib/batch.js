/**
 * Gathers what happens and hands it over together, `ms` after the first of it.
 *
 * @import { Clock } from "./clock.js"
 */

/** @template T */
export class Batch {
  /** @type {T[]} */
  #items = [];
  #ms;
  #clock;
  #signal;
  #done;

  /** @param {{ms: number, clock: Clock, signal: AbortSignal, done: (items: T[]) => void}} options */
  constructor({ ms, clock, signal, done }) {
    this.#ms = ms;
    this.#clock = clock;
    this.#signal = signal;
    this.#done = done;
  }

  /** @param {T} item */
  add(item) {
    this.#items.push(item);
    if (this.#items.length === 1) this.#clock.after(this.#ms, () => this.#done(this.#items.splice(0)), this.#signal);
  }
}
