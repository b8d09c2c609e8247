import { equal, test } from "../harness.js";
import { Excerpt, STEP } from "../../../static/js/ui/excerpt.js";

const items = (/** @type {number} */ count) => Array.from({ length: count }, (_, place) => ({ id: `${place}` }));
const ends = (/** @type {readonly {id: string}[]} */ shown) => [shown[0]?.id, shown.at(-1)?.id, shown.length];

test("the end of a list is shown, and more of it step by step", () => {
  const excerpt = new Excerpt();
  equal(ends(excerpt.end(items(1000))), ["900", "999", STEP]);
  equal(ends(excerpt.earlier(items(1000))), ["800", "999", 2 * STEP]);
  equal(ends(excerpt.of(items(1010))), ["800", "1009", 210]);
  equal(ends(excerpt.end(items(1010))), ["910", "1009", STEP]);
});

test("a short list is shown whole, and one of which nothing is left, not at all", () => {
  const excerpt = new Excerpt();
  equal(ends(excerpt.end(items(3))), ["0", "2", 3]);
  equal(ends(excerpt.earlier(items(3))), ["0", "2", 3]);
  equal(ends(excerpt.of([])), [undefined, undefined, 0]);
  equal(ends(excerpt.of(items(2))), ["0", "1", 2]);
});

test("of another list the end is shown", () => {
  const excerpt = new Excerpt();
  excerpt.end([{ id: "elsewhere" }]);
  equal(ends(excerpt.of(items(500))), ["400", "499", STEP]);
});
