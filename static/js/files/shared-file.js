/**
 * One file that is offered: who may have it, who has it, who seeks it, and what is here of it.
 *
 * @import { Offer } from "../chat/offer.js"
 * @import { FileState, Phase, Reason, Step } from "./transfer.js"
 */

import { next } from "./transfer.js";
import { PieceMap } from "./piece-map.js";

export class SharedFile {
  /** @type {Phase} */
  phase = "offered";
  /** @type {Reason | ""} */
  reason = "";
  /** Bytes per second that come. */
  rate = 0;
  /** Where it is offered, and by whom: "" stands for everybody, an id for the private conversation with them. @type {Map<string, string>} */
  scopes = new Map();
  /** What others have. @type {Map<string, PieceMap>} */
  holders = new Map();
  /** Those of them who want the rest. @type {Set<string>} */
  seekers = new Set();
  /** @type {Set<string>} */
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

  /** Whether somebody may know what is here of it, and get it. @param {string} id */
  isFor(id) {
    return this.scopes.has("") || this.scopes.has(id);
  }

  get isWanted() {
    return this.phase === "waiting" || this.phase === "fetching";
  }

  /** The ids of those who want the rest of it. */
  get rivals() {
    return [...this.seekers].filter((id) => !this.holders.get(id)?.isFull);
  }

  /** Everything that is known of what a peer has. @param {string} id */
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
