/**
 * What to try when a peer is not reached, as a table.
 *
 * @typedef {"restart" | "relay" | "rebuild" | "give up"} Remedy
 */

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

/** About as long as ICE searches where nothing answers. So one connection is always searching, and finds a path as soon as it is back. */
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
