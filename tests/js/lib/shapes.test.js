import { equal, test } from "../harness.js";
import { boolean, either, having, integer, isObject, list, mapping, matching, number, object, oneOf, text } from "../../../static/js/lib/shapes.js";

/** @import { Check } from "../../../static/js/lib/shapes.js" */

/** @type {[string, Check, unknown[], unknown[]][]} */
const TABLE = [
  ["boolean", boolean, [true, false], [0, "true", null, undefined]],
  ["text", text(3, 1), ["a", "abc", "🦊🦊🦊"], ["", "abcd", "🦊🦊🦊🦊", "\ud800", 1, null, ["a"]]],
  ["matching", matching(/^a+$/), ["a", "aa"], ["", "ab", "a\n", 1, null]],
  ["integer", integer(0, 9), [0, 9, 1.0], [-1, 10, 1.5, NaN, Infinity, "1", null]],
  ["number", number(0, 9), [0, 0.5, 9], [-0.1, 9.1, NaN, Infinity, "1", null]],
  ["oneOf", oneOf("a", null), ["a", null], ["b", undefined, 0]],
  ["either", either(boolean, text(1)), [true, "a"], ["ab", 1]],
  ["list", list(boolean, 2), [[], [true], [true, false]], [[1], [true, true, true], { 0: true, length: 1 }, null]],
  [
    "object",
    object({ a: boolean }, { b: boolean }),
    [{ a: true }, { a: true, b: false }],
    [{}, { b: true }, { a: 1 }, { a: true, b: 1 }, { a: true, c: true }, [], null, JSON.parse('{"a":true,"__proto__":1}')],
  ],
  [
    "having",
    having({ a: boolean }, { b: boolean }),
    [{ a: true }, { a: true, b: false }, { a: true, c: 1 }],
    [{}, { b: true }, { a: 1 }, { a: true, b: 1 }, [], null, Object.create({ a: true })],
  ],
  [
    "mapping with bounds",
    mapping(boolean, { name: matching(/^[a-z]$/), max: 2 }),
    [{}, { a: true, b: false }],
    [{ ab: true }, { a: 1 }, { a: true, b: true, c: true }],
  ],
  ["mapping", mapping(boolean), [{}, { a: true, b: false }], [{ a: 1 }, [true], null]],
  ["no inherited fields", object({ toString: boolean }), [{ toString: true }], [{}, Object.create({ toString: true })]],
];

for (const [name, check, good, bad] of TABLE) {
  test(name, () => {
    for (const value of good) equal(check(value), true, `${JSON.stringify(value)} is good`);
    for (const value of bad) equal(check(value), false, `${JSON.stringify(value)} is bad`);
  });
}

test("isObject", () => {
  equal([{}, [], null, "", 1].map(isObject), [true, false, false, false, false]);
});
