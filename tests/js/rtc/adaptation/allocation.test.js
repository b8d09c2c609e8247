import { equal, test } from "../../harness.js";
import { ceilings, fitting, grants, stepFor } from "../../../../static/js/rtc/adaptation/allocation.js";
import { assumed, clamped, demand } from "../../../../static/js/rtc/model/demand.js";

/** @import { VideoSlot } from "../../../../static/js/rtc/model/ladder.js" */

const WANTED = /** @type {[VideoSlot, number, number, number][]} */ ([
  // slot, height shown, frames per second, step
  ["camera", 0, 30, -1],
  ["camera", 360, 0, -1],
  ["camera", 60, 15, 0],
  ["camera", 108, 15, 0],
  ["camera", 120, 15, 1],
  ["camera", 210, 30, 1],
  ["camera", 240, 30, 2],
  ["camera", 300, 30, 2],
  ["camera", 330, 30, 3],
  ["camera", 420, 30, 3],
  ["camera", 450, 30, 4],
  ["camera", 2160, 60, 4],
  ["screen", 200, 1, 0],
  ["screen", 200, 5, 1],
  ["screen", 900, 5, 2],
  ["screen", 900, 15, 3],
  ["screen", 300, 15, 3],
]);

test("each gets the lowest rung that is as high as what it shows", () => {
  for (const [slot, height, rate, step] of WANTED) equal(stepFor(slot, { height, rate }), step, `${slot} ${height} ${rate}`);
});

test("where a line does not carry everything the camera gives way to the screen, which is read to the last", () => {
  equal([-1, 0, 1, 3, 4].map((most) => ceilings(most, false).camera), [-1, 0, 1, 3, 4]);
  equal([-1, 0, 1, 2, 3, 4].map((most) => ceilings(most, true)), [
    { camera: -1, screen: -1 },
    { camera: -1, screen: 0 },
    { camera: 0, screen: 1 },
    { camera: 1, screen: 1 },
    { camera: 2, screen: 2 },
    { camera: 4, screen: 3 },
  ]);
});

test("what a line carries, and what lines carry that are one: whoever wants least is the last to lose", () => {
  const wants = (/** @type {number} */ camera, screen = -1) => ({ camera, screen });
  const table = /** @type {[wanted: import("../../../../static/js/rtc/adaptation/allocation.js").Steps[], bits: number, step: number][]} */ ([
    [[wants(4)], 29_999, -1],
    [[wants(4)], 30_000, 0],
    [[wants(4)], 299_999, 1],
    [[wants(4)], Infinity, 4],
    [[wants(1)], 100_000, 4],
    [[wants(4, 3)], 129_999, 0],
    [[wants(4, 3)], 130_000, 1],
    [[wants(4), wants(1), wants(1), wants(1), wants(1)], 1_200_000, 3],
    [[wants(2), wants(2), wants(2), wants(2), wants(2)], 499_999, 0],
    [[], 0, 4],
  ]);
  for (const [wanted, bits, step] of table) equal(fitting(wanted, bits), step, JSON.stringify([wanted, bits]));
});

test("line and processor take away, and the smallest picture is nobody's to share", () => {
  const wanted = { height: 720, rate: 30 };
  const of = (/** @type {number} */ most, shares = true, ceiling = Infinity) =>
    grants("camera", [{ id: "bob", wanted, most, shares }], ceiling).get("bob");
  equal(of(Infinity), { step: 4, shared: true });
  equal(of(Infinity, false), { step: 4, shared: false });
  equal(of(1), { step: 1, shared: true });
  equal(of(0), { step: 0, shared: false });
  equal(of(-1), { step: -1, shared: false });
  equal(of(Infinity, true, 2), { step: 2, shared: true });
  equal(of(Infinity, true, -1), { step: 0, shared: false }, "a processor that is too slow still sends something");
});

test("a poor line takes nothing from the others", () => {
  const wanted = { height: 360, rate: 30 };
  const takers = ["bob", "carol", "dave"].map((id) => ({ id, wanted, most: id === "bob" ? 1 : 4, shares: true }));
  equal([...grants("camera", takers, 4).values()].map(({ step }) => step), [1, 3, 3]);
});

test("there are three layers at most, and whoever makes a fourth too many makes nobody's picture worse", () => {
  const taker = (/** @type {number} */ height, most = 4) => ({ id: `${height}`, wanted: { height, rate: 30 }, most, shares: true });
  const told = (/** @type {number} */ most) => [...grants("camera", [taker(180, most), taker(270), taker(360), taker(720)], 4).values()];
  const rest = [2, 3, 4].map((step) => ({ step, shared: true }));
  equal(told(4), [{ step: 2, shared: true }, ...rest]);
  equal(told(1), [{ step: 1, shared: false }, ...rest], "one whose line is too thin for the next is encoded for alone");
});

const BOX = { width: 640, height: 360 };
const VIEW = { camera: BOX, screen: null, speaking: false, saving: /** @type {const} */ ("none"), density: 1 };

test("a receiver wants what it shows", () => {
  const nothing = { height: 0, rate: 0 };
  equal(demand(VIEW), { camera: { height: 360, rate: 30 }, screen: nothing });
  equal(demand({ ...VIEW, density: 1.5 }).camera.height, 540);
  equal(demand({ ...VIEW, density: 3 }).camera.height, 540, "denser is not seen");
  equal(demand({ ...VIEW, camera: { width: 160, height: 90 } }).camera, { height: 90, rate: 15 });
  equal(demand({ ...VIEW, camera: { width: 160, height: 91 } }).camera.height, 120, "in steps");
  equal(demand({ ...VIEW, camera: { width: 160, height: 90 }, speaking: true }).camera, { height: 360, rate: 30 });
  equal(demand({ ...VIEW, saving: "save" }).camera, { height: 180, rate: 15 });
  equal(demand({ ...VIEW, screen: BOX, saving: "save" }).screen, { height: 360, rate: 5 });
  equal(demand({ ...VIEW, screen: BOX, saving: "audio" }), { camera: nothing, screen: nothing });
  equal(demand({ ...VIEW, camera: null }), { camera: nothing, screen: nothing });
});

test("what is out of all proportion is clamped", () => {
  const of = (/** @type {number} */ height, /** @type {number} */ rate) =>
    clamped({ camera: { height, rate }, screen: { height: 1, rate: 1 } }).camera;
  equal(of(-1, -30), { height: 0, rate: 0 });
  equal(of(1e9, 1e9), { height: 2160, rate: 60 });
  equal(of(360, 30), { height: 360, rate: 30 });
});

test("who does not say gets less the more there are", () => {
  equal([1, 3, 12].map((people) => assumed(people).camera.height), [720, 360, 180]);
});
