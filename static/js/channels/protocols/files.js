/**
 * The messages of the `files` channel, and the frames of `pieces` (`docs/protocol.md`, section 6). Pure.
 *
 * A map says which pieces somebody has: base64url of one bit for each piece.
 *
 * @import { Check } from "../../lib/shapes.js"
 * @typedef {{type: "seek", file: string, map: string}} SeekMessage its sender wants the file, has these pieces, and asks what the other has
 * @typedef {{type: "have", file: string, map: string, seeks: boolean}} HaveMessage its sender has these pieces; `seeks`: whether it wants the rest
 * @typedef {{type: "more", file: string, pieces: readonly number[]}} MoreMessage its sender has these pieces, too
 * @typedef {{type: "ask", file: string, piece: number, ask: number}} AskMessage `piece` is to be sent; -1: the manifest. `ask` is
 *   the number of this message
 * @typedef {{type: "cannot", ask: number}} CannotMessage what was asked for is not sent
 * @typedef {{type: "skip", ask: number}} SkipMessage what was asked for is not wanted any more
 * @typedef {{type: "stop", file: string}} StopMessage its sender does not seek the file any more
 * @typedef {{type: "got", bytes: number, at: number}} GotMessage so many bytes have come on `pieces` since the connection began,
 *   the last of them at this time of its sender, in ms
 * @typedef {SeekMessage | HaveMessage | MoreMessage | AskMessage | CannotMessage | SkipMessage | StopMessage | GotMessage} FilesMessage
 * @typedef {{ask: number, offset: number, data: Uint8Array<ArrayBuffer>}} Part of the piece that was asked for with this number
 */

import { boolean, both, distinct, having, integer, list, matching, oneOf } from "../../lib/shapes.js";

export const MANIFEST = -1;
export const MOST_PIECES = 4096;
const MOST_TOLD = 64;

const file = matching(/^[\w-]{22}$/);
const map = matching(/^[\w-]{0,683}$/);
const piece = integer(0, MOST_PIECES - 1);
const ask = integer(0, 0xffffffff);

/** By type. A later release may add fields. @type {ReadonlyMap<string, Check>} */
export const FILES_CHECKS = new Map([
  ["seek", having({ type: oneOf("seek"), file, map })],
  ["have", having({ type: oneOf("have"), file, map, seeks: boolean })],
  ["more", having({ type: oneOf("more"), file, pieces: both(list(piece, MOST_TOLD), distinct) })],
  ["ask", having({ type: oneOf("ask"), file, piece: integer(MANIFEST, MOST_PIECES - 1), ask })],
  ["cannot", having({ type: oneOf("cannot"), ask })],
  ["skip", having({ type: oneOf("skip"), ask })],
  ["stop", having({ type: oneOf("stop"), file })],
  ["got", having({ type: oneOf("got"), bytes: integer(0, Number.MAX_SAFE_INTEGER), at: integer(0, Number.MAX_SAFE_INTEGER) })],
]);

/** The number of the ask, and the offset in the piece, 4 bytes each. */
export const HEADER = 8;

/** @param {Part} part @returns {Uint8Array<ArrayBuffer>} */
export function writePart({ ask: number, offset, data }) {
  const frame = new Uint8Array(HEADER + data.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, number);
  view.setUint32(4, offset);
  frame.set(data, HEADER);
  return frame;
}

/** @param {ArrayBuffer} frame @returns {Part | null} null if it has no data */
export function readPart(frame) {
  if (frame.byteLength <= HEADER) return null;
  const view = new DataView(frame);
  return { ask: view.getUint32(0), offset: view.getUint32(4), data: new Uint8Array(frame, HEADER) };
}
