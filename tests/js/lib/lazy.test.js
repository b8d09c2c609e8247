import { equal, test } from "../harness.js";
import { Lazy } from "../../../static/js/lib/lazy.js";

test("what was loaded is kept, and what failed is tried again", async () => {
  let tries = 0;
  const lazy = new Lazy(async () => {
    tries += 1;
    if (tries === 1) throw new Error("no connection");
    return tries;
  });
  equal(await lazy.get().catch((error) => error.message), "no connection");
  equal(await Promise.all([lazy.get(), lazy.get()]), [2, 2]);
  equal([await lazy.get(), tries], [2, 2]);
});
