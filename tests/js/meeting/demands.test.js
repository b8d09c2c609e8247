import { equal, test } from "../harness.js";
import { demands } from "../../../static/js/meeting/demands.js";

/** @param {number} height */
const box = (height) => ({ width: (height * 16) / 9, height });
/** @param {Record<string, import("../../../static/js/meeting/demands.js").Shown>} shown */
const consumer = (shown) => new Map(Object.entries(shown));
const VIEW = { ids: ["bob", "carol"], isSpeaking: () => false, saving: /** @type {const} */ ("none"), density: 1 };
const NOTHING = { height: 0, rate: 0 };

test("each peer is asked for as much as the consumer that wants most of it", () => {
  const page = consumer({ bob: { camera: box(180), screen: box(300) }, carol: { camera: box(360), screen: null } });
  const pictureWindow = consumer({ bob: { camera: box(270), screen: null }, carol: { camera: null, screen: null } });
  const of = (/** @type {any[]} */ ...consumers) => Object.fromEntries(demands(consumers, VIEW));
  equal(of(page, pictureWindow), {
    bob: { camera: { height: 270, rate: 30 }, screen: { height: 300, rate: 5 } },
    carol: { camera: { height: 360, rate: 30 }, screen: NOTHING },
  });
  equal(of(pictureWindow).carol, { camera: NOTHING, screen: NOTHING });
});

test("what no consumer shows is not asked for", () => {
  equal(demands([], VIEW).get("bob"), { camera: NOTHING, screen: NOTHING });
  equal(demands([consumer({})], { ...VIEW, isSpeaking: () => true }).get("bob"), { camera: NOTHING, screen: NOTHING });
});
