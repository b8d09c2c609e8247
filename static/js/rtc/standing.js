/**
 * How we stand with a peer, and what to try when we do not reach it: two tables.
 *
 * @typedef {"new" | "connecting" | "connected" | "reconnecting" | "failed" | "closed"} PeerState
 * @typedef {"begin" | "up" | "down" | "give up" | "close"} PeerEvent
 * @typedef {"restart" | "relay" | "rebuild" | "give up"} Remedy
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

/**
 * What to do when a peer is still not reached, each after a wait from the one before: look for a path again, look for one through
 * a relay only, make a new connection.
 *
 * @type {readonly {ms: number, remedy: Remedy}[]}
 */
const LADDER = [
  { ms: 10_000, remedy: "restart" },
  { ms: 10_000, remedy: "relay" },
  { ms: 10_000, remedy: "rebuild" },
  { ms: 10_000, remedy: "give up" },
];

/** As long as ICE goes on looking where nothing answers: so it always looks, and a path that comes back is found at once. */
const AGAIN = /** @type {const} */ ({ ms: 15_000, remedy: "give up" });

/**
 * The remedy for this step (from 0), and the wait before it. Past the ladder's end its last rung repeats.
 *
 * @param {number} step
 * @param {boolean} canRelay without a relay that rung is left out
 * @returns {{ms: number, remedy: Remedy}}
 */
export function rung(step, canRelay) {
  return ladderOf(canRelay)[step] ?? AGAIN;
}

/**
 * The step of a remedy.
 *
 * @param {Remedy} remedy
 * @param {boolean} canRelay
 */
export function stepOf(remedy, canRelay) {
  return ladderOf(canRelay).findIndex((rung) => rung.remedy === remedy);
}

/** @param {boolean} canRelay */
function ladderOf(canRelay) {
  return LADDER.filter(({ remedy }) => remedy !== "relay" || canRelay);
}
