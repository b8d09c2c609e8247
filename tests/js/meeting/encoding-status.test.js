import { equal, test } from "../harness.js";
import { encoded } from "../../../static/js/meeting/encoding-status.js";
import { LADDERS } from "../../../static/js/rtc/model/ladder.js";

/** @import { Given } from "../../../static/js/meeting/encoding-status.js" */
/** @import { Rung, VideoSlot } from "../../../static/js/rtc/model/ladder.js" */

/**
 * What Bob is given in a call of four whose browsers can do everything.
 *
 * @param {VideoSlot} slot
 * @param {number} step of the ladder
 * @param {boolean} isShared
 * @param {Partial<Given>} [more]
 * @returns {Given}
 */
function given(slot, step, isShared, more = {}) {
  return { slot, manner: { rung: /** @type {Rung} */ (LADDERS[slot][step]), isShared }, canShare: true, others: 3, ...more };
}

const ALONE = "Your picture is encoded for this person alone.";

test("how our pictures are encoded for somebody, and why for that person alone, is said while they are sent", () => {
  const off = { manner: null };
  /** @type {[string, Given[], string][]} */
  const table = [
    ["nothing is sent", [given("camera", 3, false, off), given("screen", 2, true, off)], ""],
    ["shared", [given("camera", 3, true)], "Your picture is encoded once for all who see it at this size."],
    ["a screen, too", [given("camera", 3, false, off), given("screen", 2, true)], "Your screen is encoded once for all who see it at this size."],
    [
      "both",
      [given("camera", 3, true), given("screen", 2, true)],
      "Your picture and your screen are encoded once for all who see them at this size.",
    ],
    ["a call of two", [given("camera", 4, false, { others: 1 })], `${ALONE} Only the two of you are here.`],
    [
      "the same of both",
      [given("camera", 4, false, { others: 1 }), given("screen", 2, false, { others: 1 })],
      "Your picture and your screen are encoded for this person alone. Only the two of you are here.",
    ],
    ["a browser that cannot", [given("camera", 3, false, { canShare: false })], `${ALONE} This browser cannot share what it has encoded.`],
    ["the smallest", [given("camera", 0, false)], `${ALONE} At the smallest size it follows what the line carries.`],
    [
      "the smallest of a screen",
      [given("screen", 0, false)],
      "Your screen is encoded for this person alone. At the smallest size it follows what the line carries.",
    ],
    ["the next of the same height", [given("screen", 1, false)], "Your screen is encoded for this person alone."],
    ["nobody knows why, or it is only for a moment", [given("camera", 1, false)], ALONE],
    [
      "alone for one reason and another",
      [given("camera", 0, false), given("screen", 2, false)],
      `${ALONE} At the smallest size it follows what the line carries.\nYour screen is encoded for this person alone.`,
    ],
    [
      "one so, one so",
      [given("camera", 0, false), given("screen", 2, true)],
      `${ALONE} At the smallest size it follows what the line carries.\nYour screen is encoded once for all who see it at this size.`,
    ],
  ];
  for (const [what, pictures, expected] of table) equal(encoded(pictures), expected, what);
});
