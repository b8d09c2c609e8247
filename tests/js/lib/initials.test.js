import { equal, ok, test } from "../harness.js";
import { hue, initials } from "../../../static/js/lib/initials.js";

test("first and last word, one letter each", () => {
  const table = [
    ["Alice", "A"],
    ["hans christian andersen", "HA"],
    ["  Bob   Ross ", "BR"],
    ["👩‍🚀 Carol", "👩‍🚀C"],
    ["e\u0301mile zola", "E\u0301Z"],
    ["", ""],
  ];
  for (const [name, expected] of table) equal(initials(name), expected, name);
});

test("a colour belongs to a name", () => {
  equal(hue("Alice"), hue("Alice"));
  ok(new Set(["Alice", "Bob", "Carol", "Mallory"].map(hue)).size > 1);
  for (const name of ["", "x".repeat(64), "مريم"]) ok(hue(name) >= 0 && hue(name) < 360, name);
});
