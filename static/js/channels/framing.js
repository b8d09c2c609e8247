/**
 * Frames of the data channels (`docs/protocol.md`, section 6): like the socket's, but smaller.
 *
 * @import { Check } from "../lib/shapes.js"
 */

import { pack, unpack } from "../lib/frames.js";

export const BOUNDS = { bytes: 16_384, messages: 64 };

/**
 * The messages of one frame that pass the check named by their `type`; the others, and what is no frame, are dropped.
 *
 * @param {unknown} frame
 * @param {ReadonlyMap<string, Check>} checks
 * @returns {{type: string}[]}
 */
export function read(frame, checks) {
  return /** @type {{type: string}[]} */ (unpack(frame, checks, BOUNDS).messages);
}

/**
 * The frames that carry these messages. One that is over the bounds by itself is dropped.
 *
 * @param {object[]} messages
 * @returns {string[]}
 */
export function write(messages) {
  const texts = messages.map((message) => JSON.stringify(message));
  return [...pack(texts, BOUNDS)].filter((frame) => frame.length <= BOUNDS.bytes);
}
