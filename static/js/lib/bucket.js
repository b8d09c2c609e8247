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

  /** Milliseconds until there is a whole token. */
  wait() {
    this.#refill();
    return Math.max(0, Math.ceil(((1 - this.#tokens) / this.#rate) * 1000));
  }

  #refill() {
    const now = this.#clock.now();
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#at) / 1000) * this.#rate);
    this.#at = now;
  }
}
