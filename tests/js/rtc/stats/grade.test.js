import { equal, test } from "../../harness.js";
import { BEGINNING, figures, history, settle } from "../../../../static/js/rtc/stats/grade.js";
import { after, seconds } from "../readings.js";

/** @import { Grade } from "../../../../static/js/rtc/stats/grade.js" */
/** @import { Second } from "../readings.js" */

const PICTURE = { packets: 100, bytes: 100_000, frames: 25 };

test("what happens on a line has its grade", () => {
  /** @type {[string, Second, Grade][]} */
  const table = [
    ["nothing of note", {}, "good"],
    ["a round trip of 249 ms", { path: { roundTripMs: 249 } }, "good"],
    ["of 250 ms", { path: { roundTripMs: 250 } }, "fair"],
    ["of 600 ms", { path: { roundTripMs: 600 } }, "poor"],
    ["a round trip nobody knows", { path: { roundTripMs: null } }, "good"],
    ["2 of 100 packets lost", { microphone: { packets: 98, lost: 2 } }, "fair"],
    ["1 of 100", { microphone: { packets: 99, lost: 1 } }, "good"],
    ["8 of 100", { microphone: { packets: 92, lost: 8 } }, "poor"],
    ["packets that arrive late after all", { microphone: { packets: 60, lost: -10 } }, "good"],
    ["loss on the way there", { sent: { packets: 100, loss: 0.09 } }, "poor"],
    ["loss that was told of what is not sent any more", { sent: { packets: 0, loss: 0.5 } }, "good"],
    ["sound that is made up", { microphone: { concealed: 4800 } }, "poor"],
    ["a microphone that is off", { microphone: { packets: 0, concealed: 48_000 } }, "good"],
    ["a picture that stands still now and then", { camera: { freezes: 1 } }, "poor"],
    ["a picture that a narrow line keeps small", { sent: { ...PICTURE, limitation: "bandwidth" }, path: { uplink: 300_000 } }, "fair"],
    ["one that is small on a wide line", { sent: { ...PICTURE, limitation: "bandwidth" }, path: { uplink: 2_000_000 } }, "good"],
    ["one that the computer keeps small", { sent: { ...PICTURE, limitation: "cpu" }, path: { uplink: 300_000 } }, "good"],
  ];
  for (const [what, second, grade] of table) equal(after(seconds(8, second)).grade, grade, what);
});

test("one freeze makes a line fair", () => {
  equal(after([...seconds(5), { camera: { freezes: 1 } }, ...seconds(2)]).grade, "fair");
});

test("nothing is said before two samples", () => {
  equal([BEGINNING, after(seconds(1)), after(seconds(2))].map(({ grade }) => grade), [null, null, "good"]);
  equal([figures(BEGINNING), figures(after([]))], [null, null]);
});

test("a grade does not flicker", () => {
  const [g, f, p] = /** @type {const} */ (["good", "fair", "poor"]);
  /** @type {[Grade | null, Grade[], Grade | null][]} */
  const table = [
    [null, [p], null],
    [null, [p, g], g],
    [g, [g, g, g, g, p], g],
    [g, [g, g, g, p, f], f],
    [g, [g, g, g, p, p], p],
    [p, [f, g, g, g, g], f],
    [p, [p, g, g, g, g], p],
    [p, [g, g, g, g], p],
    [p, [g, g, g, g, g], g],
    [f, [p, g, p, g, p], f],
  ];
  for (const [grade, votes, expected] of table) equal(settle(grade, votes), expected, `${grade} after ${votes}`);
});

test("a line that was poor is good again only after a while", () => {
  const poor = after(seconds(8, { path: { roundTripMs: 700 } }));
  equal([1, 5, 8].map((count) => after(seconds(count, { path: { roundTripMs: 20 } }), poor).grade), ["poor", "poor", "good"]);
});

test("the figures are those of now", () => {
  const camera = { packets: 50, bytes: 120_000, frames: 25, width: 640, height: 360, rate: 25, codec: "VP8" };
  const quality = after(seconds(6, { camera, sent: { packets: 90, bytes: 60_000, loss: 0.1 }, path: { roundTripMs: 31, isRelayed: true } }));
  equal(figures(quality), {
    roundTripMs: 31,
    lossReceived: 0,
    lossSent: 10,
    received: 1000,
    sent: 480,
    camera: { received: { width: 640, height: 360, rate: 25, codec: "VP8" }, sent: null },
    screen: { received: null, sent: null },
    isRelayed: true,
  });
});

test("a layer that is carried counts for what it shows, not for the frames that it goes in", () => {
  const envelope = { packets: 90, bytes: 60_000, frames: 30, width: 80, height: 45, rate: 30, codec: "VP8" };
  const quality = after(seconds(6, { sent: envelope }));
  equal(figures(quality)?.camera.sent, { width: 80, height: 45, rate: 30, codec: "VP8" });
  equal(figures(quality, { camera: 360, screen: null })?.camera.sent, { width: 640, height: 360, rate: 30, codec: "VP8" });
  equal(figures(after(seconds(6)), { camera: 360, screen: null })?.camera.sent, null, "and for nothing while nothing is sent");
});

test("a minute is kept, and no more", () => {
  const quality = after([...seconds(20), ...seconds(60, { microphone: { bytes: 1000 }, path: { roundTripMs: null } })]);
  const { roundTripMs, loss, received, sent } = history(quality);
  equal([roundTripMs, loss, sent].map(({ length }) => length), [60, 60, 60]);
  equal([roundTripMs[0], received[0], received[59]], [null, 8, 8]);
});
