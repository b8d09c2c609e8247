import { delay, equal, ok, test, until } from "../../harness.js";
import { BEGINNING } from "../../../../static/js/rtc/stats/grade.js";
import { Pairs } from "../../../../static/js/rtc/monitor/pairs.js";
import { ManualClock } from "../../clock.js";
import { after, seconds } from "../readings.js";
import { connected, peerOf, Wire } from "../wire.js";

/** @import { Pairs as PairsReport } from "../../../../static/js/channels/protocols/control.js" */
/** @import { Grade } from "../../../../static/js/rtc/stats/grade.js" */
/** @import { PeerView } from "../../../../static/js/rtc/monitor/pairs.js" */

/**
 * @param {string} id
 * @param {Grade | null} grade
 * @param {Partial<PeerView>} [more]
 * @returns {PeerView}
 */
function standing(id, grade, more = {}) {
  return { id, state: "connected", isRelayed: false, quality: { ...BEGINNING, grade }, ...more };
}

/** Alice, her pairs, and what she has told of them. @param {AbortSignal} signal */
function alice(signal) {
  const clock = new ManualClock();
  /** @type {Map<string, PeerView>} */
  const peers = new Map();
  /** @type {PairsReport[]} */
  const told = [];
  const load = { layers: 0, isLowered: false };
  new Pairs({ peers, send: (news) => told.push(news), cores: 8, load: () => load, clock, signal });
  const set = (/** @type {PeerView[]} */ ...standings) => standings.forEach((one) => peers.set(one.id, one));
  return { clock, peers, told, set, load };
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

test("where pictures are held down there is no room, and none for ten seconds after", ({ signal }) => {
  const { clock, told, set, load } = alice(signal);
  set(standing("bob", "good", { quality: after(seconds(6, { sent: { bytes: 125_000, frames: 25 }, path: { uplink: 5e6 } })) }));
  const rooms = () => told.map(({ headroom }) => headroom);
  clock.advance(5000);
  load.isLowered = true;
  clock.advance(5000);
  load.isLowered = false;
  clock.advance(9000);
  equal(rooms(), [3, 0]);
  clock.advance(2000);
  equal(rooms(), [3, 0, 3]);
  load.layers = 8;
  clock.advance(2000);
  equal(rooms().at(-1), 0, "layers take all");
});

test("everybody is told how the pairs of the others are; nonsense is dropped, and nothing is done about any of it", async ({ signal }) => {
  const wire = new Wire(signal);
  const stop = wire.run();
  const [alice, bob, carol] = await Promise.all(["alice", "bob", "carol"].map((id) => wire.join(id)));
  await connected(...[alice, bob, carol].flatMap(({ peers }) => [...peers.values()]));
  const names = () => peerOf(alice, "bob").pairs?.pairs.map(({ id }) => id).join();
  await until(() => names() === "alice,carol", "Bob has told of both");
  stop();
  ok(bob.pairs?.pairs.every(({ relayed }) => !relayed));
  wire.sent = [];
  const before = peerOf(alice, "bob").pairs;
  peerOf(bob, "alice").send({ type: "pairs", pairs: [{ id: "bob", grade: "poor", relayed: false }], headroom: 0 });
  peerOf(bob, "alice").send(/** @type {any} */ ({ type: "pairs", pairs: [{ id: "carol", grade: "awful", relayed: false }], headroom: 0 }));
  peerOf(bob, "alice").send({ type: "pairs", pairs: [], headroom: 1000 });
  await delay(100);
  equal(peerOf(alice, "bob").pairs, before);
  equal([wire.sent, [...alice.peers.values()].map(({ state }) => state)], [[], ["connected", "connected"]]);
});
