/** Which pieces of a file somebody has: one bit for each piece, the first one in the most significant bit of the first byte. Pure. */

import { fromBase64url, toBase64url } from "../lib/base64url.js";
import { lengthOf, pieceCount, pieceLength } from "./manifest.js";

export class PieceMap {
  #size;
  #bits;
  #held = 0;

  /**
   * @param {number} size of the file
   * @param {Uint8Array<ArrayBuffer>} [bits] those that are held
   */
  constructor(size, bits = new Uint8Array(Math.ceil(pieceCount(size) / 8))) {
    this.#size = size;
    this.#bits = bits;
    for (let piece = 0; piece < this.count; piece += 1) if (this.has(piece)) this.#held += 1;
  }

  /** @param {number} size of the file */
  static full(size) {
    const map = new PieceMap(size);
    for (let piece = 0; piece < map.count; piece += 1) map.add(piece);
    return map;
  }

  /**
   * @param {string} text
   * @param {number} size of the file
   * @returns {PieceMap | null} null if it is none of this file
   */
  static read(text, size) {
    const bits = fromBase64url(text);
    const count = pieceCount(size);
    if (bits?.length !== Math.ceil(count / 8)) return null;
    const spare = bits.length * 8 - count;
    return spare && (bits[bits.length - 1] & ((1 << spare) - 1)) !== 0 ? null : new PieceMap(size, bits);
  }

  /** How many pieces the file has. */
  get count() {
    return pieceCount(this.#size);
  }

  /** How many of them are held. */
  get held() {
    return this.#held;
  }

  get isFull() {
    return this.#held === this.count;
  }

  /** Bytes that are held. */
  get bytes() {
    if (!this.#held) return 0;
    const last = this.count - 1;
    const isShort = this.has(last) ? pieceLength(this.#size) - lengthOf(this.#size, last) : 0;
    return this.#held * pieceLength(this.#size) - isShort;
  }

  get bits() {
    return this.#bits;
  }

  get text() {
    return toBase64url(this.#bits);
  }

  /** @param {number} piece */
  has(piece) {
    return (this.#bits[piece >> 3] & (128 >> (piece & 7))) !== 0;
  }

  /** @param {number} piece of this file */
  add(piece) {
    if (this.has(piece) || piece >= this.count) return;
    this.#bits[piece >> 3] |= 128 >> (piece & 7);
    this.#held += 1;
  }

  /** @param {number} piece */
  delete(piece) {
    if (!this.has(piece)) return;
    this.#bits[piece >> 3] &= ~(128 >> (piece & 7));
    this.#held -= 1;
  }
}
