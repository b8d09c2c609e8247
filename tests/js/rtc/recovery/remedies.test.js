import { equal, test } from "../../harness.js";
import { rung, stepOf } from "../../../../static/js/rtc/recovery/remedies.js";

test("the remedies, and then the last again and again", () => {
  equal([0, 1, 2, 3, 4, 9].map((step) => rung(step, false)), [
    { remedy: "restart", ms: 10_000 },
    { remedy: "rebuild", ms: 10_000 },
    { remedy: "give up", ms: 10_000 },
    { remedy: "give up", ms: 15_000 },
    { remedy: "give up", ms: 15_000 },
    { remedy: "give up", ms: 15_000 },
  ]);
});

test("a relay is tried alone before the connection is made anew", () => {
  const remedies = [0, 1, 2, 3, 4].map((step) => rung(step, true).remedy);
  equal(remedies, ["restart", "relay", "rebuild", "give up", "give up"]);
  equal([false, true].map((canRelay) => stepOf("rebuild", canRelay)), [1, 2]);
});
