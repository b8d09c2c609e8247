import { equal, test } from "../../harness.js";
import { LayerTime } from "../../../../static/js/rtc/stats/layer-time.js";

/**
 * Processors busy after each second.
 *
 * @param {readonly Record<string, number>[]} told what each layer took since it began, second by second
 * @param {number} [every] ms
 */
function busy(told, every = 1000) {
  const time = new LayerTime();
  return told.map((layers, index) => {
    time.update(index * every, Object.entries(layers).map(([name, encodeMs]) => ({ name, encodeMs })));
    return Math.round(time.processors * 1000) / 1000;
  });
}

test("layers are added up, over the last five seconds", () => {
  equal(busy([{ large: 300, small: 50 }]), [0], "once told, nothing is known");
  equal(busy([{ large: 0, small: 0 }, { large: 300, small: 50 }, { large: 600, small: 100 }]), [0, 0.35, 0.35]);
  equal(busy([{ one: 0 }, { one: 500 }, ...Array(6).fill({ one: 500 })]), [0, 0.5, 0.25, 0.167, 0.125, 0.1, 0, 0]);
  equal(busy([{ one: 0 }, { one: 500 }], 2000), [0, 0.25], "a worker that had no time to tell");
});

test("one that has come counts from its beginning, one that has gone no more", () => {
  equal(busy([{}, { one: 200 }, { one: 400, two: 100 }]), [0, 0.2, 0.25]);
  equal(busy([{ one: 9000 }, { one: 200 }]), [0, 0.2], "begun anew");
  equal(busy([{ one: 0 }, { one: 400 }, {}]), [0, 0.4, 0.2]);
});
