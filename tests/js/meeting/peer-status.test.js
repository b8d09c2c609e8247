import { equal, ok, test } from "../harness.js";
import { brief, condition, videoNote } from "../../../static/js/meeting/peer-status.js";

test("a connected pair has nothing to say", () => {
  equal(condition({ state: "connected", reason: null }, "Bob", true), "");
  equal(brief("connected", false), "");
});

test("a pair that fails says which and why", () => {
  for (const reason of /** @type {const} */ (["unanswered", "unreachable", "interrupted", "incompatible"])) {
    ok(condition({ state: "failed", reason }, "Bob", false).includes("Bob"), reason);
  }
});

test("while we wait, it says for what", () => {
  equal(condition({ state: "connecting", reason: null }, "Bob", false), "Connecting…");
  equal(condition({ state: "reconnecting", reason: "interrupted" }, "Bob", false), "Reconnecting…");
  equal(condition({ state: "reconnecting", reason: "interrupted" }, "Bob", true), "Bob has lost the connection. Waiting…");
  equal([brief("new", false), brief("connected", true), brief("failed", true)], ["connecting", "reconnecting", "not connected"]);
});

test("a picture that is not shown says why, and what one wants oneself goes before what the line carries", () => {
  const slow = "The line is too slow for a picture. It comes back by itself.";
  for (const mode of /** @type {const} */ (["none", "save"])) equal([videoNote(mode, false), videoNote(mode, true)], ["", slow], mode);
  for (const withheld of [false, true]) equal(videoNote("audio", withheld), "Audio only: the picture is off");
});
