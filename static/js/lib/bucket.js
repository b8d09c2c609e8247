/**
 * A token bucket: `burst` at once, then `rate` per second. The server counts the same way and refuses what is over.
 *
 * @import { Clock } from "./clock.js"
 */
export class Bucket {
  #rate;
  #burst;
  #clock;
  #tokens;
  #at;

  /** @param {{rate: number, burst: number, clock: Clock}} options */
  constructor({ rate, burst, clock }) {
    this.#rate = rate;
    this.#burst = burst;
    this.#clock = clock;
    this.#tokens = burst;
    this.#at = clock.now();
  }

  /**
   * Takes up to `wanted` whole tokens.
   *
   * @param {number} wanted
   * @returns {number} how many were there
   */
  take(wanted) {
    this.#refill();
    const taken = Math.min(wanted, Math.floor(this.#tokens));
    this.#tokens -= taken;
    return taken;
  }

  /** Takes this many, also more than there are: then the next wait is longer. @param {number} tokens */
  spend(tokens) {
    this.#refill();
    this.#tokens -= tokens;
  }

  /** Milliseconds until there are so many tokens, at most `burst`. */
  wait(wanted = 1) {
    this.#refill();
    return Math.max(0, Math.ceil(((wanted - this.#tokens) / this.#rate) * 1000));
  }

  #refill() {
    const now = this.#clock.now();
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#at) / 1000) * this.#rate);
    this.#at = now;
  }
}
