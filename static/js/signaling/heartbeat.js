/**
 * Detects a dead socket, which TCP does not report: when nothing was received for a while, it sends a `ping` and waits for any message from
 * the server.
 *
 * @import { Clock } from "../lib/clock.js"
 */

/** Time without a message after which a `ping` is sent. */
const QUIET_MS = 10_000;
const ANSWER_MS = 5000;

export class Heartbeat {
  #ping;
  #lost;
  #clock;
  #cancel = () => {};

  /**
   * @param {object} options
   * @param {() => boolean} options.ping asks the server for a sign of life; false when there is nothing to ask on
   * @param {() => void} options.lost called when no answer came
   * @param {Clock} options.clock
   */
  constructor({ ping, lost, clock }) {
    this.#ping = ping;
    this.#lost = lost;
    this.#clock = clock;
  }

  /** Something was received. @param {AbortSignal} signal the end of the socket */
  received(signal) {
    this.#cancel();
    this.#cancel = this.#clock.after(QUIET_MS, () => this.check(signal), signal);
  }

  /**
   * Sends a `ping` now.
   *
   * @param {AbortSignal} signal the end of the socket
   * @param {number} [ms] how long to wait for an answer
   */
  check(signal, ms = ANSWER_MS) {
    if (!this.#ping()) return;
    this.#cancel();
    this.#cancel = this.#clock.after(ms, this.#lost, signal);
  }
}
