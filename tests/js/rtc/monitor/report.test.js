import { equal, test, until } from "../../harness.js";
import { Report, summary } from "../../../../static/js/rtc/monitor/report.js";
import { ManualClock } from "../../clock.js";
import { connected, peerOf, Wire } from "../wire.js";

/** @import { PeerView } from "../../../../static/js/rtc/monitor/report.js" */
/** @import { Summary } from "../../../../static/js/signaling/protocol.js" */

const WELL = { isRelayed: false, isSilent: false };
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
    equal(summary([{ ...BOB, ...more, state }]), { connected, relayed, unreached, silent }, state);
  }
});

test("of a crowd, as many are named as the server takes", () => {
  const crowd = Array.from({ length: 65 }, (_, index) => /** @type {const} */ ({ ...WELL, id: `p${index}`, state: "failed" }));
  equal(summary(crowd).unreached.length, 64);
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
  equal(heard[0], { connected: 1, relayed: 0, unreached: [], silent: [] });
  await bob.reconcile(wire.roster, { offer: true });
  await until(() => heard.length === 2, "said again");
  bob.close();
  wire.clock.advance(60_000);
  equal(heard.length, 2);
});
