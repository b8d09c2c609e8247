/** Names as people type them, made fit for the wire (`docs/protocol.md`, section 1). */

import { gettext, interpolate } from "./gettext.js";

const LENGTH = 64;
/** Controls, separators, lone surrogates, and what turns the direction of the text around it. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;
/** What shows nothing by itself: formats, spaces, marks without a letter, fillers, and the blank pattern of Braille. */
const INVISIBLE = /^[\p{Cf}\p{Zs}\p{M}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/**
 * @param {string} text
 * @returns {string} the name, or "" when nothing of it can be seen
 */
export function tidy(text) {
  const name = [...text.normalize("NFC").replace(FORBIDDEN, "").trim()].slice(0, LENGTH).join("").trim();
  return INVISIBLE.test(name) ? "" : name;
}

/**
 * How to show a name. `name` stands in sentences, labels and titles. `plain` is for initials, colours, and a place with a "Guest" badge
 * of its own, which it needs when `isGuest`.
 *
 * @typedef {{name: string, plain: string, isGuest: boolean}} ShownName
 */

/**
 * Guests choose their names freely and may look like anybody, so the name says that they are guests: in front, where a name that is too
 * long for its place does not cut it off.
 *
 * @param {{name: string, role: string}} participant
 * @returns {ShownName}
 */
export function shownName({ name, role }) {
  return role === "guest" ? { name: interpolate(gettext("Guest %(name)s"), { name }), plain: name, isGuest: true } : unmarked(name);
}

/**
 * @param {string} name of oneself, or of something that is nobody
 * @returns {ShownName}
 */
export function unmarked(name) {
  return { name, plain: name, isGuest: false };
}
