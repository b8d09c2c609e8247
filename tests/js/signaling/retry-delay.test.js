import { equal, test } from "../harness.js";
import { RetryDelay } from "../../../static/js/signaling/retry-delay.js";

test("each attempt may wait twice as long as the one before, until the server has accepted us", () => {
  const delay = new RetryDelay(() => 0.5);
  equal(Array.from({ length: 6 }, () => delay.next("retry")), [500, 1000, 2000, 4000, 7500, 7500]);
  delay.reset();
  equal(delay.next("retry"), 500);
});

test("a worker that ends is left at once, one that was flooded much later", () => {
  const delay = new RetryDelay(() => 0.5);
  equal([delay.next("now"), delay.next("slowly"), delay.next("afresh")], [150, 6000, 2000]);
});
