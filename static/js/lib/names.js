/** Normalises names that people type (`docs/protocol.md`, section 1), and shows those of guests as such. */

import { gettext, interpolate } from "./gettext.js";

const LENGTH = 64;
/** Control characters, separators, lone surrogates, and characters that change the direction of the text around them. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;
/** Characters that are invisible by themselves: formats, spaces, marks without a letter, fillers, and the blank pattern of Braille. */
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
 * How to show a name. `name` is for sentences, labels and titles. `plain` is for initials, colours, and places that show
 * a "Guest" badge when `isGuest`.
 *
 * @typedef {{name: string, plain: string, isGuest: boolean}} ShownName
 */

/**
 * Guests choose their names freely and may take that of somebody else. So the shown name says that they are guests, at its beginning,
 * which is not cut off when it is too long.
 *
 * @param {{name: string, role: string}} participant
 * @returns {ShownName}
 */
export function shownName({ name, role }) {
  return role === "guest" ? { name: interpolate(gettext("Guest %(name)s"), { name }), plain: name, isGuest: true } : unmarked(name);
}

/**
 * @param {string} name of oneself, or of a thing
 * @returns {ShownName}
 */
export function unmarked(name) {
  return { name, plain: name, isGuest: false };
}
