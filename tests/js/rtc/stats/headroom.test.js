import { equal, test } from "../../harness.js";
import { headroom, steady } from "../../../../static/js/rtc/stats/headroom.js";
import { after, seconds } from "../readings.js";

/** @import { PairQuality } from "../../../../static/js/rtc/stats/grade.js" */
/** @import { Load } from "../../../../static/js/rtc/stats/headroom.js" */
/** @import { Sent } from "../../../../static/js/rtc/stats/reading.js" */

const CORES = 8;
const NOTHING = { layers: 0, isLowered: false };

/**
 * A pair that gets our picture, at a megabit a second and 20 ms of encoding, over a line of so many.
 *
 * @param {number | null} megabits
 * @param {Partial<Sent>} [more]
 * @param {number} [count]
 */
function pair(megabits, more = {}, count = 6) {
  const sent = { packets: 100, bytes: 125_000, frames: 25, encodeMs: 20, limitation: "none", ...more };
  return after(seconds(count, { sent, path: { uplink: megabits === null ? null : megabits * 1e6 } }));
}

/**
 * A pair that is given a layer: its own encoder makes envelopes, for which it needs 5 ms a second.
 *
 * @param {number} megabits
 */
function carried(megabits) {
  return pair(megabits, { encodeMs: 5 });
}

test("what is free on the line and in the computer says for how many", () => {
  /** @type {[string, PairQuality[], number | null][]} */
  const table = [
    ["nobody is there", [], null],
    ["no picture is sent", [after(seconds(6, { path: { uplink: 9e6 } }))], null],
    ["nothing is known of the line", [pair(null)], null],
    ["a picture is sent only just now", [pair(9, {}, 4)], null],
    ["five megabits, of which one is used: a quarter stays free", [pair(5)], 3],
    ["three pairs promise the same line", [pair(5), pair(5), pair(5)], 3],
    ["the middle of what they promise counts", [pair(1), pair(5), pair(50)], 3],
    ["and the less of two", [pair(1), pair(50)], 0],
    ["nothing is free", [pair(1)], 0],
    ["a small picture costs what a small picture costs", [pair(1, { bytes: 1000 })], 7],
    ["the line keeps a picture small", [pair(50), pair(0.3, { limitation: "bandwidth" })], 0],
    ["so does the computer", [pair(50), pair(50, { limitation: "cpu" })], 0],
    ["a picture that is small though the line is wide", [pair(5, { limitation: "bandwidth" })], 3],
    ["half of the cores may encode: of 4 s a second one is used", [pair(500, { encodeMs: 1000 })], 3],
    ["more than half of them do", [pair(500, { encodeMs: 2500 }), pair(500, { encodeMs: 2500 })], 0],
    ["it is never more than can be told", [pair(5000, { encodeMs: 0 })], 99],
    ["who gets only sound says nothing of the line", [pair(5), after(seconds(6, { path: { uplink: 1000 } }))], 3],
  ];
  for (const [what, lines, expected] of table) equal(headroom(lines, CORES, NOTHING), expected, what);
});

test("layers are paid for once, envelopes for each, and where pictures are held down there is no room", () => {
  const lowered = { layers: 0.1, isLowered: true };
  /** @type {[string, PairQuality[], Load, number | null][]} */
  const table = [
    ["the line is what there is too little of", [carried(5), carried(5)], { layers: 1, isLowered: false }, 3],
    [
      "of four processors 3.9 are taken by layers and 0.02 by envelopes",
      [carried(500), carried(500), carried(500), carried(500)],
      { layers: 3.9, isLowered: false },
      16,
    ],
    [
      "the same layers, and twice as much for each pair",
      Array.from({ length: 4 }, () => pair(500, { encodeMs: 10 })),
      { layers: 3.9, isLowered: false },
      6,
    ],
    ["layers take all that may be taken", [carried(500), carried(500)], { layers: 4, isLowered: false }, 0],
    ["more than that, and the browser does not tell what envelopes take", [pair(500, { encodeMs: 0 })], { layers: 5, isLowered: false }, 0],
    ["pictures are held down, though line and computer seem to have plenty", [carried(500), carried(500)], lowered, 0],
    ["held down so far that none is sent", [after(seconds(6, { path: { uplink: 9e6 } }))], lowered, 0],
    ["held down, and nothing known of the line", [pair(null)], lowered, 0],
    ["held down before, and now nobody is there", [], lowered, null],
  ];
  for (const [what, lines, load, expected] of table) equal(headroom(lines, CORES, load), expected, what);
});

test("the least of the last while counts, and nothing when nothing is known now", () => {
  equal(steady([]), null);
  equal(steady([3, 1, 4]), 1);
  equal(steady([null, 5]), 5);
  equal(steady([5, null]), null);
});
