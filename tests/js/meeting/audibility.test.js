import { equal, test } from "../harness.js";
import { cannotHear, deafness } from "../../../static/js/meeting/audibility.js";

test("each way of not hearing has its words", () => {
  const words = [
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ].map(([hearsUs = true, heard = true]) => deafness({ name: "Bob", hearsUs, heard }));
  equal(words, [
    "",
    "You cannot hear Bob. Repairing…",
    "Bob cannot hear you. Repairing…",
    "You and Bob cannot hear each other. Repairing…",
  ]);
});

test("a list says whom", () => {
  equal(cannotHear([]), "");
  equal(cannotHear(["you"]), "cannot hear you");
  equal(cannotHear(["you", "Carol"]).startsWith("cannot hear you"), true);
});
