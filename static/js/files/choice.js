/**
 * Which pieces are asked of whom, so that a file for several people leaves its source about once. Pure.
 *
 * Among those who seek a file, each piece belongs to one (rendezvous hashing): that one asks a source for it, and the others get it from
 * there. Nobody waits for that: whoever has had nothing to ask of a source for a while asks for pieces of others, the last ones first, those
 * that a seeker has only if they would take long to come from there.
 *
 * @import { PieceMap } from "./piece-map.js"
 * @typedef {{id: string, map: PieceMap, free: number, isIdle: boolean, isSpare: boolean}} Holder `free`: how many more pieces may be asked;
 *   `isIdle`: whether nothing is asked of it now; `isSpare`: whether that is so for a while, or it is asked for pieces of others already
 * @typedef {{peer: string, piece: number, isOwn: boolean}} Ask `isOwn`: whether it is ours, or of somebody who is no source
 * @typedef {object} Situation
 * @property {PieceMap} held what we have
 * @property {ReadonlySet<number>} pending pieces that are asked, or being checked
 * @property {readonly number[]} late pieces that were asked a while ago, of one holder; near the end a second one is asked
 * @property {string} self
 * @property {readonly string[]} seekers ids, with ours
 * @property {boolean} isBehind whether what the other seekers have would take long to come from them
 * @property {readonly Holder[]} holders
 */

/**
 * @param {Situation} situation
 * @returns {Ask[]}
 */
export function choose({ held, pending, late, self, seekers, isBehind, holders }) {
  const missing = [];
  for (let piece = 0; piece < held.count; piece += 1) if (!held.has(piece) && !pending.has(piece)) missing.push(piece);
  const taken = new Set();
  /** @type {Ask[]} */
  const asks = [];
  const take = (/** @type {Holder} */ { id, map }, /** @type {number} */ most, /** @type {readonly number[]} */ pieces, isOwn = true) => {
    let left = most;
    for (const piece of pieces) {
      if (left <= 0) break;
      if (!map.has(piece) || taken.has(piece)) continue;
      taken.add(piece);
      asks.push({ peer: id, piece, isOwn });
      left -= 1;
    }
    return most - left;
  };
  const [sources, others] = [holders.filter(({ map }) => map.isFull), holders.filter(({ map }) => !map.isFull)];
  const byRarity = others.length ? rarest(missing, holders) : [];
  for (const holder of others) take(holder, holder.free, byRarity);
  const own = sources.length ? missing.filter((piece) => owner(piece, seekers) === self) : [];
  const isLeft = (/** @type {number} */ piece) => isBehind || !others.some(({ map }) => map.has(piece));
  const byOthers = sources.length && seekers.length > 1 ? rarest(missing.filter(isLeft).toReversed(), holders) : [];
  for (const holder of even(sources, own.length)) {
    const count = take(holder, holder.share, own);
    if (!count && holder.isIdle && holder.isSpare) take(holder, Math.min(holder.free, OTHERS), byOthers, false);
  }
  for (const holder of missing.length ? [] : holders) if (holder.isIdle && !asks.some(({ peer }) => peer === holder.id)) take(holder, 1, late);
  return asks;
}

/** Pieces that belong to others and are asked of a source at once. */
const OTHERS = 2;

/**
 * Divides so many pieces evenly among sources, as far as these may be asked.
 *
 * @param {readonly Holder[]} sources
 * @param {number} count
 */
function even(sources, count) {
  const share = Math.ceil(count / sources.length);
  return sources.map((holder) => ({ ...holder, share: Math.min(holder.free, share) }));
}

/** @param {readonly number[]} pieces @param {readonly Holder[]} holders @returns {number[]} those that the fewest have come first */
function rarest(pieces, holders) {
  const counts = new Map(pieces.map((piece) => [piece, holders.filter(({ map }) => map.has(piece)).length]));
  return [...pieces].sort((a, b) => (counts.get(a) ?? 0) - (counts.get(b) ?? 0));
}

/**
 * To whom of those who seek a file a piece belongs: everybody finds the same.
 *
 * @param {number} piece
 * @param {readonly string[]} seekers at least one
 */
export function owner(piece, seekers) {
  let [best, least] = [seekers[0], Infinity];
  for (const id of seekers) {
    const weight = mixed(seed(id) ^ Math.imul(piece + 1, 0x9e3779b1));
    if (weight < least || (weight === least && id < best)) [best, least] = [id, weight];
  }
  return best;
}

/** @type {Map<string, number>} */
const seeds = new Map();

/** FNV-1a, 32 bits. @param {string} id of ASCII characters */
function seed(id) {
  const known = seeds.get(id);
  if (known !== undefined) return known;
  let hash = 0x811c9dc5;
  for (const letter of id) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  if (seeds.size > 1000) seeds.clear();
  seeds.set(id, hash);
  return hash;
}

/** The finalizer of MurmurHash3, 32 bits. @param {number} value */
function mixed(value) {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
