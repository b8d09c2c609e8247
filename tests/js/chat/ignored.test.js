import { equal, ok, test } from "../harness.js";
import { Ignored } from "../../../static/js/chat/ignored.js";

/** @param {Map<string, string>} [items] */
function storage(items = new Map()) {
  return { getItem: (/** @type {string} */ key) => items.get(key) ?? null, setItem: (/** @type {string} */ key, /** @type {string} */ value) => void items.set(key, value) };
}

test("who is ignored stays so over a reload, in that room, until it is taken back", () => {
  const kept = storage();
  const ignored = new Ignored(kept, "room");
  /** @type {object[]} */
  const changes = [];
  ignored.addEventListener("change", (event) => changes.push(Reflect.get(event, "detail")));
  ignored.set("mallory", true);
  equal([new Ignored(kept, "room").has("mallory"), new Ignored(kept, "other").has("mallory"), ignored.has("alice")], [true, false, false]);
  ignored.set("mallory", false);
  equal(new Ignored(kept, "room").has("mallory"), false);
  equal(changes, [{ id: "mallory", on: true }, { id: "mallory", on: false }]);
});

test("what is stored may be anything, and storage may be blocked", () => {
  for (const value of ["", "{", "null", '"mallory"', "[1]", '["<>"]']) ok(!new Ignored(storage(new Map([["ignored:room", value]])), "room").has("mallory"), value);
  const blocked = new Ignored({ getItem: () => null, setItem: () => { throw new Error("full"); } }, "room");
  blocked.set("mallory", true);
  ok(blocked.has("mallory"));
});

test("those ignored first are forgotten first", () => {
  const ignored = new Ignored(storage(), "room");
  for (let number = 0; number <= 200; number += 1) ignored.set(`p${number}`, true);
  equal([ignored.has("p0"), ignored.has("p1"), ignored.has("p200")], [false, true, true]);
});
