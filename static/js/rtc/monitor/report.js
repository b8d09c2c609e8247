/**
 * Reports the state of our pairs to the server: looks at them each second, and reports when it has changed, and now and then while
 * something is wrong.
 *
 * @import { Clock } from "../../lib/clock.js"
 * @import { Summary } from "../../signaling/protocol.js"
 * @import { Peer } from "../pair/peer.js"
 * @typedef {Pick<Peer, "id" | "state" | "isRelayed" | "isSilent" | "quality">} PeerView
 */

const LOOK_MS = 1000;
/** The server takes three at once, and then one in this time. */
const SPACING_MS = 5000;
const REMIND_MS = 30_000;
const MOST_NAMED = 64;

export class Report {
  #peers;
  #send;
  #clock;
  #signal;
  /** What the server knows, as JSON. */
  #sent = JSON.stringify(summary([]));
  #sentAt = -Infinity;

  /**
   * @param {object} options
   * @param {ReadonlyMap<string, PeerView>} options.peers
   * @param {(summary: Summary) => boolean} options.send false when it could not be sent
   * @param {Clock} options.clock
   * @param {AbortSignal} options.signal
   */
  constructor({ peers, send, clock, signal }) {
    this.#peers = peers;
    this.#send = send;
    this.#clock = clock;
    this.#signal = signal;
    this.#wait();
  }

  /** Begins anew: another socket, on which nothing was reported yet. */
  renew() {
    this.#sent = JSON.stringify(summary([]));
    this.#sentAt = -Infinity;
  }

  #wait() {
    this.#clock.after(LOOK_MS, () => this.#turn(), this.#signal);
  }

  #turn() {
    const now = this.#clock.now();
    const present = summary(this.#peers.values());
    const text = JSON.stringify(present);
    const isNews = text !== this.#sent;
    const isDue = now - this.#sentAt >= (isNews ? SPACING_MS : REMIND_MS);
    if (isDue && (isNews || !isWell(present)) && this.#send(present)) {
      this.#sent = text;
      this.#sentAt = now;
    }
    this.#wait();
  }
}

/**
 * A pair that is being made for the first time is in none of the figures.
 *
 * @param {Iterable<PeerView>} peers
 * @returns {Summary}
 */
export function summary(peers) {
  const all = [...peers];
  const connected = all.filter(({ state }) => state === "connected").sort(byId).slice(0, MOST_NAMED);
  const unreached = all.filter(({ state }) => state === "reconnecting" || state === "failed");
  return {
    connected: connected.length,
    relayed: connected.filter(({ isRelayed }) => isRelayed).length,
    unreached: named(unreached),
    silent: named(connected.filter(({ isSilent }) => isSilent)),
    pairs: connected.map(({ id, isRelayed, quality }) => ({ id, relayed: isRelayed, grade: quality.grade ?? undefined })),
  };
}

/** @param {PeerView[]} peers */
function named(peers) {
  return peers.sort(byId).slice(0, MOST_NAMED).map(({ id }) => id);
}

/**
 * @param {PeerView} one
 * @param {PeerView} other
 */
function byId(one, other) {
  return one.id < other.id ? -1 : 1;
}

/** @param {Summary} summary */
function isWell({ unreached, silent }) {
  return unreached.length + silent.length === 0;
}
