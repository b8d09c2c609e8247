import { equal, test } from "../harness.js";
import { next, rung, stepOf } from "../../../static/js/rtc/standing.js";

/** @import { PeerEvent, PeerState } from "../../../static/js/rtc/standing.js" */

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

test("the remedies, and then the last again and again", () => {
  equal([0, 1, 2, 3, 4, 9].map((step) => rung(step, false)), [
    { remedy: "restart", ms: 10_000 },
    { remedy: "rebuild", ms: 10_000 },
    { remedy: "give up", ms: 10_000 },
    { remedy: "give up", ms: 15_000 },
    { remedy: "give up", ms: 15_000 },
    { remedy: "give up", ms: 15_000 },
  ]);
});

test("a relay is tried alone before the connection is made anew", () => {
  const remedies = [0, 1, 2, 3, 4].map((step) => rung(step, true).remedy);
  equal(remedies, ["restart", "relay", "rebuild", "give up", "give up"]);
  equal([false, true].map((canRelay) => stepOf("rebuild", canRelay)), [1, 2]);
});
