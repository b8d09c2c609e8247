import { equal, ok, test } from "../harness.js";
import { SendQueue } from "../../../static/js/signaling/send-queue.js";
import { ManualClock } from "../clock.js";

/**
 * @param {AbortSignal} signal
 * @param {object} [limits]
 */
function queue(signal, limits = {}) {
  const clock = new ManualClock();
  /** @type {{type: string, id: string}[][]} */
  const frames = [];
  const write = (/** @type {string} */ frame) => void frames.push(JSON.parse(frame));
  const all = { frame: 65_536, rate: 50, burst: 300, ...limits };
  const box = new SendQueue({ write, limits: all, clock, signal });
  return { clock, frames, box, say: (/** @type {string} */ id) => box.push({ type: "admit", id }) };
}

test("one tick, one frame, in order", ({ signal }) => {
  const { clock, frames, say } = queue(signal);
  say("a");
  clock.advance(3);
  say("b");
  clock.advance(1);
  say("c");
  clock.advance(4);
  equal(frames.map((frame) => frame.map(({ id }) => id)), [["a", "b"], ["c"]]);
});

test("corks nest, and the last one out lets everything go at once", ({ signal }) => {
  const { clock, frames, box, say } = queue(signal);
  box.cork();
  box.cork();
  say("a");
  clock.advance(1000);
  box.uncork();
  say("b");
  clock.advance(1000);
  equal(frames, []);
  box.uncork();
  equal(frames.map((frame) => frame.length), [2]);
  box.uncork();
  say("c");
  clock.advance(4);
  equal(frames.length, 2);
});

test("a large room is late rather than refused", ({ signal }) => {
  const { clock, frames, say } = queue(signal, { rate: 50, burst: 100 });
  for (let i = 0; i < 150; i += 1) say(`p${i}`);
  clock.advance(4);
  equal(frames.flat().length, 90);
  clock.advance(1000);
  const soon = frames.flat().length;
  ok(soon > 130 && soon <= 136, String(soon));
  clock.advance(1000);
  equal(frames.flat().map(({ id }) => id), Array.from({ length: 150 }, (_, i) => `p${i}`));
});

test("nothing is written after the end", () => {
  const end = new AbortController();
  const { clock, frames, box, say } = queue(end.signal);
  say("a");
  end.abort();
  box.flush();
  clock.advance(1000);
  equal(frames, []);
});
