/**
 * Which tab of this browser has a participant. Its ticket is in `sessionStorage`, which is copied when a tab is duplicated. A Web Lock is not
 * copied, and is released when its tab is closed.
 *
 * @import { Deferred } from "../lib/deferred.js"
 */

import { deferred } from "../lib/deferred.js";

/**
 * A page that is loaded again waits at most this long for the lock of the page before, which takes long to go when the computer is busy. A copy
 * of a tab waits as long before it shows the green room.
 */
const PATIENCE_MS = 3_000;

export class Claim {
  #locks;
  #id = "";
  #release = () => {};

  /** @param {{locks: LockManager | undefined, signal: AbortSignal}} options `locks` is undefined in an insecure context */
  constructor({ locks, signal }) {
    this.#locks = locks;
    signal.addEventListener("abort", () => this.release());
  }

  /**
   * @param {string} id of a participant
   * @returns {Promise<boolean>} whether this tab has it; false when another tab has it or nobody can know
   */
  take(id) {
    /** @type {Deferred<boolean>} */
    const isOurs = deferred();
    this.#request(id, { signal: AbortSignal.timeout(PATIENCE_MS) }, isOurs.resolve);
    return isOurs.promise;
  }

  /** Lets go of the participant. */
  release() {
    this.#id = "";
    this.#release();
  }

  /** Takes the participant as soon as no other tab has it, and lets go of the one before. @param {string} id */
  hold(id) {
    if (id !== this.#id) this.#request(id, {}, () => {});
  }

  /**
   * @param {string} id
   * @param {LockOptions} options
   * @param {(isOurs: boolean) => void} tell
   */
  #request(id, options, tell) {
    if (!this.#locks) return tell(false);
    this.#release();
    const { promise, resolve } = deferred();
    this.#id = id;
    this.#release = resolve;
    const keep = () => (tell(true), promise);
    this.#locks.request(`participant ${id}`, options, keep).catch(() => {
      this.#id = "";
      tell(false);
    });
  }
}
