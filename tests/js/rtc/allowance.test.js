import { equal, test } from "../harness.js";
import { Allowance } from "../../../static/js/rtc/allowance.js";
import { Throttle } from "../../../static/js/rtc/throttle.js";

let packets = 0;
const GOOD = { uplink: 3_000_000, loss: 0 };
const BITRATES = [50_000, 150_000, 500_000, 1_500_000];

/**
 * A line that carries so many bits, on which a picture of the highest rung is wanted; read once a second.
 *
 * @param {Allowance} line
 * @param {number} from seconds
 * @param {number} to
 * @param {{uplink: number | null, loss: number | null}} reading
 * @returns {number[]} the step after each second
 */
function seconds(line, from, to, reading) {
  return Array.from({ length: to - from }, (_, index) => {
    line.hear({ packets: (packets += 50), now: (from + index) * 1000, sent: BITRATES[line.most] ?? 0, ...reading });
    return line.most;
  });
}

test("a good line carries everything from the beginning", () => {
  equal(new Set(seconds(new Allowance(), 0, 60, GOOD)), new Set([3]));
  equal(new Set(seconds(new Allowance(), 0, 60, { uplink: null, loss: null })), new Set([3]), "and one that nobody knows");
});

test("an estimate that is still low is not believed at once", () => {
  const line = new Allowance();
  equal(seconds(line, 0, 3, { uplink: 300_000, loss: 0 }), [3, 3, 3]);
  equal(seconds(line, 3, 20, GOOD).at(-1), 3);
});

test("a poor line goes down to what fits after a few seconds, and never stays for long where it does not", () => {
  const line = new Allowance();
  const steps = seconds(line, 0, 120, { uplink: 250_000, loss: 0 });
  equal(steps.findIndex((step) => step === 1), 4);
  const above = steps.slice(5).filter((step) => step > 1).length;
  equal(above <= 12, true, `${above} of 115 seconds above`);
});

test("loss takes a step at a time", () => {
  const line = new Allowance();
  seconds(line, 0, 5, GOOD);
  const steps = seconds(line, 5, 9, { uplink: 3_000_000, loss: 0.3 });
  equal(steps.at(-1), 2);
  equal(seconds(line, 9, 40, GOOD).at(-1), 3);
});

test("a line that carries nothing gets no picture, and gets one again when it is better", () => {
  const line = new Allowance();
  equal(seconds(line, 0, 12, { uplink: 20_000, loss: 0 }).includes(-1), true);
  equal(seconds(line, 12, 80, GOOD).at(-1), 3);
});

test("a throttle waits twice as long after each step up that fails, and forgets when one lasts", () => {
  const throttle = new Throttle(3);
  /** @type {number[]} */
  const raised = [];
  for (let now = 0; now <= 200_000; now += 1000) {
    const before = throttle.most;
    throttle.hear(now, throttle.most > 2 ? 2 : Infinity);
    if (throttle.most > before) raised.push(now / 1000);
  }
  equal(raised.map((at, index) => at - (raised[index - 1] ?? 0)), [5, 11, 21, 41, 61, 61]);
  for (let now = 201_000; now <= 400_000; now += 1000) throttle.hear(now, Infinity);
  equal(throttle.most, 3);
  throttle.hear(401_000, 1);
  throttle.hear(406_000, Infinity);
  equal(throttle.most, 2);
});
