import { equal, ok, test } from "../harness.js";
import { Window } from "../../../static/js/files/window.js";

/**
 * A path that carries so many bytes a millisecond, with a queue, for a sender that sends whatever it may.
 *
 * @param {{rate: number, roundTripMs: number, ms: number, window?: Window, from?: number, before?: number, backMs?: number,
 *   cross?: (now: number) => number, warm?: number}} path `before`: bytes that were sent before; `backMs`: how long answers wait;
 *   `cross`: bytes a millisecond of others; `warm`: from when on the longest queue is looked for, in ms
 */
function run({ rate, roundTripMs, ms, window = new Window(0), from = 0, before = 0, backMs = 0, cross = () => 0, warm = ms / 2 }) {
  let [queue, sent, delivered, worst] = [0, before, before, 0];
  /** @type {{at: number, total: number}[]} `at`: when the answer is here */
  const arrivals = [];
  /** The clock of the other side is another one. */
  const there = (/** @type {number} */ at) => at - roundTripMs / 2 - backMs + 1_000_000;
  for (let now = from; now < from + ms; now += 1) {
    queue = Math.max(0, queue - rate) + cross(now);
    while (arrivals.length && arrivals[0].at <= now) {
      const { total, at } = /** @type {{at: number, total: number}} */ (arrivals.shift());
      delivered = total;
      window.got(total, there(at), now);
    }
    for (let frame = window.frame(now); frame; frame = window.frame(now)) {
      sent += frame;
      queue += frame;
      window.send(frame, now);
      arrivals.push({ at: now + roundTripMs + backMs + queue / rate, total: sent });
    }
    if (now >= from + warm) worst = Math.max(worst, queue / rate);
  }
  for (const { total, at } of arrivals) window.got(total, there(at), at);
  return { window, sent, worst, share: (delivered - before) / (rate * ms) };
}

test("with nobody else it fills the path, and keeps the queue short", () => {
  for (const [rate, roundTripMs] of [[25_000, 2], [2500, 20], [2500, 150], [250, 40]]) {
    const { share, worst } = run({ rate, roundTripMs, ms: 10_000 });
    ok(share > 0.85, `${rate}, ${roundTripMs}: fills ${share}`);
    ok(worst < 80, `${rate}, ${roundTripMs}: ${worst} ms`);
  }
});

test("it begins without a long queue, also on a thin line", () => {
  for (const [rate, roundTripMs, most] of [[2500, 2, 50], [2500, 20, 50], [625, 2, 50], [250, 40, 80]]) {
    const { worst } = run({ rate, roundTripMs, ms: 2000, warm: 0 });
    ok(worst < most, `${rate}, ${roundTripMs}: ${worst} ms`);
  }
});

test("it does not matter how long answers wait on their way back", () => {
  const { share, worst } = run({ rate: 2500, roundTripMs: 20, ms: 15_000, backMs: 100 });
  ok(share > 0.9 && worst < 80, `fills ${share}, ${worst} ms`);
});

test("it gives way to whatever else fills the queue, and comes back", () => {
  const alone = run({ rate: 2500, roundTripMs: 20, ms: 5000 });
  const { size } = alone.window;
  const beside = new Window(0);
  run({ rate: 2500, roundTripMs: 20, ms: 5000, window: beside, cross: (now) => (now > 2000 ? 2600 : 0) });
  ok(beside.size < size / 2, `${beside.size} of ${size}`);
});

test("without an answer no more is sent than the window, and a lie about it changes nothing", () => {
  const window = new Window(0);
  let sent = 0;
  for (let frame = window.frame(0); frame; frame = window.frame(0)) (window.send(frame, 0), (sent += frame));
  equal(sent, 8192);
  for (const lie of [-1, 0, sent + 1, 2 ** 40]) window.got(lie, 5, 10);
  equal(window.frame(1000), 0);
  window.got(4096, 990, 1000);
  window.got(4000, 990, 1000);
  ok(window.frame(1000) > 0);
});

test("while the path is needed for something else it is halved every second, never altogether, and comes back slowly", () => {
  const { window, sent } = run({ rate: 2500, roundTripMs: 20, ms: 5000 });
  const { size } = window;
  window.giveWay(true);
  equal(window.size, size / 2);
  for (let second = 0; second < 12; second += 1) window.giveWay(true);
  equal([window.size, window.frame(6000)], [4096, 2048]);
  const meanwhile = run({ rate: 2500, roundTripMs: 20, ms: 900, window, from: 6000, before: sent });
  equal(window.size, 4096);
  for (let second = 0; second < 20; second += 1) window.giveWay(false);
  run({ rate: 2500, roundTripMs: 20, ms: 3000, window, from: 7000, before: meanwhile.sent });
  ok(window.size > size / 2, `${window.size} of ${size}`);
});

test("the windows to several people who share a line become equal", () => {
  const RATE = 2500;
  const sides = [0, 1, 2].map(() => ({ window: new Window(0), sent: 0, got: 0, arrivals: /** @type {{at: number, total: number}[]} */ ([]) }));
  let queue = 0;
  for (let now = 0; now < 20_000; now += 1) {
    queue = Math.max(0, queue - RATE);
    const all = sides.map(({ window }) => window.size);
    for (const side of sides) {
      for (; side.arrivals.length && side.arrivals[0].at <= now; side.arrivals.shift()) {
        side.got = side.arrivals[0].total;
        side.window.got(side.got, side.arrivals[0].at, now, all);
      }
    }
    for (let turn = 0; turn < sides.length; turn += 1) {
      const side = sides[(now + turn) % sides.length];
      for (let frame = side.window.frame(now, all); frame; frame = side.window.frame(now, all)) {
        side.window.send(frame, now);
        side.sent += frame;
        queue += frame;
        side.arrivals.push({ at: now + 10 + Math.ceil(queue / RATE), total: side.sent });
      }
    }
  }
  const shares = sides.map(({ got }) => got / (RATE * 20_000));
  ok(Math.min(...shares) > 0.2 && shares.reduce((sum, share) => sum + share, 0) > 0.85, `${shares}`);
});

test("every so often it empties the path, to learn how long a round trip is by itself", () => {
  const window = new Window(0);
  window.send(4000, 19_990);
  ok(window.frame(19_999) > 0);
  equal(window.frame(20_000), 0);
  window.got(4000, 20_040, 20_050);
  ok(window.frame(20_050) > 0);
});

test("after a pause something is sent at once, however large the window was", () => {
  const { window } = run({ rate: 25_000, roundTripMs: 20, ms: 5000 });
  ok(window.size > 500_000);
  for (const later of [25_000, 45_000, 145_000]) ok(window.frame(later) > 0, `${later}`);
});
