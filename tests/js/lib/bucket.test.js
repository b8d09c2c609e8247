import { equal, test } from "../harness.js";
import { Bucket } from "../../../static/js/lib/bucket.js";
import { ManualClock } from "../clock.js";

test("a burst at once, then the rate", () => {
  const clock = new ManualClock();
  const bucket = new Bucket({ rate: 10, burst: 5, clock });
  equal([bucket.take(3), bucket.take(3), bucket.take(1)], [3, 2, 0]);
  equal(bucket.wait(), 100);
  clock.advance(250);
  equal([bucket.wait(), bucket.take(9)], [0, 2]);
  clock.advance(60_000);
  equal(bucket.take(9), 5);
});
