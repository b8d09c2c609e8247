/**
 * What a file is offered as: the text of an entry of kind `file` (`docs/protocol.md`, section 6). Pure.
 *
 * @typedef {object} Offer
 * @property {string} id the hash of its manifest
 * @property {string} name as its sender chose it: it is shown and saved under `safeFileName`
 * @property {number} size in bytes
 * @property {string} type a MIME type; "" if it is not known
 */

import { hash } from "../channels/protocols/chat.js";
import { having, integer, matching, text } from "../lib/shapes.js";

const NAME_LENGTH = 255;
/** RFC 6838, section 4.2; without parameters. */
const TYPE = /^(?:[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127})?$/;

const isOffer = having({
  id: hash,
  name: text(NAME_LENGTH, 1),
  size: integer(0, Number.MAX_SAFE_INTEGER),
  type: matching(TYPE),
});

/**
 * @param {string} text
 * @returns {Offer | null} null if it is none
 */
export function readOffer(text) {
  try {
    const value = JSON.parse(text);
    if (!isOffer(value)) return null;
    const { id, name, size, type } = value;
    return { id, name, size, type };
  } catch {
    return null;
  }
}

/** @param {Offer} offer whose name has at most 255 characters */
export function writeOffer({ id, name, size, type }) {
  return JSON.stringify({ id, name, size, type: TYPE.test(type) ? type : "" });
}
