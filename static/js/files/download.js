/**
 * Fetches one file: asks those who have it for what is missing, puts the parts of pieces together, and has each piece checked and
 * kept. What is slow or wrong is asked of somebody else.
 *
 * @import { Part } from "../channels/protocols/files.js"
 * @import { Clock } from "../lib/clock.js"
 * @import { Ask, Holder } from "./choice.js"
 * @import { PieceMap } from "./piece-map.js"
 * @typedef {{ask: number, at: number, data: Uint8Array<ArrayBuffer> | null, received: number}} Pending what was asked of one
 *   holder; `data` once a part has come
 * @typedef {object} Link what concerns one holder
 * @property {Map<number, Pending>} asked by piece
 * @property {number} heardAt when something was asked or has come
 * @property {number} idleAt since when nothing is asked
 * @property {boolean} givesOthers whether it was last asked for pieces that belong to others
 * @property {number} bytes that came since the last beat
 * @property {number} rate bytes per second
 * @typedef {object} Port what a download needs of others
 * @property {() => Pick<Holder, "id" | "map">[]} holders
 * @property {() => string[]} seekers of the file, with us
 * @property {(peer: string, piece: number) => number} ask returns the number of the ask
 * @property {(peer: string, ask: number) => void} skip
 * @property {(length: number) => Uint8Array<ArrayBuffer>} room for the bytes of a piece
 * @property {(piece: number, data: Uint8Array<ArrayBuffer>) => Promise<boolean>} keep false if it is not that piece
 * @property {(piece: number) => void} kept
 * @property {(peer: string) => void} deceived
 * @property {(error: unknown) => void} failed
 */

import { choose } from "./choice.js";
import { lengthOf, pieceLength } from "./manifest.js";

/** Pieces that are asked of one holder at once: what it sends in this time, within these bounds. */
const AHEAD_S = 0.5;
const FIRST_ASKS = 4;
const LEAST_ASKS = 2;
const MOST_ASKED_BYTES = 4_194_304;
/** Nothing is asked for while so much waits for the disk. */
const MOST_CHECKED_BYTES = 4_194_304;
/** A holder of which nothing came for so long is not waited for. */
const PATIENCE_MS = 5000;
/** A source that has nothing to send us for so long is asked for pieces of others. */
const SPARE_MS = 250;
/** What the other seekers have may take so long to come from them. */
const BEHIND_S = 2;
/** After so long what was asked of it is asked again, also of the same one. */
const OVER_MS = 15_000;
/** What was asked so long ago is also asked of somebody who has nothing else to do. */
const LATE_MS = 1000;

export class Download {
  #size;
  #self;
  #map;
  #port;
  #clock;
  /** @type {Map<string, Link>} */
  #links = new Map();
  /** Pieces that are complete, and being checked. @type {Set<number>} */
  #checking = new Set();
  #isOver = false;
  #beats = 0;

  /** @param {{size: number, self: string, map: PieceMap, port: Port, clock: Clock}} options `map`: what we have */
  constructor({ size, self, map, port, clock }) {
    this.#size = size;
    this.#self = self;
    this.#map = map;
    this.#port = port;
    this.#clock = clock;
  }

  /** Asks for what can be asked for. */
  plan() {
    if (this.#isOver || this.#checking.size * pieceLength(this.#size) >= MOST_CHECKED_BYTES) return;
    const now = this.#clock.now();
    const active = [...this.#links].filter(([, link]) => !this.#isStalled(link, now));
    const pending = new Set([...this.#checking, ...active.flatMap(([, { asked }]) => [...asked.keys()])]);
    const holders = this.#port.holders().map((holder) => this.#ready(holder, now));
    const who = { self: this.#self, seekers: this.#port.seekers(), holders };
    const situation = { held: this.#map, pending, late: this.#late(active, now), isBehind: this.#isBehind(holders), ...who };
    for (const ask of choose(situation)) this.#ask(ask, now);
  }

  /** @param {string} from @param {number} piece @param {Part} part of it @returns {boolean} whether nothing more is to come of what was asked */
  take(from, piece, { ask, offset, data }) {
    const link = this.#links.get(from);
    const pending = link?.asked.get(piece);
    if (!link || pending?.ask !== ask || this.#isOver) return true;
    link.heardAt = this.#clock.now();
    link.bytes += data.length;
    const length = lengthOf(this.#size, piece);
    if (offset !== pending.received || offset + data.length > length) {
      this.#port.deceived(from);
      return true;
    }
    pending.data ??= this.#port.room(length);
    pending.data.set(data, offset);
    pending.received += data.length;
    if (pending.received < length) return false;
    void this.#check(from, piece, pending.data);
    return true;
  }

  /** It has sent what was asked for, or will not. @param {string} from @param {number} piece */
  answered(from, piece) {
    const link = this.#links.get(from);
    link?.asked.delete(piece);
    if (link && !link.asked.size) link.idleAt = this.#clock.now();
  }

  /** Nothing of what was asked of this holder will come. @param {string} peer */
  drop(peer) {
    this.#links.delete(peer);
  }

  /** To be called about once a second. @param {number} seconds since the last time @returns {number} bytes that came meanwhile */
  beat(seconds) {
    let all = 0;
    this.#beats += 1;
    const now = this.#clock.now();
    for (const [peer, link] of this.#links) {
      if (link.asked.size && now - link.heardAt > OVER_MS) this.#skip(peer, link);
      link.rate = link.rate ? (link.rate + link.bytes / seconds) / 2 : link.bytes / seconds;
      all += link.bytes;
      link.bytes = 0;
    }
    this.plan();
    return all;
  }

  /** Whether something is asked of somebody who answers. */
  get isActive() {
    const now = this.#clock.now();
    return this.#checking.size > 0 || [...this.#links.values()].some((link) => link.asked.size > 0 && !this.#isStalled(link, now));
  }

  end() {
    this.#isOver = true;
    for (const [peer, link] of this.#links) this.#skip(peer, link);
    this.#links.clear();
  }

  /** @param {string} peer @param {Link} link */
  #skip(peer, { asked }) {
    for (const { ask } of asked.values()) this.#port.skip(peer, ask);
    asked.clear();
  }

  /** @param {string} from @param {number} piece @param {Uint8Array<ArrayBuffer>} data */
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

  /** @param {number} piece */
  #kept(piece) {
    this.#map.add(piece);
    for (const [peer, { asked }] of this.#links) {
      const pending = asked.get(piece);
      if (pending) this.#port.skip(peer, pending.ask);
      asked.delete(piece);
    }
    this.#port.kept(piece);
  }

  /** @param {Ask} ask @param {number} now */
  #ask({ peer, piece, isOwn }, now) {
    const link = this.#links.get(peer) ?? { asked: new Map(), heardAt: now, idleAt: now, givesOthers: false, bytes: 0, rate: 0 };
    this.#links.set(peer, link);
    link.givesOthers = !isOwn;
    if (!link.asked.size) link.heardAt = now;
    link.asked.set(piece, { ask: this.#port.ask(peer, piece), at: now, data: null, received: 0 });
  }

  /** @param {Pick<Holder, "id" | "map">} holder @param {number} now @returns {Holder} */
  #ready(holder, now) {
    const link = this.#links.get(holder.id);
    if (!link) return { ...holder, free: FIRST_ASKS, isIdle: true, isSpare: true };
    if (this.#isStalled(link, now)) return { ...holder, free: 0, isIdle: false, isSpare: false };
    const length = pieceLength(this.#size);
    const wanted = link.rate ? Math.ceil((link.rate * AHEAD_S) / length) + 1 : FIRST_ASKS;
    const most = Math.max(LEAST_ASKS, Math.min(wanted, MOST_ASKED_BYTES / length));
    const isIdle = !link.asked.size;
    return { ...holder, free: Math.max(0, most - link.asked.size), isIdle, isSpare: isIdle && (link.givesOthers || now - link.idleAt > SPARE_MS) };
  }

  /** @param {Link} link @param {number} now */
  #isStalled({ asked, heardAt }, now) {
    return asked.size > 0 && now - heardAt > PATIENCE_MS;
  }

  /** Whether what those have who do not have all would take long to come from them. @param {readonly Holder[]} holders */
  #isBehind(holders) {
    const others = holders.filter(({ map }) => !map.isFull);
    let bytes = 0;
    for (let piece = 0; piece < this.#map.count; piece += 1)
      if (!this.#map.has(piece) && others.some(({ map }) => map.has(piece))) bytes += lengthOf(this.#size, piece);
    const rate = others.reduce((sum, { id }) => sum + (this.#links.get(id)?.rate ?? 0), 0);
    return bytes > rate * BEHIND_S && this.#beats > BEHIND_S;
  }

  /** Pieces that were asked a while ago, of one holder. @param {[string, Link][]} active @param {number} now */
  #late(active, now) {
    const counts = new Map();
    for (const [, { asked }] of active) for (const [piece, { at }] of asked) counts.set(piece, counts.has(piece) ? Infinity : at);
    return [...counts].filter(([piece, at]) => now - at > LATE_MS && !this.#map.has(piece) && !this.#checking.has(piece)).map(([piece]) => piece);
  }
}
