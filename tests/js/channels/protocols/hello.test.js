import { equal, test } from "../../harness.js";
import { commonVersion } from "../../../../static/js/channels/protocols/hello.js";

test("the highest version that both sides speak is spoken", () => {
  equal(commonVersion("chat", [1, 2], { chat: [1, 2, 3] }), 2);
  equal(commonVersion("chat", [2, 1], { chat: [1], files: [2] }), 1);
});

test("a protocol is not spoken that the other side does not name, or in no version of ours", () => {
  equal(commonVersion("chat", [1, 2], { chat: [3] }), null);
  equal(commonVersion("chat", [1], { chat: [] }), null);
  equal(commonVersion("chat", [1], { files: [1] }), null);
  equal(commonVersion("constructor", [1], {}), null);
});
