import { equal, test } from "../../harness.js";
import { edges } from "../../../../static/js/rtc/stats/edges.js";

/** @import { Pair } from "../../../../static/js/channels/protocols/control.js" */
/** @import { Grade } from "../../../../static/js/rtc/stats/grade.js" */

/**
 * @param {string} id
 * @param {Grade} grade
 * @param {boolean} [relayed]
 * @returns {Pair}
 */
function pair(id, grade, relayed = false) {
  return { id, grade, relayed };
}

test("an edge is as good as the worse of its ends says", () => {
  /** @type {[string, [string, Pair[]][], [Grade | null, boolean]][]} */
  const table = [
    ["nobody says anything", [], [null, false]],
    ["one says, the other has said nothing yet", [["alice", [pair("bob", "fair")]]], ["fair", false]],
    ["both", [["alice", [pair("bob", "good", true)]], ["bob", [pair("alice", "poor")]]], ["poor", true]],
    ["one says it is not there", [["alice", [pair("bob", "good")]], ["bob", []]], [null, false]],
    ["a third speaks of it", [["carol", [pair("alice", "good"), pair("bob", "good")]]], [null, false]],
    ["somebody who has gone", [["dave", [pair("alice", "poor")]], ["alice", [pair("dave", "poor"), pair("bob", "good")]]], ["good", false]],
  ];
  for (const [what, told, [grade, relayed]] of table) {
    equal(edges(["alice", "bob"], new Map(told)), [{ ends: ["alice", "bob"], grade, relayed }], what);
  }
});

test("there is an edge for each two", () => {
  equal(edges(["a", "b", "c"], new Map()).map(({ ends }) => ends.join("")), ["ab", "ac", "bc"]);
});
