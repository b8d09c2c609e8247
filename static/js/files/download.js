/**
 * Downloads the pieces of one file. It requests missing pieces from the peers that have them (the holders), assembles the parts of each
 * piece, and lets the store verify and keep it. A piece that is late or wrong is requested from another holder. `choice.js` decides which
 * piece is requested from whom.
 *
 * @import { Part } from "../channels/protocols/files.js"
 * @import { Clock } from "../lib/clock.js"
 * @import { Ask, Holder, Situation } from "./choice.js"
 * @import { Request } from "./holder-link.js"
 * @import { PieceMap } from "./piece-map.js"
 * @typedef {object} Port what a download needs from its surroundings
 * @property {() => Pick<Holder, "id" | "map">[]} holders the peers that can be asked, with the pieces that they have
 * @property {() => string[]} seekers the ids of those who want pieces of the file, with ours
 * @property {(peer: string, piece: number) => number} ask requests a piece, and returns the number of the request
 * @property {(peer: string, ask: number) => void} skip cancels a request
 * @property {(length: number) => Uint8Array<ArrayBuffer>} room allocates a buffer for a piece
 * @property {(piece: number, data: Uint8Array<ArrayBuffer>) => Promise<boolean>} keep verifies and stores a piece; false if the bytes are wrong
 * @property {(piece: number) => void} kept is called when a piece was stored
 * @property {(peer: string) => void} deceived is called when a peer sent wrong bytes
 * @property {(error: unknown) => void} failed is called when the store cannot keep a piece
 */

import { choose } from "./choice.js";
import { HolderLink, UNUSED } from "./holder-link.js";
import { lengthOf, pieceLength } from "./manifest.js";

/** No piece is requested while this many bytes wait to be verified and stored. */
const MOST_CHECKED_BYTES = 4_194_304;
/** If the other seekers need longer than this to send what they have and we lack, that is requested from a source, too. */
const BEHIND_S = 2;
/** A piece that was requested this long ago may be requested from a second holder. */
const LATE_MS = 1000;

export class Download {
  #size;
  #self;
  #map;
  #port;
  #clock;
  /** By the id of the holder. @type {Map<string, HolderLink>} */
  #links = new Map();
  /** Pieces that are complete, and are being verified. @type {Set<number>} */
  #checking = new Set();
  #isOver = false;
  #beats = 0;

  /** @param {{size: number, self: string, map: PieceMap, port: Port, clock: Clock}} options `map`: the pieces that we have */
  constructor({ size, self, map, port, clock }) {
    this.#size = size;
    this.#self = self;
    this.#map = map;
    this.#port = port;
    this.#clock = clock;
  }

  /** Requests as many pieces as the holders and the store can take now. */
  plan() {
    if (this.#isOver || this.#checking.size * pieceLength(this.#size) >= MOST_CHECKED_BYTES) return;
    const now = this.#clock.now();
    for (const ask of choose(this.#situation(now))) this.#ask(ask, now);
  }

  /**
   * Takes a part of a piece.
   *
   * @param {string} from
   * @param {number} piece
   * @param {Part} part
   * @returns {boolean} whether its request is over, so that no further part of it is accepted
   */
  take(from, piece, part) {
    const link = this.#links.get(from);
    const request = link?.asked.get(piece);
    if (!link || request?.ask !== part.ask || this.#isOver) return true;
    link.receive(part.data.length, this.#clock.now());
    const length = lengthOf(this.#size, piece);
    if (part.offset !== request.received || part.offset + part.data.length > length) {
      this.#port.deceived(from);
      return true;
    }
    const data = this.#append(request, part, length);
    if (request.received < length) return false;
    void this.#check(from, piece, data);
    return true;
  }

  /** A holder has sent the piece that was requested, or will not send it. @param {string} from @param {number} piece */
  answered(from, piece) {
    this.#links.get(from)?.settle(piece, this.#clock.now());
  }

  /** Forgets the requests to a holder: they will not be answered. @param {string} peer */
  drop(peer) {
    this.#links.delete(peer);
  }

  /** To be called about once a second. @param {number} seconds since the last call @returns {number} bytes that have arrived since then */
  beat(seconds) {
    let bytes = 0;
    this.#beats += 1;
    const now = this.#clock.now();
    for (const [peer, link] of this.#links) {
      if (link.isLost(now)) this.#skipAll(peer, link);
      bytes += link.measure(seconds);
    }
    this.plan();
    return bytes;
  }

  /** Whether bytes are on their way, or are being verified. */
  get isActive() {
    const now = this.#clock.now();
    return this.#checking.size > 0 || [...this.#links.values()].some((link) => link.asked.size > 0 && !link.isStalled(now));
  }

  /** Cancels all requests. */
  end() {
    this.#isOver = true;
    for (const [peer, link] of this.#links) this.#skipAll(peer, link);
    this.#links.clear();
  }

  // Requests

  /** @param {number} now @returns {Situation} */
  #situation(now) {
    const active = [...this.#links.values()].filter((link) => !link.isStalled(now));
    const pending = new Set([...this.#checking, ...active.flatMap(({ asked }) => [...asked.keys()])]);
    const holders = this.#port.holders().map((holder) => this.#ready(holder, now));
    const who = { self: this.#self, seekers: this.#port.seekers(), holders };
    return { held: this.#map, pending, late: this.#late(active, now), isBehind: this.#isBehind(holders), ...who };
  }

  /** @param {Pick<Holder, "id" | "map">} holder @param {number} now @returns {Holder} */
  #ready(holder, now) {
    return { ...holder, ...(this.#links.get(holder.id)?.readiness(pieceLength(this.#size), now) ?? UNUSED) };
  }

  /** Pieces that were requested a while ago, from one holder only. @param {readonly HolderLink[]} active @param {number} now */
  #late(active, now) {
    /** When it was requested, by piece. @type {Map<number, number>} */
    const times = new Map();
    for (const { asked } of active) for (const [piece, { at }] of asked) times.set(piece, times.has(piece) ? Infinity : at);
    const isLate = (/** @type {number} */ piece) => now - (times.get(piece) ?? now) > LATE_MS;
    return [...times.keys()].filter((piece) => isLate(piece) && !this.#map.has(piece) && !this.#checking.has(piece));
  }

  /** Whether the holders that have not the whole file would need long to send us what they have. @param {readonly Holder[]} holders */
  #isBehind(holders) {
    const others = holders.filter(({ map }) => !map.isFull);
    const rate = others.reduce((sum, { id }) => sum + (this.#links.get(id)?.rate ?? 0), 0);
    return this.#beats > BEHIND_S && this.#missing(others) > rate * BEHIND_S;
  }

  /** How many bytes these holders have and we lack. @param {readonly Holder[]} holders */
  #missing(holders) {
    let bytes = 0;
    for (let piece = 0; piece < this.#map.count; piece += 1) {
      if (!this.#map.has(piece) && holders.some(({ map }) => map.has(piece))) bytes += lengthOf(this.#size, piece);
    }
    return bytes;
  }

  /** @param {Ask} ask @param {number} now */
  #ask({ peer, piece, isOwn }, now) {
    const link = this.#links.get(peer) ?? new HolderLink(now);
    this.#links.set(peer, link);
    link.request(piece, this.#port.ask(peer, piece), isOwn, now);
  }

  /** @param {string} peer @param {HolderLink} link */
  #skipAll(peer, { asked }) {
    for (const { ask } of asked.values()) this.#port.skip(peer, ask);
    asked.clear();
  }

  // Pieces

  /** @param {Request} request @param {Part} part @param {number} length of the piece @returns {Uint8Array<ArrayBuffer>} the piece so far */
  #append(request, { offset, data }, length) {
    request.data ??= this.#port.room(length);
    request.data.set(data, offset);
    request.received += data.length;
    return request.data;
  }

  /** Verifies and stores a piece. @param {string} from @param {number} piece @param {Uint8Array<ArrayBuffer>} data */
  async #check(from, piece, data) {
    this.answered(from, piece);
    this.#checking.add(piece);
    try {
      const isRight = await this.#port.keep(piece, data);
      this.#checking.delete(piece);
      if (this.#isOver) return;
      if (isRight) this.#kept(piece);
      else this.#port.deceived(from);
      this.plan();
    } catch (error) {
      this.#checking.delete(piece);
      if (!this.#isOver) this.#port.failed(error);
    }
  }

  /** The piece is here: other requests for it are cancelled. @param {number} piece */
  #kept(piece) {
    this.#map.add(piece);
    for (const [peer, { asked }] of this.#links) {
      const request = asked.get(piece);
      if (request) this.#port.skip(peer, request.ask);
      asked.delete(piece);
    }
    this.#port.kept(piece);
  }
}
