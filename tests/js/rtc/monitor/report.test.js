import { equal, test, until } from "../../harness.js";
import { Report, summary } from "../../../../static/js/rtc/monitor/report.js";
import { BEGINNING } from "../../../../static/js/rtc/stats/grade.js";
import { ManualClock } from "../../clock.js";
import { connected, peerOf, Wire } from "../wire.js";

/** @import { PeerView } from "../../../../static/js/rtc/monitor/report.js" */
/** @import { Summary } from "../../../../static/js/signaling/protocol.js" */

const WELL = { isRelayed: false, isSilent: false, quality: { ...BEGINNING, grade: /** @type {const} */ ("good") } };
const BOB = /** @type {const} */ ({ ...WELL, id: "bob", state: "connected" });
const CAROL = /** @type {const} */ ({ ...WELL, id: "carol", state: "connected" });

/** Alice, her pairs, and what the server has heard of them. @param {AbortSignal} signal */
function alice(signal) {
  const clock = new ManualClock();
  /** @type {Map<string, PeerView>} */
  const peers = new Map();
  /** @type {Summary[]} */
  const heard = [];
  const line = { isOpen: true };
  const send = (/** @type {Summary} */ said) => line.isOpen && heard.push(said) > 0;
  const report = new Report({ peers, send, clock, signal });
  const set = (/** @type {PeerView[]} */ ...standings) => standings.forEach((one) => peers.set(one.id, one));
  return { clock, peers, heard, line, report, set };
}

test("every standing of a pair has its place", () => {
  const table = /** @type {const} */ ([
    ["new", {}, [0, 0, [], []]],
    ["connecting", {}, [0, 0, [], []]],
    ["connected", {}, [1, 0, [], []]],
    ["connected", { isRelayed: true }, [1, 1, [], []]],
    ["connected", { isSilent: true }, [1, 0, [], ["bob"]]],
    ["reconnecting", { isSilent: true }, [0, 0, ["bob"], []]],
    ["failed", { isSilent: true }, [0, 0, ["bob"], []]],
    ["closed", {}, [0, 0, [], []]],
  ]);
  for (const [state, more, [connected, relayed, unreached, silent]] of table) {
    const { pairs, ...counts } = summary([{ ...BOB, ...more, state }]);
    equal(counts, { connected, relayed, unreached, silent }, state);
    equal(pairs, connected ? [{ id: "bob", relayed: relayed === 1, grade: "good" }] : [], state);
  }
});

test("each pair has a grade, once it is known", () => {
  equal(summary([CAROL, { ...BOB, isRelayed: true, quality: BEGINNING }]).pairs, [
    { id: "bob", relayed: true, grade: undefined },
    { id: "carol", relayed: false, grade: "good" },
  ]);
});

test("of a crowd, as many are named as the server takes", () => {
  const crowd = Array.from({ length: 65 }, (_, index) => /** @type {const} */ ({ ...WELL, id: `p${index}`, state: "failed" }));
  equal(summary(crowd).unreached.length, 64);
  const { connected, pairs } = summary(crowd.map((one) => ({ ...one, state: "connected" })));
  equal([connected, pairs?.length], [64, 64]);
});

test("a connection that gets worse is a change", ({ signal }) => {
  const { clock, heard, set } = alice(signal);
  set(BOB);
  clock.advance(1000);
  set({ ...BOB, quality: { ...BEGINNING, grade: "poor" } });
  clock.advance(5000);
  equal(heard.map(({ pairs }) => pairs?.[0].grade), ["good", "poor"]);
});

test("who is alone has nothing to say", ({ signal }) => {
  const { clock, heard } = alice(signal);
  clock.advance(120_000);
  equal(heard, []);
});

test("a change is said, but not more often than the server likes", ({ signal }) => {
  const { clock, heard, set } = alice(signal);
  set(BOB);
  clock.advance(1000);
  equal(heard.map(({ connected }) => connected), [1]);
  set(CAROL);
  clock.advance(4000);
  equal(heard.length, 1);
  clock.advance(1000);
  equal(heard.map(({ connected }) => connected), [1, 2]);
  clock.advance(120_000);
  equal(heard.length, 2, "all is well, and was said");
});

test("what is wrong is said again, until it is right", ({ signal }) => {
  const { clock, heard, set } = alice(signal);
  set(BOB, { ...CAROL, isSilent: true });
  clock.advance(61_000);
  equal(heard.map(({ silent }) => silent.join()), ["carol", "carol", "carol"]);
  set(CAROL);
  clock.advance(61_000);
  equal(heard.map(({ silent }) => silent.join()), ["carol", "carol", "carol", ""]);
});

test("after a resume it is said at once, to a server that knows nothing", ({ signal }) => {
  const { clock, heard, line, report, set } = alice(signal);
  set(BOB);
  clock.advance(1000);
  line.isOpen = false;
  clock.advance(3000);
  line.isOpen = true;
  report.renew();
  clock.advance(1000);
  equal(heard.map(({ connected }) => connected), [1, 1]);
});

test("what could not be said is not taken for said", ({ signal }) => {
  const { clock, heard, line, set } = alice(signal);
  line.isOpen = false;
  set(BOB);
  clock.advance(10_000);
  line.isOpen = true;
  clock.advance(1000);
  equal(heard.map(({ connected }) => connected), [1]);
});

test("a mesh tells how its pairs stand, and again after each welcome", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  /** @type {Summary[]} */
  const heard = [];
  await wire.join("alice");
  const bob = await wire.join("bob", { report: (/** @type {Summary} */ said) => heard.push(said) > 0 });
  await connected(peerOf(bob, "alice"));
  await until(() => heard.length === 1, "said");
  const { pairs, ...counts } = heard[0];
  equal(counts, { connected: 1, relayed: 0, unreached: [], silent: [] });
  equal(pairs?.map(({ id, relayed }) => [id, relayed]), [["alice", false]]);
  await bob.reconcile(wire.roster, { offer: true });
  await until(() => heard.length === 2, "said again");
  bob.close();
  wire.clock.advance(60_000);
  equal(heard.length, 2);
});
