import { equal, test } from "../harness.js";
import { tidy } from "../../../static/js/lib/names.js";

test("a name is fit for the wire", () => {
  const table = [
    ["  Carol  ", "Carol"],
    ["Zoe\u0308", "Zo\u00eb"],
    ["a\u0000b\tc\u2028d", "abcd"],
    ["\u202eevil", "evil"],
    ["\ud800lone", "lone"],
    ["x".repeat(80), "x".repeat(64)],
    ["\u{1f600}".repeat(65), "\u{1f600}".repeat(64)],
    ["مريم", "مريم"],
  ];
  for (const [typed, name] of table) equal(tidy(typed), name, JSON.stringify(typed));
});

test("what cannot be seen is no name", () => {
  for (const nothing of ["", "   ", "\u200b\u200d", "\u0301", "\u202e"]) equal(tidy(nothing), "", JSON.stringify(nothing));
});
