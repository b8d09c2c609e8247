import { equal, ok, test } from "../harness.js";
import { KeptIds } from "../../../static/js/lib/kept-ids.js";

/** @param {Map<string, string>} [items] */
function storage(items = new Map()) {
  return {
    getItem: (/** @type {string} */ key) => items.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void items.set(key, value),
  };
}

test("an id that is kept stays so over a reload, under its key, until it is taken out", () => {
  const kept = storage();
  const ids = new KeptIds(kept, "some:room");
  /** @type {object[]} */
  const changes = [];
  ids.addEventListener("change", (event) => changes.push(Reflect.get(event, "detail")));
  ids.set("mallory", true);
  equal([new KeptIds(kept, "some:room").has("mallory"), new KeptIds(kept, "some:other").has("mallory"), ids.has("alice")], [true, false, false]);
  ids.set("mallory", false);
  equal(new KeptIds(kept, "some:room").has("mallory"), false);
  ids.set("bob", true);
  equal([...new KeptIds(kept, "some:room")], ["bob"]);
  equal(changes, [{ id: "mallory", on: true }, { id: "mallory", on: false }, { id: "bob", on: true }]);
});

test("what is stored may be anything, and storage may be blocked", () => {
  for (const value of ["", "{", "null", '"mallory"', "[1]", '["<>"]'])
    ok(!new KeptIds(storage(new Map([["some:room", value]])), "some:room").has("mallory"), value);
  const blocked = new KeptIds({ getItem: () => null, setItem: () => { throw new Error("full"); } }, "some:room");
  blocked.set("mallory", true);
  ok(blocked.has("mallory"));
});

test("those that were added first are forgotten first", () => {
  const ids = new KeptIds(storage(), "some:room");
  for (let number = 0; number <= 200; number += 1) ids.set(`p${number}`, true);
  equal([ids.has("p0"), ids.has("p1"), ids.has("p200")], [false, true, true]);
});
