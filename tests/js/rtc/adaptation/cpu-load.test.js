import { equal, test } from "../../harness.js";
import { CpuLoad } from "../../../../static/js/rtc/adaptation/cpu-load.js";

/** @typedef {{frames?: number, skipped?: number, each?: number}} Second of one layer; `each`: milliseconds that a picture takes */

/**
 * CpuLoad after each second of a layer.
 *
 * @param {readonly Second[]} seconds
 * @param {CpuLoad} [load]
 */
function paces(seconds, load = new CpuLoad()) {
  const counts = { frames: 0, skipped: 0, encodeMs: 0 };
  return seconds.map(({ frames = 30, skipped = 0, each = 5 }, index) => {
    counts.frames += frames;
    counts.skipped += skipped;
    counts.encodeMs += frames * each;
    load.update(index * 1000, [{ name: "camera 2", slot: "camera", height: 360, bytes: 0, keys: 0, isDead: false, ...counts }]);
    const { step, rate } = load.pace;
    return `${step}@${rate}`;
  });
}

/** @param {number} seconds @param {Second} second @returns {Second[]} */
const lasting = (seconds, second) => Array.from({ length: seconds }, () => second);

test("a computer that keeps up gives all it has", () => {
  equal(new Set(paces(lasting(60, {}))), new Set(["4@30"]));
  equal(new Set(paces(lasting(60, { frames: 15, each: 60 }))), new Set(["4@30"]), "also with a camera that is slow itself");
  equal(new Set(paces(lasting(60, { frames: 0 }))), new Set(["4@30"]), "and one that gives nothing");
});

test("one that does not goes smaller and slower, never to nothing", () => {
  equal(paces(lasting(11, { frames: 4, each: 250 })), ["4@30", "4@30", "3@30", "3@30", "2@30", "2@30", "2@15", "2@15", "1@15", "1@15", "1@8"]);
  equal(paces(lasting(60, { frames: 4, each: 250 })).at(-1), "1@8");
  equal(paces(lasting(3, { frames: 15, skipped: 15 })).at(-1), "3@30", "pictures left out tell the same");
});

test("a moment of it says nothing", () => {
  const hiccups = Array.from({ length: 60 }, (_, second) => (second % 3 ? {} : { frames: 4, each: 250 }));
  equal(new Set(paces(hiccups)), new Set(["4@30"]));
});

test("it comes back a step at a time, and ever later where that does not last", () => {
  const recovery = paces([...lasting(5, { frames: 4, each: 250 }), ...lasting(15, {})]);
  equal(recovery.slice(4), ["2@30", ...lasting(4, {}).map(() => "2@30"), ...lasting(5, {}).map(() => "3@30"), ...lasting(6, {}).map(() => "4@30")]);
  /** @type {Second} a computer that carries 30 pictures of 360 lines, and no larger ones */
  const large = { frames: 4, each: 250 };
  const weak = new CpuLoad();
  let [raised, last] = [0, "4@30"];
  for (let second = 0, counts = { frames: 0, encodeMs: 0 }; second < 300; second++) {
    const { frames = 30, each = 5 } = weak.pace.step === 4 ? large : {};
    counts = { frames: counts.frames + frames, encodeMs: counts.encodeMs + frames * each };
    weak.update(second * 1000, [{ name: "camera", slot: "camera", height: 360, bytes: 0, keys: 0, isDead: false, skipped: 0, ...counts }]);
    const pace = `${weak.pace.step}@${weak.pace.rate}`;
    raised += Number(pace === "4@30" && last !== pace);
    last = pace;
  }
  equal(raised < 10, true, `${raised} times in five minutes`);
});
