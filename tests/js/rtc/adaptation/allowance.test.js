import { equal, test } from "../../harness.js";
import { Allowance } from "../../../../static/js/rtc/adaptation/allowance.js";
import { Backoff } from "../../../../static/js/rtc/adaptation/backoff.js";

const GOOD = { isBad: false, fits: Infinity };
const LOSSY = { isBad: true, fits: Infinity };

/**
 * A line that is read once a second.
 *
 * @param {Allowance} line
 * @param {number} from seconds
 * @param {number} to
 * @param {{isBad: boolean, fits: number} | ((most: number) => {isBad: boolean, fits: number})} reading
 * @returns {number[]} the step after each second
 */
function seconds(line, from, to, reading) {
  return Array.from({ length: to - from }, (_, index) => {
    line.update({ now: (from + index) * 1000, ...(reading instanceof Function ? reading(line.most) : reading) });
    return line.most;
  });
}

/** @param {number} fits */
const thin = (fits) => (/** @type {number} */ most) => ({ isBad: most > fits, fits });

test("a good line carries everything from the beginning", () => {
  equal(new Set(seconds(new Allowance(), 0, 60, GOOD)), new Set([4]));
});

test("what is bad at the beginning is not believed at once", () => {
  const line = new Allowance();
  equal(seconds(line, 0, 3, thin(1)), [4, 4, 4]);
  equal(seconds(line, 3, 20, GOOD).at(-1), 4);
});

test("a thin line goes down to what fits, sooner where it is far from it, and never stays for long where it is not", () => {
  equal(seconds(new Allowance(), 0, 9, thin(3)).findIndex((step) => step === 3), 4);
  const line = new Allowance();
  const steps = seconds(line, 0, 120, thin(1));
  equal(steps.findIndex((step) => step === 1), 3);
  const above = steps.slice(4).filter((step) => step > 1).length;
  equal(above <= 12, true, `${above} of 116 seconds above`);
});

test("where nobody knows what fits it takes a step at a time", () => {
  const line = new Allowance();
  seconds(line, 0, 5, GOOD);
  equal(seconds(line, 5, 9, LOSSY).at(-1), 3);
  equal(seconds(line, 9, 40, GOOD).at(-1), 4);
});

test("it does not go up while it is bad", () => {
  const line = new Allowance();
  seconds(line, 0, 4, thin(1));
  equal(seconds(line, 4, 8, GOOD).at(-1), 1);
  equal(seconds(line, 8, 9, { isBad: true, fits: 1 }), [1], "when it was due");
  equal(seconds(line, 9, 10, GOOD), [2]);
});

test("a line that carries nothing gets no picture, and gets one again when it is better", () => {
  const line = new Allowance();
  equal(seconds(line, 0, 12, thin(-1)).includes(-1), true);
  equal(seconds(line, 12, 80, GOOD).at(-1), 4);
});

test("a throttle waits twice as long after each step up that fails, and forgets when one lasts", () => {
  const backoff = new Backoff(3);
  /** @type {number[]} */
  const raised = [];
  for (let now = 0; now <= 200_000; now += 1000) {
    const before = backoff.most;
    backoff.update(now, backoff.most > 2 ? 2 : Infinity);
    if (backoff.most > before) raised.push(now / 1000);
  }
  equal(raised.map((at, index) => at - (raised[index - 1] ?? 0)), [5, 11, 21, 41, 61, 61]);
  for (let now = 201_000; now <= 400_000; now += 1000) backoff.update(now, Infinity);
  equal(backoff.most, 3);
  backoff.update(401_000, 1);
  backoff.update(406_000, Infinity);
  equal(backoff.most, 2);
});

test("whoever waits long for a step that fails does not wait so long for those below it", () => {
  const backoff = new Backoff(2, () => 12);
  backoff.update(0, 0);
  backoff.update(5000, Infinity);
  backoff.update(6000, -1);
  /** @type {[number, number][]} */
  const changes = [];
  for (let now = 7000; now <= 80_000; now += 1000) {
    const before = backoff.most;
    backoff.update(now, Infinity);
    if (backoff.most !== before) changes.push([now / 1000, backoff.most]);
  }
  equal(changes, [[11, 0], [71, 1], [76, 2]]);
});

test("larger pictures that did not last are tried again after a minute, the smallest after ten seconds", () => {
  const waits = [-1, 0].map((most) => {
    const line = new Allowance();
    let now = 0;
    const until = (/** @type {number} */ step, /** @type {typeof GOOD} */ reading) => {
      const since = now;
      for (; line.most !== step; now += 1) line.update({ now: now * 1000, ...reading });
      return now - since;
    };
    until(most, { isBad: true, fits: most });
    until(most + 1, GOOD);
    until(most, { isBad: true, fits: most });
    return until(most + 1, GOOD);
  });
  equal(waits, [10, 60]);
});

test("the last picture is not given up for one bad reading, though it has just come back", () => {
  const line = new Allowance();
  seconds(line, 0, 12, thin(-1));
  const back = 12 + seconds(line, 12, 40, GOOD).indexOf(0);
  const again = new Allowance();
  seconds(again, 0, 12, thin(-1));
  seconds(again, 12, back + 3, GOOD);
  equal([again.most, seconds(again, back + 3, back + 5, LOSSY)], [0, [0, -1]]);
});
