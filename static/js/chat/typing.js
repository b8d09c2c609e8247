/**
 * Who is typing, and how often others are told that we are.
 *
 * @import { Clock } from "../lib/clock.js"
 */

/** How often others are told. */
const TELL_MS = 3000;
/** For how long somebody who has told so counts as typing. */
const LASTS_MS = 5000;

export class Typing {
  #changed;
  #clock;
  #signal;
  #toldAt = -Infinity;
  /** By id; `isPrivate`: to us alone, else to everybody. @type {Map<string, {until: number, isPrivate: boolean}>} */
  #others = new Map();

  /**
   * @param {object} options
   * @param {() => void} options.changed called when somebody begins or ends
   * @param {Clock} options.clock
   * @param {AbortSignal} options.signal
   */
  constructor({ changed, clock, signal }) {
    this.#changed = changed;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** We type. @returns {boolean} whether others are to be told now */
  begin() {
    const now = this.#clock.now();
    if (now - this.#toldAt < TELL_MS) return false;
    this.#toldAt = now;
    return true;
  }

  /** What we typed was sent. */
  end() {
    this.#toldAt = -Infinity;
  }

  /** Somebody tells that they type. @param {string} id @param {boolean} isPrivate */
  hear(id, isPrivate) {
    this.#others.set(id, { until: this.#clock.now() + LASTS_MS, isPrivate });
    this.#clock.after(LASTS_MS, this.#changed, this.#signal);
    this.#changed();
  }

  /** Somebody has sent what they typed. @param {string} id */
  forget(id) {
    this.#others.delete(id);
  }

  /** The ids of those who type in a conversation. @param {string} peer "" for that of everybody */
  in(peer) {
    const now = this.#clock.now();
    return [...this.#others].filter(([id, { until, isPrivate }]) => until > now && (peer ? isPrivate && id === peer : !isPrivate)).map(([id]) => id);
  }
}
