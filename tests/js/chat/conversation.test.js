import { equal, test } from "../harness.js";
import { ManualClock } from "../clock.js";
import { Conversation } from "../../../static/js/chat/conversation.js";

const ALICE = "A".repeat(22);

/** What a peer has who has so many entries of Alice's. @param {number} last */
const vector = (last) => [{ author: ALICE, last, id: `${last}`.padEnd(22, "_") }];

/** @param {AbortSignal} signal */
function begun(signal) {
  const clock = new ManualClock();
  /** @type {string[]} */
  const asked = [];
  const conversation = new Conversation({ peer: "", want: (id) => asked.push(id), clock, signal });
  /** The next entry of Alice's. */
  const add = () => {
    const content = /** @type {any} */ ({ ...conversation.log.next(ALICE), time: 0, to: "", kind: "message", about: "", text: "hello" });
    return conversation.log.add({ id: `${content.number}`.padEnd(22, "_"), text: JSON.stringify(content), signature: "", content }, "alice");
  };
  return { conversation, clock, asked, add };
}

test("what is missing is asked of one peer at a time, and of the next one when the first is silent", ({ signal }) => {
  const { conversation, clock, asked } = begun(signal);
  for (const id of ["bob", "carol", "dave"]) conversation.compare(id, vector(2), false);
  equal(asked, ["bob"]);
  clock.advance(999);
  equal(asked, ["bob"]);
  clock.advance(1);
  equal(asked, ["bob", "carol"]);
  conversation.drop("carol");
  equal(asked, ["bob", "carol", "dave"]);
});

test("a peer whose answer goes on is waited for, and the others are not asked for what it has brought", ({ signal }) => {
  const { conversation, clock, asked, add } = begun(signal);
  for (const id of ["bob", "carol"]) conversation.compare(id, vector(3), false);
  for (const ms of [900, 900]) {
    equal(add(), "new");
    clock.advance(ms);
  }
  equal([add(), asked], ["new", ["bob"]]);
  conversation.compare("bob", vector(3), true);
  clock.advance(5000);
  equal(asked, ["bob"]);
});

test("what is missing after an answer was refused, and is not asked of that peer again", ({ signal }) => {
  const { conversation, clock, asked } = begun(signal);
  conversation.compare("bob", vector(2), false);
  conversation.compare("bob", vector(2), true);
  clock.advance(5000);
  equal(asked, ["bob"]);
  conversation.compare("bob", vector(3), false);
  equal(asked, ["bob", "bob"]);
});

test("only the first answer is history, and only of the peer that was asked, for some seconds", ({ signal }) => {
  const { conversation, clock } = begun(signal);
  const histories = () => ["bob", "carol"].map((id) => conversation.isHistoryFrom(id));
  equal(histories(), [false, false]);
  conversation.compare("bob", vector(2), false);
  equal(histories(), [true, false]);
  conversation.compare("bob", vector(2), true);
  conversation.ask("bob");
  equal(histories(), [false, false]);
  const late = begun(signal);
  late.clock.advance(3000);
  late.conversation.ask("bob");
  equal([late.conversation.isHistoryFrom("bob"), clock.pending > 0], [false, true]);
});

test("a conversation that rests asks only whoever says again what they have", ({ signal }) => {
  const { conversation, clock, asked } = begun(signal);
  for (const id of ["bob", "carol"]) conversation.compare(id, vector(2), false);
  conversation.rest();
  clock.advance(5000);
  equal(asked, ["bob"]);
  conversation.compare("dave", vector(2), false);
  clock.advance(5000);
  equal(asked, ["bob", "dave"]);
});
