import { ManualClock } from "../clock.js";
import { equal, test } from "../harness.js";
import { countDown, ending } from "../../../static/js/pages/ending.js";

/** @import { Fact } from "../../../static/js/signaling/protocol.js" */

test("every end has its message", () => {
  const refused = (/** @type {any} */ code) => /** @type {Fact} */ ({ type: "refused", code, reason: "" });
  const table = /** @type {[number | undefined, Fact | null, string][]} */ ([
    [1000, null, "left"],
    [4001, null, "replaced"],
    [4003, { type: "denied", reason: "" }, "denied"],
    [4003, { type: "removed", reason: "removed" }, "removed"],
    [4003, { type: "removed", reason: "ended" }, "ended"],
    [4003, null, "removed"],
    [4401, null, "signed-out"],
    [4403, refused("full"), "full"],
    [4403, refused("devices"), "devices"],
    [4403, refused("wait"), "wait"],
    [4403, refused("banned"), "banned"],
    [4403, refused("closed"), "closed"],
    [4403, null, "closed"],
    [4400, refused("malformed"), "broken"],
    [undefined, null, "broken"],
  ]);
  for (const [code, fact, expected] of table) equal(ending(code, fact, true), expected, `${code} ${JSON.stringify(fact)}`);
});

test("an earlier refusal does not explain another end", () => {
  equal(ending(1000, { type: "refused", code: "stranger", reason: "" }, true), "left");
});

test("who has only waited has not left a meeting", () => {
  equal([ending(1000, null, false), ending(4003, { type: "denied", reason: "denied" }, false)], ["unwaited", "denied"]);
});

test("a wait is counted down to nothing", ({ signal }) => {
  const clock = new ManualClock();
  const shown = /** @type {number[]} */ ([]);
  countDown(3, (seconds) => shown.push(seconds), clock, signal);
  clock.advance(5000);
  equal(shown.join(" "), "3 2 1 0");
});
