import { equal, test } from "../harness.js";
import { ManualClock } from "../clock.js";
import { Typing } from "../../../static/js/chat/typing.js";

/** @param {AbortSignal} signal */
function begun(signal) {
  const clock = new ManualClock();
  /** @type {string[][]} */
  const shown = [];
  const typing = new Typing({ changed: () => shown.push(typing.in("")), clock, signal });
  return { typing, clock, shown };
}

test("others are told every few seconds that we type, and at once after something was sent", ({ signal }) => {
  const { typing, clock } = begun(signal);
  equal([typing.begin(), typing.begin()], [true, false]);
  clock.advance(2999);
  equal(typing.begin(), false);
  clock.advance(1);
  equal([typing.begin(), typing.begin()], [true, false]);
  typing.end();
  equal(typing.begin(), true);
});

test("somebody types until they have sent it, or say no more for a while", ({ signal }) => {
  const { typing, clock, shown } = begun(signal);
  for (const id of ["alice", "carol"]) typing.hear(id, false);
  equal(shown.at(-1), ["alice", "carol"]);
  typing.forget("alice");
  equal(typing.in(""), ["carol"]);
  clock.advance(4000);
  typing.hear("carol", false);
  clock.advance(4999);
  equal(shown.at(-1), ["carol"]);
  clock.advance(1);
  equal(shown.at(-1), []);
});

test("who types to us alone is seen in the conversation with them, and nowhere else", ({ signal }) => {
  const { typing } = begun(signal);
  typing.hear("alice", true);
  typing.hear("carol", false);
  equal(["", "alice", "carol"].map((peer) => typing.in(peer)), [["carol"], ["alice"], []]);
});
