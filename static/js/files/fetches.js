/**
 * The files that are being fetched: each asks once in a while for what can be asked for, and about once a second counts what has come.
 *
 * @import { Clock } from "../lib/clock.js"
 * @import { Fetch } from "./fetch.js"
 */

import { Later } from "../lib/later.js";

const BEAT_MS = 1000;

export class Fetches {
  #planned;
  #turned;
  #clock;
  #signal;
  #planning;
  /** By file. @type {Map<string, Fetch>} */
  #all = new Map();
  /** Those that are planned soon. @type {Set<string>} */
  #waiting = new Set();
  #isBeating = false;
  #beatAt = 0;

  /**
   * @param {object} options
   * @param {(id: string, fetch: Fetch) => void} options.planned called after a fetch has asked for what it can
   * @param {(id: string, fetch: Fetch, rate: number) => void} options.turned called about once a second; `rate`: bytes per second that came meanwhile
   * @param {Clock} options.clock
   * @param {AbortSignal} options.signal
   */
  constructor({ planned, turned, clock, signal }) {
    this.#planned = planned;
    this.#turned = turned;
    this.#clock = clock;
    this.#signal = signal;
    this.#planning = new Later(() => this.#planAll(), signal);
  }

  /** @param {string} id */
  get(id) {
    return this.#all.get(id);
  }

  /** @param {string} id @param {Fetch} fetch */
  begin(id, fetch) {
    this.#all.set(id, fetch);
    this.plan(id);
    this.#beat();
  }

  /** @param {string} id */
  end(id) {
    this.#all.get(id)?.end();
    this.#all.delete(id);
  }

  /** Something has changed for it. @param {string} id */
  plan(id) {
    if (!this.#all.has(id)) return;
    this.#waiting.add(id);
    this.#planning.ask();
  }

  #planAll() {
    const ids = [...this.#waiting];
    this.#waiting.clear();
    for (const id of ids) {
      const fetch = this.#all.get(id);
      fetch?.plan();
      if (fetch) this.#planned(id, fetch);
    }
  }

  #beat() {
    if (this.#isBeating) return;
    this.#isBeating = true;
    this.#beatAt = this.#clock.now();
    this.#clock.after(BEAT_MS, () => this.#turn(), this.#signal);
  }

  #turn() {
    const seconds = Math.max(0.001, (this.#clock.now() - this.#beatAt) / 1000);
    this.#isBeating = false;
    for (const [id, fetch] of [...this.#all]) {
      this.#turned(id, fetch, fetch.beat(seconds) / seconds);
      this.plan(id);
    }
    if (this.#all.size) this.#beat();
  }
}
