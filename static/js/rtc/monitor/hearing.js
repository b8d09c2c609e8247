/**
 * Whom we cannot hear: takes a reading of every peer each second, and reports on every change and every few seconds.
 *
 * @import { Clock } from "../../lib/clock.js"
 * @import { Peer } from "../pair/peer.js"
 */

import { deferred } from "../../lib/deferred.js";

const READ_MS = 1000;
const REPORT_MS = 5000;

export class Hearing {
  #peers;
  #report;
  #clock;
  #signal;
  /** The ids of those we cannot hear, in order. @type {readonly string[]} */
  #silent = [];
  #reportedAt = -Infinity;
  /** Those whose reading is under way. @type {Set<Peer>} */
  #reading = new Set();

  /**
   * @param {object} options
   * @param {ReadonlyMap<string, Peer>} options.peers
   * @param {(silent: readonly string[], isNews: boolean) => void} options.report
   * @param {Clock} options.clock
   * @param {AbortSignal} options.signal
   */
  constructor({ peers, report, clock, signal }) {
    this.#peers = peers;
    this.#report = report;
    this.#clock = clock;
    this.#signal = signal;
    this.#wait();
  }

  #wait() {
    this.#clock.after(READ_MS, () => void this.#turn(), this.#signal);
  }

  async #turn() {
    try {
      await this.#listen();
      if (this.#signal.aborted) return;
      this.#compare([...this.#peers.values()].filter(({ isSilent }) => isSilent).map(({ id }) => id).sort());
    } finally {
      this.#wait();
    }
  }

  /** One that cannot be read, or is slow to be, does not keep us from the others. */
  async #listen() {
    const { promise, resolve } = deferred();
    const cancel = this.#clock.after(READ_MS, resolve, this.#signal);
    const peers = [...this.#peers.values()].filter((peer) => !this.#reading.has(peer));
    await Promise.race([promise, Promise.allSettled(peers.map((peer) => this.#read(peer)))]);
    cancel();
  }

  /** @param {Peer} peer */
  async #read(peer) {
    this.#reading.add(peer);
    try {
      await peer.listen();
    } finally {
      this.#reading.delete(peer);
    }
  }

  /** @param {readonly string[]} silent */
  #compare(silent) {
    const isNews = silent.join() !== this.#silent.join();
    const now = this.#clock.now();
    if (!isNews && now - this.#reportedAt < REPORT_MS) return;
    this.#silent = silent;
    this.#reportedAt = now;
    this.#report(silent, isNews);
  }
}
