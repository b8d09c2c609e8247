import { equal, test } from "../../harness.js";
import { eachSlot, fit, SLOTS } from "../../../../static/js/rtc/model/slots.js";

test("the order is the wire's", () => {
  equal(SLOTS.map(({ name, kind }) => `${name} ${kind}`), ["microphone audio", "camera video", "screen video", "sound audio"]);
});

test("eachSlot makes a record", () => {
  const record = eachSlot(({ kind }, index) => kind + index);
  equal(record, { microphone: "audio0", camera: "video1", screen: "video2", sound: "audio3" });
});

test("only the four, in order, fit", () => {
  const cases = /** @type {[string[], boolean][]} */ ([
    [["audio", "video", "video", "audio"], true],
    [["audio", "video", "audio", "video"], false],
    [["audio", "video", "video"], false],
    [["audio", "video", "video", "audio", "audio"], false],
    [[], false],
  ]);
  for (const [kinds, expected] of cases) equal(fit(kinds), expected, String(kinds));
});
