import { equal, test } from "../../harness.js";
import { demand, isWhole } from "../../../../static/js/rtc/model/demand.js";

const UPRIGHT = 9 / 16;
const VIEW = /** @type {const} */ ({ camera: null, screen: null, speaking: false, saving: "none", density: 1 });

/** @param {import("../../../../static/js/rtc/model/demand.js").Box} camera */
function lines(camera) {
  return demand({ ...VIEW, camera }).camera.height;
}

test("an upright picture is shown whole, a wide one where that does not make it tiny", () => {
  equal(isWhole({ width: 1280, height: 720, ratio: UPRIGHT }), true);
  equal(isWhole({ width: 390, height: 700, ratio: UPRIGHT }), true);
  equal(isWhole({ width: 1280, height: 720 }), false);
  equal(isWhole({ width: 400, height: 400, ratio: 16 / 9 }), false);
  equal(isWhole({ width: 390, height: 700, ratio: 16 / 9 }), true, "less than half of it would be seen");
});

test("what is asked for is the shorter side of the picture, by both sides of its box", () => {
  equal(lines({ width: 640, height: 360 }), 360);
  equal(lines({ width: 640, height: 300 }), 360, "it fills the width, and is cropped above and below");
  equal(lines({ width: 405, height: 720, ratio: UPRIGHT }), 420);
  equal(lines({ width: 1280, height: 720, ratio: UPRIGHT }), 420, "it is as high as the box");
  equal(lines({ width: 360, height: 720, ratio: 16 / 9 }), 210, "it is as wide as the box");
});

test("a shared screen is always whole", () => {
  equal(demand({ ...VIEW, screen: { width: 400, height: 700, ratio: 16 / 9 } }).screen.height, 240);
  equal(demand({ ...VIEW, screen: { width: 1600, height: 700, ratio: 16 / 9 } }).screen.height, 720);
});
