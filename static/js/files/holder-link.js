/**
 * The requests of one download to one holder of the file: which pieces were requested, how fast their bytes arrive, and how many more
 * pieces may be requested.
 *
 * @import { Holder } from "./choice.js"
 * @typedef {object} Request for one piece
 * @property {number} ask the number of the request
 * @property {number} at when it was sent
 * @property {Uint8Array<ArrayBuffer> | null} data the bytes of the piece; null until the first part arrives
 * @property {number} received bytes of the piece that have arrived
 */

/** As many pieces are requested at once as the holder sends in this time, within the bounds below. */
const AHEAD_S = 0.5;
/** Pieces that are requested at once before the rate of the holder is known. */
const FIRST_ASKS = 4;
const LEAST_ASKS = 2;
const MOST_ASKED_BYTES = 4_194_304;
/** A holder that owes us pieces and has sent nothing for this long is stalled. */
const PATIENCE_MS = 5000;
/** After this long without a byte, all requests to the holder are cancelled. */
const GIVE_UP_MS = 15_000;
/** A holder that has had no request from us for this long has time to spare. */
const SPARE_MS = 250;

export class HolderLink {
  /** The open requests, by piece. @type {Map<number, Request>} */
  asked = new Map();
  /** Bytes per second; 0 until something has arrived. */
  rate = 0;
  /** When something was requested or has arrived. */
  #heardAt;
  /** Since when no request is open. */
  #idleAt;
  /** Whether the last request was for a piece that belongs to another seeker. */
  #givesOthers = false;
  /** Bytes that have arrived since the last `measure`. */
  #bytes = 0;

  /** @param {number} now */
  constructor(now) {
    this.#heardAt = now;
    this.#idleAt = now;
  }

  /**
   * Records a request.
   *
   * @param {number} piece
   * @param {number} ask the number of the request
   * @param {boolean} isOwn false if the piece belongs to another seeker
   * @param {number} now
   */
  request(piece, ask, isOwn, now) {
    this.#givesOthers = !isOwn;
    if (!this.asked.size) this.#heardAt = now;
    this.asked.set(piece, { ask, at: now, data: null, received: 0 });
  }

  /** @param {number} bytes that have arrived @param {number} now */
  receive(bytes, now) {
    this.#heardAt = now;
    this.#bytes += bytes;
  }

  /** The holder has sent this piece, or will not send it. @param {number} piece @param {number} now */
  settle(piece, now) {
    this.asked.delete(piece);
    if (!this.asked.size) this.#idleAt = now;
  }

  /** Updates `rate`. @param {number} seconds since the last call @returns {number} bytes that have arrived since then */
  measure(seconds) {
    const bytes = this.#bytes;
    this.#bytes = 0;
    this.rate = this.rate ? (this.rate + bytes / seconds) / 2 : bytes / seconds;
    return bytes;
  }

  /** Whether the pieces that it owes us should be requested from somebody else. @param {number} now */
  isStalled(now) {
    return this.asked.size > 0 && now - this.#heardAt > PATIENCE_MS;
  }

  /** Whether its requests should be cancelled. @param {number} now */
  isLost(now) {
    return this.asked.size > 0 && now - this.#heardAt > GIVE_UP_MS;
  }

  /**
   * How much more can be requested.
   *
   * @param {number} pieceLength bytes
   * @param {number} now
   * @returns {Pick<Holder, "free" | "isIdle" | "isSpare">}
   */
  readiness(pieceLength, now) {
    if (this.isStalled(now)) return { free: 0, isIdle: false, isSpare: false };
    const wanted = this.rate ? Math.ceil((this.rate * AHEAD_S) / pieceLength) + 1 : FIRST_ASKS;
    const most = Math.max(LEAST_ASKS, Math.min(wanted, MOST_ASKED_BYTES / pieceLength));
    const isIdle = !this.asked.size;
    const isSpare = isIdle && (this.#givesOthers || now - this.#idleAt > SPARE_MS);
    return { free: Math.max(0, most - this.asked.size), isIdle, isSpare };
  }
}

/** The readiness of a holder from which nothing was requested yet. */
export const UNUSED = { free: FIRST_ASKS, isIdle: true, isSpare: true };
