import { equal, ok, test } from "../harness.js";
import { ManualClock } from "../clock.js";
import { Bucket } from "../../../static/js/lib/bucket.js";
import { BUDGET, OwnHand } from "../../../static/js/signaling/own-hand.js";

/** Bob's page. @param {AbortSignal} signal */
function bob(signal) {
  const clock = new ManualClock();
  const people = /** @type {any} */ ({ epoch: "e1", self: "bob", hands: [] });
  const line = { isOpen: true };
  /** @type {[at: number, raised: boolean][]} */
  const sent = [];
  const client = { send: (/** @type {any} */ { raised }) => (line.isOpen && sent.push([clock.now(), raised]), line.isOpen) };
  const hand = new OwnHand({ client, people, budget: new Bucket({ ...BUDGET, clock }), clock, signal });
  hand.follow();
  /** What was not done by Bob. @type {boolean[]} */
  const told = [];
  hand.addEventListener("change", (event) => !Reflect.get(event, "detail").asked && told.push(hand.isRaised));
  /** The server says whose hands are raised. */
  const tell = (/** @type {string[]} */ hands, epoch = people.epoch, self = people.self) => {
    Object.assign(people, { hands, epoch, self });
    hand.follow();
  };
  return { clock, line, sent, told, hand, tell };
}

test("a hand is shown as asked, and sent again until the server says so", ({ signal }) => {
  const { clock, sent, told, hand, tell } = bob(signal);
  hand.isRaised = true;
  ok(hand.isRaised);
  tell(["alice"]);
  ok(hand.isRaised);
  clock.advance(5000);
  tell(["alice", "bob"]);
  clock.advance(60_000);
  equal(sent, [[0, true], [5000, true]]);
  equal(told, []);
});

test("what is asked while there is no line is sent when there is one", ({ signal }) => {
  const { clock, line, sent, hand } = bob(signal);
  line.isOpen = false;
  hand.isRaised = true;
  clock.advance(1500);
  line.isOpen = true;
  clock.advance(1000);
  equal(sent, [[2000, true]]);
});

test("a hand that a host lowers is down, and this is told once", ({ signal }) => {
  const { clock, sent, told, hand, tell } = bob(signal);
  hand.isRaised = true;
  tell(["bob"]);
  tell([]);
  tell([]);
  equal([hand.isRaised, told], [false, [false]]);
  hand.isRaised = true;
  tell(["bob"]);
  hand.isRaised = false;
  tell([]);
  equal(told, [false]);
  clock.advance(60_000);
  equal(sent, [[0, true], [0, true], [0, false]]);
});

test("a hand that is lowered before the server has said that it is up, is lowered", ({ signal }) => {
  const { clock, sent, told, hand, tell } = bob(signal);
  hand.isRaised = true;
  hand.isRaised = false;
  tell(["bob"]);
  tell([]);
  clock.advance(60_000);
  equal(sent, [[0, true], [0, false]]);
  equal([hand.isRaised, told], [false, []]);
});

test("what waits for the budget is sent, whatever the server says meanwhile", ({ signal }) => {
  const { clock, sent, hand, tell } = bob(signal);
  for (const raised of [true, false, true, false]) hand.isRaised = raised;
  tell([]);
  tell(["bob"]);
  clock.advance(3000);
  tell([]);
  clock.advance(60_000);
  equal(sent.map(([, raised]) => raised), [true, false, true, false]);
  equal(hand.isRaised, false);
});

test("what changes nothing for the server is not sent for ever", ({ signal }) => {
  const { clock, line, sent, hand } = bob(signal);
  line.isOpen = false;
  hand.isRaised = true;
  hand.isRaised = false;
  line.isOpen = true;
  clock.advance(60_000);
  equal(sent.map(([, raised]) => raised), [false]);
});

test("a server that has lost the hand is told again, whether it is up or down", ({ signal }) => {
  const { clock, sent, hand, tell } = bob(signal);
  hand.isRaised = true;
  tell(["bob"]);
  tell([], "e2");
  ok(hand.isRaised);
  tell(["bob"]);
  hand.isRaised = false;
  tell([]);
  clock.advance(3000);
  tell(["bob"], "e3");
  equal(hand.isRaised, false);
  equal(sent.map(([, raised]) => raised), [true, true, false, false]);
});

test("a page that is somebody new raises the hand again, and one that was loaded anew takes what the server says", ({ signal }) => {
  const { sent, hand, tell } = bob(signal);
  hand.isRaised = true;
  tell(["bob"]);
  tell(["bob"], "e1", "bob2");
  equal(sent.map(([, raised]) => raised), [true, true]);
  const reloaded = bob(signal);
  reloaded.tell(["bob"]);
  equal([reloaded.hand.isRaised, reloaded.told], [true, [true]]);
  equal(reloaded.sent, []);
});

test("whoever plays with the key sends within the budget, and the last one counts", ({ signal }) => {
  const { clock, sent, hand, tell } = bob(signal);
  for (let turn = 0; turn < 9; turn += 1) hand.isRaised = turn % 2 === 0;
  equal(sent.length, 3);
  clock.advance(3000);
  equal(sent.at(-1), [3000, true]);
  tell(["bob"]);
  clock.advance(60_000);
  equal(sent.length, 4);
});
