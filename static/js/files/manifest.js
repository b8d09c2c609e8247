/**
 * The manifest of a file: its size, and the hash of each of its pieces. The hash of the manifest is the name of the file everywhere. So whoever
 * has the name can check every byte, whoever it comes from. Pure.
 *
 * 8 bytes: the size, most significant byte first. Then, of each piece, the first 16 bytes of its SHA-256.
 */

import { MOST_PIECES } from "../channels/protocols/files.js";
import { toBase64url } from "../lib/base64url.js";

const LEAST_PIECE = 262_144;
/** A piece is hashed in one go, in memory: of the largest file it has 16 MiB. */
export const MOST_SIZE = 2 ** 36;
const HEAD = 8;
const HASH = 16;

/** How many bytes a piece has, but for the last one. @param {number} size of the file */
export function pieceLength(size) {
  let length = LEAST_PIECE;
  while (size > length * MOST_PIECES) length *= 2;
  return length;
}

/** @param {number} size of the file */
export function pieceCount(size) {
  return Math.ceil(size / pieceLength(size));
}

/** How many bytes this piece has. @param {number} size of the file @param {number} piece */
export function lengthOf(size, piece) {
  const length = pieceLength(size);
  return Math.min(length, size - piece * length);
}

/** How many bytes the manifest has. @param {number} size of the file */
export function manifestLength(size) {
  return HEAD + HASH * pieceCount(size);
}

/** @param {BufferSource} data @returns {Promise<Uint8Array<ArrayBuffer>>} the first 128 bits of SHA-256 */
export async function hashOf(data) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data)).slice(0, HASH);
}

/** The name of the file. @param {Uint8Array<ArrayBuffer>} manifest */
export async function nameOf(manifest) {
  return toBase64url(await hashOf(manifest));
}

/** @param {number} size @param {readonly Uint8Array[]} hashes of the pieces */
export function writeManifest(size, hashes) {
  const manifest = new Uint8Array(manifestLength(size));
  new DataView(manifest.buffer).setBigUint64(0, BigInt(size));
  for (const [piece, hash] of hashes.entries()) manifest.set(hash, HEAD + HASH * piece);
  return manifest;
}

/**
 * @param {Uint8Array<ArrayBuffer>} manifest
 * @returns {number | null} the size of the file; null if it is no manifest
 */
export function sizeIn(manifest) {
  if (manifest.length < HEAD) return null;
  const size = Number(new DataView(manifest.buffer, manifest.byteOffset).getBigUint64(0));
  return size <= MOST_SIZE && manifest.length === manifestLength(size) ? size : null;
}

/** Whether these bytes are this piece. @param {Uint8Array<ArrayBuffer>} manifest @param {number} piece @param {Uint8Array<ArrayBuffer>} data */
export async function isPiece(manifest, piece, data) {
  const hash = await hashOf(data);
  return hash.every((byte, place) => byte === manifest[HEAD + HASH * piece + place]);
}
