import { equal, test } from "../harness.js";
import { backoff } from "../../../static/js/lib/backoff.js";

test("doubles up to its cap, with full jitter", () => {
  equal([0, 1, 2, 3, 4, 5, 50].map((attempt) => backoff(attempt, () => 0.5)), [500, 1000, 2000, 4000, 7500, 7500, 7500]);
  equal(backoff(3, () => 0), 0);
  equal(backoff(9, () => 0.999, { baseMs: 10, capMs: 100 }), 99.9);
});
