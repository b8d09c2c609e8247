/**
 * The highest step of a ladder that may be taken: down at once when it is too much, up again one step at a time, and later each time to a
 * step that did not last.
 */

/** How long a step up has to last to be proven. */
const PROVEN_MS = 10_000;
const PATIENCE = { leastMs: 5000, mostMs: 60_000 };

export class Backoff {
  #top;
  #growth;
  #most;
  /** In ms, before each step is tried again. @type {Map<number, number>} */
  #patience = new Map();
  #changedAt = -Infinity;
  #raisedAt = -Infinity;

  /**
   * @param {number} top the highest step, from 0
   * @param {(step: number) => number} [growth] by what the wait for a step is multiplied when it did not last
   */
  constructor(top, growth = () => 2) {
    this.#top = top;
    this.#growth = growth;
    this.#most = top;
  }

  /** The highest step that may be taken; -1: none. */
  get most() {
    return this.#most;
  }

  /** Whether less than all may be taken. */
  get isLowered() {
    return this.#most < this.#top;
  }

  /** Whether a step up is still to prove itself. @param {number} now in ms */
  isOnTrial(now) {
    return now - this.#raisedAt < PROVEN_MS;
  }

  /** In ms; since the last change. @param {number} now in ms */
  age(now) {
    return now - this.#changedAt;
  }

  /**
   * @param {number} now in ms
   * @param {number} fits the highest step that is not too much, as far as is known: `Infinity` when nothing is wrong
   */
  update(now, fits) {
    if (fits < this.#most) this.#lower(now, fits);
    else if (this.#most < this.#top && this.age(now) >= this.#patienceFor(this.#most + 1)) this.#raise(now);
    else if (this.age(now) > PATIENCE.mostMs) this.#patience.clear();
  }

  /** @param {number} step that did not last */
  #doubt(step) {
    this.#patience.set(step, Math.min(PATIENCE.mostMs, this.#patienceFor(step) * this.#growth(step)));
  }

  /** @param {number} step */
  #patienceFor(step) {
    return this.#patience.get(step) ?? PATIENCE.leastMs;
  }

  /**
   * @param {number} now
   * @param {number} fits
   */
  #lower(now, fits) {
    if (this.isOnTrial(now)) this.#doubt(this.#most);
    this.#raisedAt = -Infinity;
    this.#change(now, Math.max(-1, fits));
  }

  /** @param {number} now */
  #raise(now) {
    this.#raisedAt = now;
    this.#change(now, this.#most + 1);
  }

  /**
   * @param {number} now
   * @param {number} most
   */
  #change(now, most) {
    this.#most = most;
    this.#changedAt = now;
  }
}
