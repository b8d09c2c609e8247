/**
 * The state of a peer, in words.
 *
 * @import { Mode } from "../preferences/data-saver.js"
 * @import { PeerState } from "../rtc/pair/peer-state.js"
 * @import { Reason } from "../rtc/pair/peer.js"
 * @typedef {{state: PeerState, reason: Reason | null}} PeerStatus
 */

import { gettext, interpolate } from "../lib/gettext.js";

/**
 * @param {PeerStatus} status
 * @param {string} name
 * @param {boolean} detached whether its line to the server is lost
 * @returns {string} "" when all is well
 */
export function condition({ state, reason }, name, detached) {
  if (state === "connected" || state === "closed") return "";
  if (detached) return interpolate(gettext("%(name)s has lost the connection. Waiting…"), { name });
  if (state === "failed") return interpolate(failures()[reason ?? "unreachable"], { name });
  return state === "reconnecting" ? gettext("Reconnecting…") : gettext("Connecting…");
}

/**
 * The same in a word or two, for a list.
 *
 * @param {PeerState} state
 * @param {boolean} detached
 */
export function brief(state, detached) {
  if (state === "failed") return gettext("not connected");
  if (detached || state === "reconnecting") return gettext("reconnecting");
  return state === "new" || state === "connecting" ? gettext("connecting") : "";
}

/**
 * Why video that is on is not shown.
 *
 * @param {Mode} mode
 * @param {boolean} withheld whether the peer cannot send it to us
 * @returns {string} "" when it is
 */
export function videoNote(mode, withheld) {
  if (mode === "audio") return gettext("Audio only: the picture is off");
  return withheld ? gettext("The line is too slow for a picture. It comes back by itself.") : "";
}

/** @returns {Record<Reason, string>} */
function failures() {
  return {
    unanswered: gettext("No connection: %(name)s does not answer. Trying again…"),
    unreachable: gettext("No connection: no way through the network to %(name)s was found. Trying again…"),
    interrupted: gettext("The connection to %(name)s was lost. Trying again…"),
    oversized: gettext("The browser of %(name)s sends video that is far too large. The connection was closed for a minute."),
    forged: gettext(
      "The connection to %(name)s is not the one that their browser has signed: somebody may sit in between. It was closed for a minute.",
    ),
    incompatible: gettext("No connection: your browser and that of %(name)s do not understand each other."),
  };
}
