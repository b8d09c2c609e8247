import { equal, test } from "../harness.js";
import { Ignored } from "../../../static/js/chat/ignored.js";
import { tab } from "../files/people.js";

test("who is ignored stays so over a reload, in that room", () => {
  const kept = tab();
  new Ignored(kept, "room").set("mallory", true);
  equal([new Ignored(kept, "room").has("mallory"), new Ignored(kept, "other").has("mallory")], [true, false]);
});
