import { equal, test } from "../harness.js";
import { Pace } from "../../../static/js/lib/pace.js";

test("a pace is the mean of the last seconds, and none when nothing comes", () => {
  const pace = new Pace();
  equal(pace.rate(0), 0);
  pace.note(0, 0);
  pace.note(50, 100);
  equal(pace.rate(100), 0);
  pace.note(1000, 1000);
  equal(pace.rate(1000), 1000);
  for (let second = 2; second <= 10; second += 1) pace.note(1000 + (second - 1) * 500, second * 1000);
  equal([pace.rate(10_000), pace.rate(20_000)], [500, 0]);
});
