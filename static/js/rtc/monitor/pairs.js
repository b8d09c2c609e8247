/**
 * Sends the state of our pairs to the others: looks at them each second, and sends changes at most every two seconds.
 *
 * @import { Pair, Pairs as PairsReport } from "../../channels/protocols/control.js"
 * @import { Clock } from "../../lib/clock.js"
 * @import { Peer } from "../pair/peer.js"
 * @import { Load } from "../stats/headroom.js"
 * @typedef {Pick<Peer, "id" | "state" | "isRelayed" | "quality">} PeerView
 */

import { headroom, steady } from "../stats/headroom.js";

const LOOK_MS = 1000;
const SPACING_MS = 2000;
const MOST_NAMED = 64;
const STEADY = 10;

export class Pairs {
  #peers;
  #send;
  #cores;
  #load;
  #clock;
  #signal;
  /** What was sent last, as JSON. */
  #sent = JSON.stringify({ pairs: [], headroom: null });
  #sentAt = -Infinity;
  /** @type {(number | null)[]} */
  #found = [];

  /**
   * @param {object} options
   * @param {ReadonlyMap<string, PeerView>} options.peers
   * @param {(report: PairsReport) => void} options.send
   * @param {number} options.cores
   * @param {() => Load} options.load
   * @param {Clock} options.clock
   * @param {AbortSignal} options.signal
   */
  constructor({ peers, send, cores, load, clock, signal }) {
    this.#peers = peers;
    this.#send = send;
    this.#cores = cores;
    this.#load = load;
    this.#clock = clock;
    this.#signal = signal;
    this.#wait();
  }

  #wait() {
    this.#clock.after(LOOK_MS, () => this.#turn(), this.#signal);
  }

  #turn() {
    const now = this.#clock.now();
    const connected = [...this.#peers.values()].filter(({ state }) => state === "connected");
    const found = headroom(connected.map(({ quality }) => quality), this.#cores, this.#load());
    this.#found = [...this.#found, found].slice(-STEADY);
    const report = { pairs: named(connected), headroom: steady(this.#found) };
    const text = JSON.stringify(report);
    if (text !== this.#sent && now - this.#sentAt >= SPACING_MS) {
      this.#sent = text;
      this.#sentAt = now;
      this.#send(report);
    }
    this.#wait();
  }
}

/**
 * @param {PeerView[]} connected
 * @returns {Pair[]}
 */
function named(connected) {
  const pairs = connected.flatMap(({ id, quality: { grade }, isRelayed }) => (grade ? [{ id, grade, relayed: isRelayed }] : []));
  return pairs.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, MOST_NAMED);
}
