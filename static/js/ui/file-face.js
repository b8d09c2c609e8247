/**
 * What the card of a file shows, from the state of the file. Pure.
 *
 * @import { Offer } from "../chat/offer.js"
 * @import { FileState, Phase, Reason } from "../files/transfer.js"
 * @typedef {"get" | "pause" | "resume" | "cancel" | "save" | "show" | "withdraw"} FileAction
 * @typedef {object} Face
 * @property {string} name safe
 * @property {string} about size and type
 * @property {string} note what is to be known now; "" if nothing
 * @property {number | null} progress from 0 to 1; null if nothing goes on
 * @property {readonly FileAction[]} actions
 * @property {boolean} isAgain whether it was tried before
 * @property {readonly string[]} people who has how much; empty unless it is one's own
 */

import { extension, safeFileName } from "../lib/file-names.js";
import { gettext, interpolate, ngettext } from "../lib/gettext.js";
import { left, rate, share, size } from "./file-words.js";

/** Those that all browsers show, and that run nothing. A browser without a viewer would save a PDF. */
const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"];
const SHOWN = globalThis.navigator?.pdfViewerEnabled ? [...PICTURES, "application/pdf"] : PICTURES;
/** What is shown is in memory. */
const MOST_SHOWN = 100_000_000;
/** More are summed up. */
const MOST_PEOPLE = 8;

/** @type {Record<Phase, readonly FileAction[]>} */
const ACTIONS = {
  preparing: ["cancel"],
  offered: ["get"],
  waiting: ["cancel"],
  fetching: ["pause", "cancel"],
  paused: ["resume", "cancel"],
  complete: ["save"],
  failed: ["get"],
  withdrawn: [],
};

/**
 * @param {object} file
 * @param {Offer} file.offer
 * @param {FileState} file.state
 * @param {boolean} file.isOwn whether we offer it
 * @param {boolean} file.isRefused whether we want nothing of whoever offers it
 * @param {{rate: number, secondsLeft: number | null}} file.pace of what we send of it
 * @param {(id: string) => string} file.nameOf
 * @returns {Face}
 */
export function face({ offer, state, isOwn, isRefused, pace, nameOf }) {
  const name = safeFileName(offer.name);
  const isSent = isOwn && state.phase === "complete" && state.receivers.length > 0;
  /** @type {Face} */
  const common = { name, about: about(offer, name), note: "", progress: null, actions: [], isAgain: state.phase === "failed", people: [] };
  if (isRefused && !isOwn) return { ...common, note: gettext("You refuse files of this person, or a host does.") };
  return {
    ...common,
    note: isSent ? sending(state, pace) : NOTES[state.phase](state, isOwn),
    progress: isSent ? sent(state) : isMoving(state.phase) ? part(state.held, state.size) : null,
    actions: [...actions(state.phase, offer), ...(isOwn && state.phase !== "withdrawn" ? /** @type {const} */ (["withdraw"]) : [])],
    people: isOwn ? people(state, nameOf) : [],
  };
}

/** Whether it can be shown in the page. @param {Offer} offer */
export function isShown({ type, size: bytes }) {
  return SHOWN.includes(type.toLowerCase()) && bytes <= MOST_SHOWN;
}

/** Why it failed, and what to do. @param {Reason | ""} reason */
export function failure(reason) {
  switch (reason) {
    case "full":
      return gettext("There is too little space on this device. Free some, then try again.");
    case "large":
      return gettext("The file is too large for this browser. Use a current one that is not in private mode.");
    case "unreadable":
      return gettext("The file could not be read: it was changed, moved or deleted. Try again.");
    case "denied":
      return gettext("The browser may not write there. Permit it, or choose another place.");
    case "differs":
      return gettext("What came is not what was offered, so it was not kept. Ask for a new offer.");
    default:
      return gettext("This did not work. Try again.");
  }
}

/** @param {Phase} phase @param {Offer} offer @returns {readonly FileAction[]} */
function actions(phase, offer) {
  return phase === "complete" && isShown(offer) ? [...ACTIONS.complete, "show"] : ACTIONS[phase];
}

/** The extension says what it is saved as, whatever its sender says that it is. @param {Offer} offer @param {string} name */
function about({ size: bytes, type }, name) {
  return joined(size(bytes), extension(name).toUpperCase() || type);
}

/** @type {Record<Phase, (state: FileState, isOwn: boolean) => string>} */
const NOTES = {
  preparing: ({ held, size: whole }) => interpolate(gettext("Preparing, %(share)s"), { share: share(held, whole) }),
  // Who has it is known for sure only after one has asked for it.
  offered: (_, isOwn) => (isOwn ? gettext("This browser does not have the file any more. Get it from those who have it, or offer it again.") : ""),
  waiting: () => gettext("It comes as soon as somebody who has it is here."),
  fetching: ({ held, size: whole, rate: bytes, secondsLeft }) =>
    joined(share(held, whole), bytes ? rate(bytes) : "", secondsLeft === null ? "" : left(secondsLeft)),
  paused: ({ held, size: whole }) => interpolate(gettext("Paused at %(share)s"), { share: share(held, whole) }),
  complete: (_, isOwn) => (isOwn ? "" : gettext("You have this file.")),
  failed: ({ reason }) => failure(reason),
  withdrawn: () => gettext("This file was withdrawn."),
};

/** @param {FileState} state @param {{rate: number, secondsLeft: number | null}} pace */
function sending({ receivers: { length: count } }, { rate: bytes, secondsLeft }) {
  const whom = interpolate(ngettext("%(count)s person gets it", "%(count)s people get it", count), { count });
  return joined(whom, bytes ? rate(bytes) : "", secondsLeft === null ? "" : left(secondsLeft));
}

/** @param {FileState} state */
function sent({ receivers, size: whole }) {
  return part(receivers.reduce((sum, { held }) => sum + held, 0), whole * receivers.length);
}

/** @param {FileState} state @param {(id: string) => string} nameOf */
function people({ whole, receivers, size: bytes }, nameOf) {
  const partly = receivers.map(({ id, held }) => interpolate(gettext("%(name)s has %(share)s"), { name: nameOf(id), share: share(held, bytes) }));
  const lines = [...partly, ...whole.map((id) => interpolate(gettext("%(name)s has it"), { name: nameOf(id) }))];
  if (lines.length <= MOST_PEOPLE) return lines;
  const count = lines.length - MOST_PEOPLE + 1;
  return [...lines.slice(0, MOST_PEOPLE - 1), interpolate(ngettext("and %(count)s more", "and %(count)s more", count), { count })];
}

/** @param {Phase} phase */
function isMoving(phase) {
  return phase === "preparing" || phase === "waiting" || phase === "fetching" || phase === "paused";
}

/** @param {number} held @param {number} whole */
function part(held, whole) {
  return whole ? Math.min(1, held / whole) : 0;
}

/** @param {...string} phrases */
function joined(...phrases) {
  return phrases.filter(Boolean).join(" · ");
}
