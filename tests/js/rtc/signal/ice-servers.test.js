import { equal, nextTask, test } from "../../harness.js";
import { IceServers } from "../../../../static/js/rtc/signal/ice-servers.js";
import { ManualClock } from "../../clock.js";

/** @import { Ice } from "../../../../static/js/signaling/protocol.js" */

const RELAY = { urls: ["turn:turn.example.org"], username: "1", credential: "c" };
const FRESH = { urls: ["turn:turn.example.org"], username: "2", credential: "c" };

/**
 * @param {AbortSignal} signal
 * @param {Ice} ice
 */
function servers(signal, ice) {
  const clock = new ManualClock();
  const asked = { count: 0 };
  const refresh = () => void (asked.count += 1);
  return { clock, asked, servers: new IceServers({ ice, certificates: [], refresh, clock, signal }) };
}

test("a relay can be tried alone only where there is one, and the room does not do so anyway", ({ signal }) => {
  /** @type {[Ice, boolean][]} */
  const table = [
    [{ servers: [], policy: "all" }, false],
    [{ servers: [{ urls: "stun:stun.example.org" }], policy: "all" }, false],
    [{ servers: [RELAY], policy: "all" }, true],
    [{ servers: [{ ...RELAY, urls: "turns:turn.example.org" }], policy: "all" }, true],
    [{ servers: [RELAY], policy: "relay" }, false],
    [{ servers: [RELAY], policy: "direct" }, false],
  ];
  for (const [ice, expected] of table) equal(servers(signal, ice).servers.canRelay, expected, JSON.stringify(ice));
});

test("credentials that are minutes old are replaced before they are used, once for all who wait", async ({ signal }) => {
  const { clock, asked, servers: ours } = servers(signal, { servers: [RELAY], policy: "all" });
  clock.advance(180_000);
  await ours.fresh();
  equal([ours.isStale, asked.count], [false, 0]);
  clock.advance(1);
  const waits = [ours.fresh(), ours.fresh()];
  equal([ours.isStale, asked.count], [true, 1]);
  ours.replace({ servers: [FRESH], policy: "all" });
  await Promise.all(waits);
  equal(ours.configuration().iceServers, [FRESH]);
  equal([ours.isStale, clock.pending], [false, 0]);
});

test("a server that is away does not hold up a restart", async ({ signal }) => {
  const { clock, asked, servers: ours } = servers(signal, { servers: [RELAY], policy: "all" });
  clock.advance(200_000);
  let settled = false;
  void ours.fresh().then(() => (settled = true));
  clock.advance(1999);
  await nextTask();
  equal(settled, false);
  clock.advance(1);
  await nextTask();
  equal(settled, true);
  void ours.fresh();
  equal(asked.count, 2, "asked again");
});

test("whoever waits for servers when the call ends waits no longer", async ({ signal }) => {
  const lifetime = new AbortController();
  const { clock, asked, servers: ours } = servers(AbortSignal.any([signal, lifetime.signal]), { servers: [RELAY], policy: "all" });
  clock.advance(200_000);
  const wait = ours.fresh();
  lifetime.abort();
  await wait;
  await ours.fresh();
  equal(asked.count, 1);
});

test("without relays there is nothing that gets old", async ({ signal }) => {
  const { clock, asked, servers: ours } = servers(signal, { servers: [], policy: "all" });
  clock.advance(9_000_000);
  await ours.fresh();
  equal(asked.count, 0);
});

test("relays only, for a while", ({ signal }) => {
  const { servers: ours } = servers(signal, { servers: [RELAY], policy: "all" });
  equal(ours.configuration({ relayOnly: true }).iceTransportPolicy, "relay");
  equal(ours.configuration().iceTransportPolicy, "all");
});

test("a browser is told to use relays alone where the room says so, and where there is nothing else to try", ({ signal }) => {
  const transport = (/** @type {Ice["policy"]} */ policy) => {
    const { servers: ours } = servers(signal, { servers: [RELAY], policy });
    return [false, true].map((relayOnly) => ours.configuration({ relayOnly }).iceTransportPolicy);
  };
  equal(transport("all"), ["all", "relay"]);
  equal(transport("relay"), ["relay", "relay"]);
  equal(transport("direct"), ["all", "all"]);
});
