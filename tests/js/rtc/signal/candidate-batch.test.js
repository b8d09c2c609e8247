import { equal, test } from "../../harness.js";
import { CandidateBatch } from "../../../../static/js/rtc/signal/candidate-batch.js";
import { ManualClock } from "../../clock.js";

/** @param {AbortSignal} signal */
function batch(signal) {
  const clock = new ManualClock();
  /** @type {string[]} */
  const out = [];
  const waiting = new CandidateBatch({ clock, signal });
  return { clock, out, add: (/** @type {number} */ ms, /** @type {string} */ name) => waiting.add(ms, () => out.push(name)) };
}

test("all that wait leave together, in order, when the first is due", ({ signal }) => {
  const { clock, out, add } = batch(signal);
  add(80, "a");
  clock.advance(50);
  add(80, "b");
  clock.advance(29);
  equal(out, []);
  clock.advance(1);
  equal(out, ["a", "b"]);
  add(80, "c");
  clock.advance(79);
  equal(out, ["a", "b"]);
  clock.advance(1);
  equal(out, ["a", "b", "c"]);
});

test("one in a hurry takes the others along", ({ signal }) => {
  const { clock, out, add } = batch(signal);
  add(80, "a");
  add(10, "b");
  clock.advance(10);
  equal(out, ["a", "b"]);
  clock.advance(200);
  equal([out.length, clock.pending], [2, 0]);
});

test("nothing leaves after the end", () => {
  const end = new AbortController();
  const { clock, out, add } = batch(end.signal);
  add(10, "a");
  end.abort();
  clock.advance(100);
  equal(out, []);
});
