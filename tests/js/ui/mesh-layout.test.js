import { equal, ok, test } from "../harness.js";
import { curve, dotRadius, drawn, FEW, height, marks, ring, WIDTH } from "../../../static/js/ui/mesh-layout.js";

/** @import { Pair } from "../../../static/js/ui/mesh-layout.js" */

/** @param {{x: number, y: number}} point */
const rounded = ({ x, y }) => [Math.round(x), Math.round(y)].map((value) => value || 0);

test("the first is at the top, then clockwise", () => {
  equal(ring(4).map(({ dot }) => rounded(dot)), [[0, -210], [210, 0], [0, 210], [-210, 0]]);
  equal(ring(4).map(({ anchor }) => anchor), ["middle", "start", "middle", "end"]);
  equal(ring(0), []);
});

test("however many there are, no dot touches another and all are within the picture", () => {
  for (let count = 1; count <= 50; count += 1) {
    const radius = dotRadius(count);
    const dots = ring(count).map(({ dot }) => dot);
    for (const [index, one] of dots.entries()) {
      ok(Math.abs(one.x) + radius < WIDTH / 2 && Math.abs(one.y) + radius < height(count) / 2, `${count}`);
      const other = dots[(index + 1) % count];
      ok(count === 1 || Math.hypot(one.x - other.x, one.y - other.y) > 2 * radius, `${count}`);
    }
  }
});

test("the names of many point outwards, and none is upside down", () => {
  equal(ring(FEW).map(({ turn }) => turn), Array(FEW).fill(0));
  for (const { turn, anchor } of ring(50)) {
    ok(Math.cos((turn * Math.PI) / 180) > -1e-6, `${turn}`);
    ok(anchor !== "middle");
  }
});

test("of few all lines are drawn, of a crowd those of one person, and those that fail in any case", () => {
  /** @type {Pair[]} */
  const pairs = [
    [0, 1, "good", false, "good", "good"],
    [1, 2, "fair", true, "good", "fair"],
    [0, 2, "unheard", false, "good", "unheard"],
    [3, 4, "unreached", false, "unknown", "unreached"],
    [2, 3, "unknown", false, "unknown", "unknown"],
  ];
  equal(drawn(pairs, 5, -1).length, 5);
  equal(drawn(pairs, 5, 1).map(([one, other]) => [one, other]), [[0, 1], [1, 2], [0, 2], [3, 4]]);
  equal(drawn(pairs, FEW + 1, -1).map(([one, other]) => [one, other]), [[0, 2], [3, 4]]);
});

test("a cross is near whoever says that a pair fails", () => {
  const [one, other] = ring(2).map(({ dot }) => dot);
  const line = curve(one, other, 2);
  equal(marks([0, 1, "unheard", false, "unheard", "good"], line).map(rounded), [[0, -109]]);
  equal(marks([0, 1, "unheard", false, "good", "unheard"], line).map(rounded), [[0, 109]]);
  equal(marks([0, 1, "unreached", false, "unreached", "unheard"], line).length, 2);
  equal(marks([0, 1, "poor", false, "poor", "poor"], line), []);
});

test("in a crowd, the cross between neighbours is beside their dots", () => {
  const [one, other] = ring(50).map(({ dot }) => dot);
  const [mark] = marks([0, 1, "unheard", false, "unheard", "good"], curve(one, other, 50));
  for (const dot of [one, other]) ok(Math.hypot(mark.x - dot.x, mark.y - dot.y) > 2 * dotRadius(50));
});
