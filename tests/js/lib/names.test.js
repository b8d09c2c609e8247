import { equal, test } from "../harness.js";
import { shownName, tidy } from "../../../static/js/lib/names.js";

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
    ["이지은", "이지은"],
    ["हिन्दी", "हिन्दी"],
    ["\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}", "\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}"],
  ];
  for (const [typed, name] of table) equal(tidy(typed), name, JSON.stringify(typed));
});

test("what cannot be seen is no name", () => {
  const blanks = [
    ..."\u00ad\u034f\u061c\u115f\u1160\u17b4\u180b\u180e\u2065\u206f\u2800\u3164\ufe0f\ufeff\uffa0\ufff0\u{1bca0}\u{1d173}\u{e0000}\u{e0001}\u{e0041}\u{e0100}\u{e0fff}",
  ];
  const mixed = ["", "   ", "\u200b\u200d", "\u0301", "\u0903", "\u202e", "\u3164 \u2800\u200d\u0301\u{e0041}"];
  for (const nothing of [...mixed, ...blanks]) equal(tidy(nothing), "", JSON.stringify(nothing));
});

test("a guest is shown as one whatever the name is, and nobody else is", () => {
  const names = (/** @type {string} */ role) => ["Alice", "Alice (Owner)", "\u0410lice"].map((name) => shownName({ name, role }).name);
  equal(names("guest"), ["Guest Alice", "Guest Alice (Owner)", "Guest \u0410lice"]);
  for (const role of ["owner", "host", "member"]) equal(names(role), ["Alice", "Alice (Owner)", "\u0410lice"]);
  equal(shownName({ name: "Alice", role: "guest" }), { name: "Guest Alice", plain: "Alice", isGuest: true });
});
