/**
 * Frames: JSON arrays of messages, bounded in bytes and in number. Both the socket and the data channels speak them.
 *
 * @import { Check } from "./shapes.js"
 * @typedef {{bytes: number, messages: number}} Bounds
 */

import { isObject } from "./shapes.js";

const encoder = new TextEncoder();

/** @param {string} text */
export function byteLength(text) {
  return encoder.encode(text).length;
}

/**
 * Reads one frame: the messages that pass the check named by their `type`, in order, and the number of those that do not.
 * A frame that is not one, or is over its bounds, is refused whole. Never throws.
 *
 * @template M
 * @param {unknown} frame
 * @param {ReadonlyMap<string, Check>} checks
 * @param {Bounds} bounds
 * @returns {{messages: M[], refused: number}}
 */
export function unpack(frame, checks, bounds) {
  const items = read(frame, bounds);
  if (!items) return { messages: [], refused: 1 };
  const messages = /** @type {M[]} */ (items.filter((item) => (typeof item.type === "string" && checks.get(item.type)?.(item)) ?? false));
  return { messages, refused: items.length - messages.length };
}

/**
 * As few frames as hold these messages (each already JSON text), in order, each within the bounds.
 *
 * @param {Iterable<string>} texts
 * @param {Bounds} bounds
 * @returns {Generator<string, void>}
 */
export function* pack(texts, bounds) {
  /** @type {string[]} */
  let batch = [];
  let size = 2;
  for (const text of texts) {
    const length = byteLength(text) + 1;
    if (batch.length === bounds.messages || (batch.length && size + length > bounds.bytes)) {
      yield `[${batch}]`;
      batch = [];
      size = 2;
    }
    batch.push(text);
    size += length;
  }
  if (batch.length) yield `[${batch}]`;
}

/**
 * @param {unknown} frame
 * @param {Bounds} bounds
 */
function read(frame, bounds) {
  if (typeof frame !== "string" || frame.length > bounds.bytes || byteLength(frame) > bounds.bytes) return null;
  const items = decode(frame);
  if (!Array.isArray(items) || !items.length || items.length > bounds.messages) return null;
  return items.every(isObject) ? items : null;
}

/** @param {string} frame */
function decode(frame) {
  try {
    return JSON.parse(frame);
  } catch {
    return null;
  }
}
