/**
 * Whether a shared screen shows a film, from how many new frames it delivers. Text delivers one when something changes.
 */

/** A second. A film has 24 and more, but of a screen that counts as text 15 are taken at most, and a busy computer misses some of them. */
const MANY = 10;
/** A second. Somebody types, or a clock ticks; no film has so few. */
const FEW = 5;
/** Seconds in a row. A page is scrolled for one or two. */
const UNTIL_MOVING = 3;
/** Seconds in a row. A film is stopped for a moment, and each change costs everybody a key frame. */
const UNTIL_STILL = 5;

export class Motion {
  #isMoving = false;
  /** How many seconds in a row contradict the present state. */
  #against = 0;

  get isMoving() {
    return this.#isMoving;
  }

  /** @param {number} frames new frames in the last second; called once a second */
  update(frames) {
    const isOther = this.#isMoving ? frames <= FEW : frames >= MANY;
    this.#against = isOther ? this.#against + 1 : 0;
    if (this.#against < (this.#isMoving ? UNTIL_STILL : UNTIL_MOVING)) return;
    this.#isMoving = !this.#isMoving;
    this.#against = 0;
  }
}
