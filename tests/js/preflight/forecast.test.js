import { equal, test } from "../harness.js";
import { forecast } from "../../../static/js/preflight/forecast.js";

test("each further person costs a picture and a sound, and a quarter is kept free", () => {
  equal([0, 500, 933, 934, 2000, 5000, 20_000].map(forecast), [1, 1, 1, 2, 3, 6, 22]);
});
