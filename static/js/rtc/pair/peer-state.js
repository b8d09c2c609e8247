/**
 * The state of the connection to a peer, as a table.
 *
 * @typedef {"new" | "connecting" | "connected" | "reconnecting" | "failed" | "closed"} PeerState
 * @typedef {"begin" | "up" | "down" | "give up" | "close"} PeerEvent
 */

/**
 * `begin`: a connection was made, by us or by them. `up`, `down`: it carries or no longer carries media. `give up`: the remedies
 * are used up; the last goes on being tried. An event that is not in its row changes nothing.
 *
 * @type {Record<PeerState, Partial<Record<PeerEvent, PeerState>>>}
 */
const STATES = {
  new: { begin: "connecting", "give up": "failed", close: "closed" },
  connecting: { up: "connected", "give up": "failed", close: "closed" },
  connected: { begin: "reconnecting", down: "reconnecting", close: "closed" },
  reconnecting: { up: "connected", "give up": "failed", close: "closed" },
  failed: { up: "connected", close: "closed" },
  closed: {},
};

/**
 * @param {PeerState} state
 * @param {PeerEvent} event
 * @returns {PeerState}
 */
export function next(state, event) {
  return STATES[state][event] ?? state;
}
