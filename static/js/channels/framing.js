/**
 * Frames of the data channels (`docs/protocol.md`, section 6): like the socket's, but smaller.
 *
 * @import { Bounds } from "../lib/frames.js"
 */

import { pack } from "../lib/frames.js";

/**
 * The frames that carry these messages. A message that is over the bounds by itself is dropped.
 *
 * @param {readonly object[]} messages
 * @param {Bounds} bounds
 * @returns {string[]}
 */
export function write(messages, bounds) {
  const texts = messages.map((message) => JSON.stringify(message));
  return [...pack(texts, bounds)].filter((frame) => frame.length <= bounds.bytes);
}
