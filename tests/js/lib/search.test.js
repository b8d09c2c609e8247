import { equal, test } from "../harness.js";
import { shownName } from "../../../static/js/lib/names.js";
import { folded } from "../../../static/js/lib/search.js";

test("case, accents and isolates make no difference to whoever searches", () => {
  equal(folded("  \u00c9va "), "eva");
  equal(folded(shownName({ name: "علي", role: "guest" }).name), folded("Guest علي"));
});
