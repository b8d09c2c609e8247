/**
 * One file that was offered: to whom, which peers have pieces of it, which want more, and what is here of it.
 *
 * @import { Offer } from "../chat/offer.js"
 * @import { FileState, Phase, Reason, Step } from "./transfer.js"
 */

import { MANIFEST } from "../channels/protocols/files.js";
import { next } from "./transfer.js";
import { PieceMap } from "./piece-map.js";

export class SharedFile {
  /** @type {Phase} */
  phase = "offered";
  /** @type {Reason | ""} */
  reason = "";
  /** Bytes per second that arrive. */
  rate = 0;
  /** Who offered it, by conversation: "" is the one with everybody, an id the private one with that peer. @type {Map<string, string>} */
  scopes = new Map();
  /** Which pieces peers have. @type {Map<string, PieceMap>} */
  holders = new Map();
  /** The peers that want pieces of it. @type {Set<string>} */
  seekers = new Set();
  /** The peers that have sent wrong pieces of it, or have offered it with a wrong size. @type {Set<string>} */
  deceivers = new Set();
  /** @type {Uint8Array<ArrayBuffer> | null} */
  manifest = null;

  /** @param {Offer} offer */
  constructor(offer) {
    this.offer = offer;
    this.map = new PieceMap(offer.size);
  }

  /** @param {Step} step @returns {boolean} whether it changed something */
  step(step) {
    const before = this.phase;
    this.phase = next(before, step);
    return this.phase !== before;
  }

  /** Whether it was offered to a peer, which may then know what is here of it, and get it. @param {string} id */
  isFor(id) {
    return this.scopes.has("") || this.scopes.has(id);
  }

  get isWanted() {
    return this.phase === "waiting" || this.phase === "fetching";
  }

  /** The ids of the peers that want the rest of it. */
  get rivals() {
    return [...this.seekers].filter((id) => !this.holders.get(id)?.isFull);
  }

  /** Notes which pieces a peer has. Text that is no map changes nothing. @param {string} id @param {string} text */
  learn(id, text) {
    const map = PieceMap.read(text, this.offer.size);
    if (map) this.holders.set(id, map);
  }

  /** Notes that a peer does not have a piece, or that it has no manifest and so nothing. @param {string} id @param {number} piece */
  miss(id, piece) {
    if (piece === MANIFEST) this.holders.set(id, new PieceMap(this.offer.size));
    else this.holders.get(id)?.delete(piece);
  }

  /** Nothing of the file is here any more. */
  clear() {
    this.manifest = null;
    this.map = new PieceMap(this.offer.size);
    this.rate = 0;
  }

  /** Forgets which pieces a peer has. @param {string} id */
  forget(id) {
    this.holders.delete(id);
    this.seekers.delete(id);
  }

  /** @returns {FileState} */
  get state() {
    const { phase, rate, reason, map, offer: { size } } = this;
    const held = map.bytes;
    const receivers = this.rivals.map((id) => ({ id, held: this.holders.get(id)?.bytes ?? 0 }));
    const holders = [...this.holders].filter(([, theirs]) => theirs.held || theirs.isFull).map(([id]) => id);
    const whole = [...this.holders].filter(([, theirs]) => theirs.isFull).map(([id]) => id);
    const secondsLeft = phase === "fetching" && rate ? (size - held) / rate : null;
    return {
      phase, held, size, rate: phase === "fetching" ? rate : 0, secondsLeft, reason, holders, whole, receivers,
      deceivers: [...this.deceivers],
    };
  }
}
