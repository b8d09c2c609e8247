import { equal, test } from "../harness.js";
import { interpolate } from "../../../static/js/lib/gettext.js";

test("a sentence is filled, and what is not there stays", () => {
  equal(interpolate("%(name)s has %(share)s of %(file)s", { name: "Bob", share: "3 %" }), "Bob has 3 % of %(file)s");
});

test("a name that is written from right to left moves nothing beside it", () => {
  for (const name of ["\u0645\u062d\u0645\u062f", "\u05d3\u05e0\u05d4 2"]) {
    equal(interpolate("%(name)s: %(count)s files!", { name, count: 3 }), `\u2068${name}\u2069: 3 files!`);
  }
});

test("in a sentence that is written from right to left every value is apart", () => {
  document.dir = "rtl";
  equal(interpolate("%(name)s:", { name: "Bob (guest)" }), "\u2068Bob (guest)\u2069:");
  document.dir = "";
});
