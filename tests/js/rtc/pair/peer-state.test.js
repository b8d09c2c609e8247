import { equal, test } from "../../harness.js";
import { next } from "../../../../static/js/rtc/pair/peer-state.js";

/** @import { PeerEvent, PeerState } from "../../../../static/js/rtc/pair/peer-state.js" */

/** @type {PeerEvent[]} */
const EVENTS = ["begin", "up", "down", "give up", "close"];

/** @type {[PeerState, PeerState[]][]} */
const TABLE = [
  ["new", ["connecting", "new", "new", "failed", "closed"]],
  ["connecting", ["connecting", "connected", "connecting", "failed", "closed"]],
  ["connected", ["reconnecting", "connected", "reconnecting", "connected", "closed"]],
  ["reconnecting", ["reconnecting", "connected", "reconnecting", "failed", "closed"]],
  ["failed", ["failed", "connected", "failed", "failed", "closed"]],
  ["closed", ["closed", "closed", "closed", "closed", "closed"]],
];

test("every event in every state", () => {
  for (const [state, expected] of TABLE) equal(EVENTS.map((event) => next(state, event)), expected, state);
});
