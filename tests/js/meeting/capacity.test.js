import { equal, test } from "../harness.js";
import { isTight, roomForMore, tightness, weakest } from "../../../static/js/meeting/capacity.js";

const room = (/** @type {number} */ count, name = "Bob", self = false) => ({ count, name, self });

test("a room is as large as its weakest member", () => {
  equal([weakest([]), weakest([room(3, "Alice"), room(1), room(5, "Carol")])?.name], [null, "Bob"]);
});

test("the weakest is named when there is little room", () => {
  const table = /** @type {const} */ ([
    [5, false, "Room for about 5 more with video."],
    [1, false, "Room for about 1 more with video. The line or computer of Bob can take the least."],
    [0, false, "No room for more with video. The line or computer of Bob can take the least."],
    [0, true, "No room for more with video. Yours is the line or computer that can take the least."],
  ]);
  for (const [count, self, words] of table) equal(roomForMore(room(count, "Bob", self)), words);
});

test("a warning holds until there is room again", () => {
  equal([0, 1, 2].map((count) => isTight(room(count))), [true, true, false]);
  equal(tightness(room(0)), "The line or computer of Bob is at its limit: one more with video makes the pictures worse.");
});
