import { equal, ok, test } from "../../harness.js";
import { TileOrder } from "../../../../static/js/meeting/stage/order.js";

/** @param {string} keys one letter each */
function order(keys) {
  const order = new TileOrder();
  order.update([...keys]);
  return order;
}

test("tiles stay in the order in which they came", () => {
  const tiles = order("abc");
  tiles.update(["d", "c", "a"]);
  equal(tiles.keys, ["a", "c", "d"]);
});

test("whoever is brought changes places with the one who was quiet longest, and nobody else", () => {
  const tiles = order("abcd");
  tiles.note(["b"], 1);
  tiles.note(["c"], 2);
  tiles.note(["a"], 3);
  ok(tiles.bring("d", ["a", "b", "c"], 10));
  equal(tiles.keys, ["a", "d", "c", "b"]);
});

test("of those who never spoke, the last gives the place", () => {
  const tiles = order("abcde");
  tiles.note(["a"], 1);
  ok(tiles.bring("e", ["a", "b", "c"], 10));
  equal(tiles.keys, ["a", "b", "e", "d", "c"]);
});

test("nobody is brought again within four seconds, or where nobody can give the place", () => {
  const tiles = order("abcd");
  ok(!tiles.bring("c", [], 0));
  ok(tiles.bring("c", ["a", "b"], 0));
  ok(!tiles.bring("d", ["a", "c"], 3999));
  ok(tiles.bring("d", ["a", "c"], 4000));
});
