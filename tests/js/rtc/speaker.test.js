import { equal, test } from "../harness.js";
import { hear, NOBODY } from "../../../static/js/rtc/speaker.js";

const STEP_MS = 100;

/**
 * Who holds the floor in the end. Each row of levels lasts for so many steps of 100 ms.
 *
 * @param {[steps: number, levels: Record<string, number>][]} rows
 * @param {(entries: [string, number][]) => [string, number][]} [order]
 */
function holder(rows, order = (entries) => entries) {
  let floor = NOBODY;
  let now = 0;
  for (const [steps, levels] of rows) {
    for (let step = 0; step < steps; step += 1) {
      floor = hear(floor, new Map(order(Object.entries(levels))), now);
      now += STEP_MS;
    }
  }
  return floor.holder;
}

const TABLE = /** @type {[what: string, rows: [number, Record<string, number>][], expected: string | null][]} */ ([
  ["nobody is there", [[10, {}]], null],
  ["nobody speaks", [[10, { alice: 0, bob: 0.01 }]], null],
  ["somebody speaks", [[6, { alice: 0, bob: 0.1 }]], "bob"],
  ["an mhm of 300 ms", [[3, { alice: 0, bob: 0.1 }], [10, { alice: 0, bob: 0 }]], null],
  ["an mhm does not take the floor", [[10, { alice: 0.1, bob: 0 }], [3, { alice: 0, bob: 0.3 }], [10, { alice: 0, bob: 0 }]], "alice"],
  ["many an mhm, with pauses", Array.from({ length: 6 }, () => [[10, { alice: 0.1, bob: 0 }], [3, { alice: 0, bob: 0.3 }]]).flat(), "alice"],
  ["half a second of another does", [[10, { alice: 0.1, bob: 0 }], [5, { alice: 0, bob: 0.1 }]], "bob"],
  ["pauses between words are forgiven", [[10, { alice: 0.1, bob: 0 }], ...Array.from({ length: 4 }, () => [[2, { alice: 0, bob: 0.1 }], [1, { alice: 0, bob: 0 }]]).flat()], "bob"],
  ["who is hardly louder does not", [[10, { alice: 0.1, bob: 0 }], [20, { alice: 0.1, bob: 0.13 }]], "alice"],
  ["who is much louder does", [[10, { alice: 0.1, bob: 0 }], [5, { alice: 0.1, bob: 0.3 }]], "bob"],
  ["who is silent keeps the floor", [[10, { alice: 0.1, bob: 0 }], [50, { alice: 0, bob: 0 }]], "alice"],
  ["who leaves is let go", [[10, { alice: 0.1, bob: 0 }], [1, { bob: 0 }]], null],
  ["of equals the smaller id", [[10, { bob: 0.1, alice: 0.1, carol: 0.1 }]], "alice"],
]);

test("who holds the floor", () => {
  for (const [what, rows, expected] of TABLE) equal(holder(rows), expected, what);
});

test("it is the same in whatever order people are named", () => {
  for (const [what, rows] of TABLE) equal(holder(rows, (entries) => entries.reverse()), holder(rows), what);
});

test("a sleep of the page counts for little", () => {
  let floor = hear(NOBODY, new Map([["bob", 0.1]]), 0);
  floor = hear(floor, new Map([["bob", 0.1]]), 3_600_000);
  equal(floor.holder, null);
});
