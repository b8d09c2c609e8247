import { equal, test } from "../../harness.js";
import { isOversized } from "../../../../static/js/rtc/stats/oversize.js";

/** @param {number} width @param {number} height @param {number} [demanded] */
function judge(width, height, demanded = 180) {
  const received = { camera: { width, height }, screen: { width: 0, height: 0 } };
  const demand = { camera: { height: demanded, rate: 30 }, screen: { height: 0, rate: 0 } };
  return isOversized(/** @type {any} */ ({ received }), demand);
}

test("far too large is what nobody makes and nobody demanded", () => {
  equal([judge(1280, 720), judge(1920, 1080), judge(1080, 1920), judge(3840, 1080)], [false, false, false, false]);
  equal([judge(3840, 2160), judge(16_383, 16_383), judge(16_383, 16)], [true, true, true]);
  equal(judge(3840, 2160, 2160), false, "as demanded");
});
