/**
 * Entries of the chat, as they are signed: JSON text that is never written anew, so that its hash and signature stay (`docs/protocol.md`,
 * section 6). Pure.
 *
 * @import { Check } from "../lib/shapes.js"
 * @typedef {"message" | "file" | "edit" | "delete" | "react" | "unreact"} Kind
 * @typedef {object} Content
 * @property {string} author the hash of a participant and a key
 * @property {number} number of the author's entries in this conversation, from 1
 * @property {number} clock a Lamport clock: above that of everything its author had seen
 * @property {number} time of the author's clock, in ms since 1970
 * @property {string} previous the hash of the author's entry before; "" in the first
 * @property {string} to the id of the only participant who gets it, or of the breakout room whose people get it; "" for everybody in the main room
 * @property {Kind} kind or one of a later release
 * @property {string} about the hash of the message that it answers, changes or reacts to; "" if none
 * @property {string} text of a file, its offer
 * @typedef {{id: string, text: string, signature: string, content: Content}} Entry `id` is the hash of `text`
 */

import { MOST_OF_AUTHOR, hash } from "../channels/protocols/chat.js";
import { both, either, having, integer, matching, oneOf, text } from "../lib/shapes.js";
import { readOffer } from "./offer.js";

export const TEXT_LENGTH = 4000;
const EMOJI_LENGTH = 16;

const nothing = oneOf("");
/** Line feeds and tabs, and no other control characters; some character that is no space. */
const written = both(text(TEXT_LENGTH, 1), matching(/^[[\P{Cc}][\n\t]]*$/v), matching(/\S/));
const emoji = both(text(EMOJI_LENGTH, 1), matching(/^[\p{Emoji}\p{Emoji_Component}\u200d]+$/v));
const offer = both(text(TEXT_LENGTH), (value) => readOffer(String(value)) !== null);

/** What `about` and `text` are, by kind. @type {Record<Kind, {about: Check, text: Check}>} */
const KINDS = {
  message: { about: either(nothing, hash), text: written },
  file: { about: nothing, text: offer },
  edit: { about: hash, text: written },
  delete: { about: hash, text: nothing },
  react: { about: hash, text: emoji },
  unreact: { about: hash, text: emoji },
};

const common = {
  author: hash,
  number: integer(1, MOST_OF_AUTHOR),
  clock: integer(1, Number.MAX_SAFE_INTEGER - 1),
  time: integer(0, 8.64e15),
  previous: either(nothing, hash),
  to: matching(/^[\w-]{0,32}$/),
};
/** A later release may have kinds that we do not know. They are kept and not shown: without them their author's chain would have a gap. */
const later = both(matching(/^[a-z]{1,16}$/), (value) => !Object.hasOwn(KINDS, String(value)));
const isContent = either(
  ...Object.entries(KINDS).map(([kind, fields]) => having({ ...common, kind: oneOf(kind), ...fields })),
  having({ ...common, kind: later, about: either(nothing, hash), text: text(TEXT_LENGTH) }),
);

/**
 * @param {string} text
 * @returns {Content | null} null if it is none
 */
export function read(text) {
  try {
    const value = JSON.parse(text);
    return isContent(value) && (value.number === 1) === (value.previous === "") ? value : null;
  } catch {
    return null;
  }
}

/** @param {Content} content */
export function write(content) {
  return JSON.stringify(content);
}

/** The same order everywhere, whatever came first: an entry comes after all that its author had seen. @param {Content} a @param {Content} b */
export function compare(a, b) {
  return a.clock - b.clock || (a.author < b.author ? -1 : a.author > b.author ? 1 : a.number - b.number);
}
