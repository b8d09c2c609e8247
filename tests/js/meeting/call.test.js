import { equal, nextTask, test, until } from "../harness.js";
import { Call } from "../../../static/js/meeting/call.js";

/**
 * @import { Change } from "../../../static/js/signaling/people.js"
 * @import { Message, Report } from "../../../static/js/signaling/protocol.js"
 */

const SELF = /** @type {const} */ ({ id: "bob", name: "Bob", role: "member", link: "attached" });
const ALICE = /** @type {const} */ ({ id: "alice", name: "Alice", role: "owner", link: "attached" });

/** A line that records what is said on it, and whether it is corked. */
class FakeClient extends EventTarget {
  state = "open";
  corks = 0;
  /** @type {[string, number][]} what was said, and how many corks there were */
  said = [];
  /** @type {Report[]} */
  reports = [];
  /** Where what is said to the other arrives. @type {FakeClient | null} */
  other = null;

  cork() {
    this.corks += 1;
  }

  uncork() {
    this.corks -= 1;
  }

  check() {}

  /** @param {Message} message */
  send(message) {
    this.said.push([message.type, this.corks]);
    if (message.type === "report") this.reports.push(message);
    if (message.type === "signal")
      this.other?.dispatchEvent(new CustomEvent("signal", { detail: { ...message, from: message.to === "bob" ? "alice" : "bob" } }));
    return true;
  }
}

/**
 * Bob's call, as far as the line and the pairs are concerned.
 *
 * @param {AbortSignal} signal
 * @param {{self?: string, takesPairs?: boolean}} [options]
 */
function call(signal, { self = "bob", takesPairs = true } = {}) {
  const client = new FakeClient();
  const people = Object.assign(new EventTarget(), {
    self,
    takesPairs,
    present: new Map([SELF, ALICE].map((one) => [one.id, one])),
    waiting: new Map(),
    ice: { servers: [], policy: "all" },
    may: () => false,
  });
  const local = Object.assign(new EventTarget(), { sending: () => null });
  const dataSaver = Object.assign(new EventTarget(), { mode: "none" });
  const made = new Call(
    /** @type {any} */ ({ client, people, local, dataSaver, certificates: () => [], fanout: null, network: new EventTarget(), signal }),
  );
  const change = (/** @type {Change} */ detail) => people.dispatchEvent(new CustomEvent("change", { detail }));
  return { client, change, made };
}

test("a newcomer's offers share a frame, and the cork is out when they are made", async ({ signal }) => {
  const { client, change } = call(signal);
  change({ offer: true, mend: true });
  await until(() => client.said.length);
  equal(client.said, [["signal", 1]]);
  await nextTask();
  equal(client.corks, 0);
});

test("what may wait is done when the offers have been sent", async ({ signal }) => {
  const { client, change, made } = call(signal);
  /** How much was said when the wait of who hears of a peer is over. @type {number[]} */
  const said = [];
  made.addEventListener("peer", () => made.offered.then(() => said.push(client.said.length)));
  change({ offer: true, mend: true });
  equal(client.said, []);
  await until(() => said.length, "over");
  equal(said, [1]);
  equal(client.said, [["signal", 1]]);
});

test("what may wait is done soon where no offer can be sent", async ({ signal }) => {
  const { client, change, made } = call(signal);
  const native = RTCPeerConnection.prototype.setLocalDescription;
  RTCPeerConnection.prototype.setLocalDescription = () => new Promise(() => {});
  signal.addEventListener("abort", () => (RTCPeerConnection.prototype.setLocalDescription = native));
  change({ offer: true, mend: true });
  await made.offered;
  equal(client.said, []);
});

test("what mends a pair does not wait in a cork", async ({ signal }) => {
  const { client, change } = call(signal);
  change({ offer: false, mend: false });
  change({ offer: false, mend: true });
  equal(client.corks, 0);
});

test("each pair is told to a server that takes it, and only counted to another", async ({ signal }) => {
  const [alice, bob] = [call(signal, { self: "alice", takesPairs: false }), call(signal)];
  [alice.client.other, bob.client.other] = [bob.client, alice.client];
  alice.change({ offer: false, mend: false });
  bob.change({ offer: true, mend: true });
  await until(() => alice.client.reports.length && bob.client.reports.length, "reported");
  equal(alice.client.reports[0].pairs, undefined);
  equal(bob.client.reports[0].pairs?.map(({ id, relayed }) => [id, relayed]), [["alice", false]]);
  equal([alice, bob].map(({ client }) => client.reports[0].connected), [1, 1]);
});
