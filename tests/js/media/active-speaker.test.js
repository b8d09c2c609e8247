import { equal, test } from "../harness.js";
import { updateFloor, NOBODY } from "../../../static/js/media/active-speaker.js";

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
      floor = updateFloor(floor, new Map(order(Object.entries(levels))), now);
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
  [
    "an mhm does not take the floor",
    [[10, { alice: 0.1, bob: 0 }], [3, { alice: 0, bob: 0.3 }], [10, { alice: 0, bob: 0 }]],
    "alice",
  ],
  [
    "many an mhm, with pauses",
    Array.from({ length: 6 }, () => [[10, { alice: 0.1, bob: 0 }], [3, { alice: 0, bob: 0.3 }]]).flat(),
    "alice",
  ],
  ["half a second of another does", [[10, { alice: 0.1, bob: 0 }], [5, { alice: 0, bob: 0.1 }]], "bob"],
  [
    "pauses between words are forgiven",
    [
      [10, { alice: 0.1, bob: 0 }],
      ...Array.from({ length: 4 }, () => [[2, { alice: 0, bob: 0.1 }], [1, { alice: 0, bob: 0 }]]).flat(),
    ],
    "bob",
  ],
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
  let floor = updateFloor(NOBODY, new Map([["bob", 0.1]]), 0);
  floor = updateFloor(floor, new Map([["bob", 0.1]]), 3_600_000);
  equal(floor.holder, null);
});

/**
 * Who is watched after each tenth of a second.
 *
 * @param {[steps: number, levels: Record<string, number>][]} rows
 */
function watched(rows) {
  const levels = rows.flatMap(([steps, one]) => Array.from({ length: steps }, () => new Map(Object.entries(one))));
  let floor = NOBODY;
  return levels.map((one, index) => [...(floor = updateFloor(floor, one, index * STEP_MS)).watched.keys()].sort().join(" "));
}

test("of two who talk to each other both are watched all the time, and whoever falls silent for a moment longer", () => {
  const turns = Array.from({ length: 6 }, () => [[20, { alice: 0.1, bob: 0 }], [20, { alice: 0, bob: 0.1 }]]).flat();
  equal(new Set(watched(/** @type {any} */ (turns)).slice(30)), new Set(["alice bob"]));
  const silenced = watched([[10, { alice: 0.1, bob: 0 }], [100, { alice: 0, bob: 0.1 }]]);
  equal([silenced[30], silenced[60], silenced.at(-1)], ["alice bob", "alice bob", "bob"]);
  equal(watched([[10, { alice: 0.1, bob: 0 }], [10, { alice: 0, bob: 0.1 }], [1, { bob: 0 }]]).at(-1), "bob", "nobody watches who has left");
});

test("two who read levels at other times, and not quite the same, agree but for a moment", () => {
  const turn = /** @type {const} */ (["alice", "bob", "carol", "bob", "alice", "carol"]);
  const TURN_MS = 3000;
  /** @param {number} phaseMs @param {number} everyMs @param {number} gain */
  const client = (phaseMs, everyMs, gain) => {
    let floor = NOBODY;
    /** @type {(string | null)[]} */
    const said = [];
    for (let now = 0; now < turn.length * TURN_MS; now += 10) {
      const speaker = turn[Math.floor(now / TURN_MS)];
      const pauses = now % 700 > 550;
      const levels = new Map(["alice", "bob", "carol"].map((id) => [id, id === speaker && !pauses ? 0.2 * gain : 0.005]));
      if ((now - phaseMs) % everyMs === 0) floor = updateFloor(floor, levels, now);
      said.push(floor.holder);
    }
    return said;
  };
  const [one, other] = [client(0, 100, 1), client(70, 130, 0.7)];
  const apart = one.filter((holder, index) => holder !== other[index]).length * 10;
  equal(apart < turn.length * 250, true, `apart for ${apart} ms of ${turn.length} turns`);
  equal(one.at(-1), "carol");
});
