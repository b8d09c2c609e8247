import { equal, test } from "../harness.js";
import { ManualClock } from "../clock.js";
import { Batch } from "../../../static/js/lib/batch.js";

test("what happens within the time is handed over together, and no more often", ({ signal }) => {
  const clock = new ManualClock();
  /** @type {[number, string[]][]} */
  const done = [];
  const batch = new Batch({ ms: 1000, clock, signal, done: (/** @type {string[]} */ items) => done.push([clock.now(), items]) });
  batch.add("a");
  clock.advance(900);
  batch.add("b");
  clock.advance(100);
  batch.add("c");
  clock.advance(5000);
  equal(done, [[1000, ["a", "b"]], [2000, ["c"]]]);
});
