/** How fast something goes: the mean of the last seconds. Pure: the time is passed in. */

const WINDOW_MS = 4000;
/** Less says nothing. */
const LEAST_MS = 500;

export class Pace {
  /** @type {{now: number, amount: number}[]} */
  #samples = [];

  /**
   * @param {number} amount so far
   * @param {number} now in ms
   */
  note(amount, now) {
    this.#samples.push({ now, amount });
    while (this.#samples.length > 2 && this.#samples[1].now <= now - WINDOW_MS) this.#samples.shift();
  }

  /** Per second; 0 while it is not known, or nothing has come for a while. @param {number} now in ms */
  rate(now) {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (!first || !last || last.now - first.now < LEAST_MS || now - last.now > WINDOW_MS) return 0;
    return Math.max(0, ((last.amount - first.amount) / (last.now - first.now)) * 1000);
  }
}
