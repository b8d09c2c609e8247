import { delay, equal, ok, test, until } from "../harness.js";
import { BEGINNING } from "../../../static/js/rtc/grade.js";
import { Pairs } from "../../../static/js/rtc/pairs.js";
import { ManualClock } from "../clock.js";
import { connected, peerOf, Wire } from "./wire.js";

/** @import { Pairs as Told } from "../../../static/js/channels/control.js" */
/** @import { Grade } from "../../../static/js/rtc/grade.js" */
/** @import { Standing } from "../../../static/js/rtc/pairs.js" */

/**
 * @param {string} id
 * @param {Grade | null} grade
 * @param {Partial<Standing>} [more]
 * @returns {Standing}
 */
function standing(id, grade, more = {}) {
  return { id, state: "connected", isRelayed: false, line: { ...BEGINNING, grade }, ...more };
}

/** Alice, her pairs, and what she has told of them. @param {AbortSignal} signal */
function alice(signal) {
  const clock = new ManualClock();
  /** @type {Map<string, Standing>} */
  const peers = new Map();
  /** @type {Told[]} */
  const told = [];
  new Pairs({ peers, say: (news) => told.push(news), cores: 8, clock, signal });
  const set = (/** @type {Standing[]} */ ...standings) => standings.forEach((one) => peers.set(one.id, one));
  return { clock, peers, told, set };
}

test("those that are connected and known are told, in order", ({ signal }) => {
  const { clock, told, set } = alice(signal);
  set(standing("dave", "poor"), standing("bob", "good", { isRelayed: true }), standing("carol", null), standing("erin", "good", { state: "failed" }));
  clock.advance(1000);
  const pairs = [
    { id: "bob", grade: "good", relayed: true },
    { id: "dave", grade: "poor", relayed: false },
  ];
  equal(told, [{ pairs, headroom: null }]);
});

test("only what has changed is told, and at most every two seconds", ({ signal }) => {
  const { clock, told, set } = alice(signal);
  clock.advance(10_000);
  equal(told.length, 0, "nothing of nobody");
  set(standing("bob", "good"));
  clock.advance(1000);
  set(standing("bob", "fair"));
  clock.advance(1000);
  equal(told.map(({ pairs }) => pairs[0]?.grade), ["good"]);
  clock.advance(1000);
  equal(told.map(({ pairs }) => pairs[0]?.grade), ["good", "fair"]);
  clock.advance(60_000);
  equal(told.length, 2);
});

test("of a crowd, as many are named as may be", ({ signal }) => {
  const { clock, told, set } = alice(signal);
  set(...Array.from({ length: 70 }, (_, index) => standing(`p${index}`, "good")));
  clock.advance(1000);
  equal(told[0]?.pairs.length, 64);
});

test("everybody is told how the pairs of the others are; nonsense is dropped, and nothing is done about any of it", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  const [alice, bob, carol] = await Promise.all(["alice", "bob", "carol"].map((id) => wire.join(id)));
  await connected(...[alice, bob, carol].flatMap(({ peers }) => [...peers.values()]));
  const names = () => peerOf(alice, "bob").pairs?.pairs.map(({ id }) => id).join();
  await until(() => names() === "alice,carol", "Bob has told of both");
  ok(bob.pairs?.pairs.every(({ grade, relayed }) => grade === "good" && !relayed));
  wire.said = [];
  const before = peerOf(alice, "bob").pairs;
  peerOf(bob, "alice").announce({ type: "pairs", pairs: [{ id: "bob", grade: "poor", relayed: false }], headroom: 0 });
  peerOf(bob, "alice").announce(/** @type {any} */ ({ type: "pairs", pairs: [{ id: "carol", grade: "awful", relayed: false }], headroom: 0 }));
  peerOf(bob, "alice").announce({ type: "pairs", pairs: [], headroom: 1000 });
  await delay(100);
  equal(peerOf(alice, "bob").pairs, before);
  equal([wire.said, [...alice.peers.values()].map(({ state }) => state)], [[], ["connected", "connected"]]);
});
