/**
 * `hello`, the first message on `control`: which protocols its sender speaks, in which versions (`docs/protocol.md`, section 6). Pure.
 *
 * @import { Check } from "../../lib/shapes.js"
 * @typedef {Readonly<Record<string, readonly number[]>>} Protocols versions, by name of the protocol
 * @typedef {{type: "hello", protocols: Protocols}} HelloMessage
 */

import { both, distinct, having, integer, list, mapping, matching, oneOf } from "../../lib/shapes.js";

const MOST_PROTOCOLS = 32;
const MOST_VERSIONS = 8;
const LAST_VERSION = 999;

const name = matching(/^[a-z][a-z0-9-]{0,31}$/);
const versions = both(list(integer(1, LAST_VERSION), MOST_VERSIONS), distinct);

/** A later release may add fields. @type {Check} */
export const isHello = having({ type: oneOf("hello"), protocols: mapping(versions, { name, max: MOST_PROTOCOLS }) });

/**
 * @param {string} protocol
 * @param {readonly number[]} own versions
 * @param {Protocols} protocols of the other side
 * @returns {number | null} the highest version that both sides speak; null when there is none
 */
export function commonVersion(protocol, own, protocols) {
  const theirs = (Object.hasOwn(protocols, protocol) && protocols[protocol]) || [];
  const common = own.filter((version) => theirs.includes(version));
  return common.length ? Math.max(...common) : null;
}
