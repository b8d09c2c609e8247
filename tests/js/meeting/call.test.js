import { equal, nextTask, test, until } from "../harness.js";
import { Call } from "../../../static/js/meeting/call.js";

/** @import { Change } from "../../../static/js/signaling/people.js" */

const SELF = /** @type {const} */ ({ id: "bob", name: "Bob", role: "member", link: "attached" });
const ALICE = /** @type {const} */ ({ id: "alice", name: "Alice", role: "owner", link: "attached" });

/** A line that records what is said on it, and whether it is corked. */
class FakeClient extends EventTarget {
  state = "open";
  corks = 0;
  /** @type {[string, number][]} what was said, and how many corks there were */
  said = [];

  cork() {
    this.corks += 1;
  }

  uncork() {
    this.corks -= 1;
  }

  check() {}

  /** @param {{type: string}} message */
  send({ type }) {
    this.said.push([type, this.corks]);
    return true;
  }
}

/**
 * Bob's call, as far as the line and the pairs are concerned.
 *
 * @param {AbortSignal} signal
 */
function call(signal) {
  const client = new FakeClient();
  const people = Object.assign(new EventTarget(), {
    self: "bob",
    present: new Map([SELF, ALICE].map((one) => [one.id, one])),
    waiting: new Map(),
    ice: { servers: [], policy: "all" },
    may: () => false,
  });
  const local = Object.assign(new EventTarget(), { sending: () => null });
  const dataSaver = Object.assign(new EventTarget(), { mode: "none" });
  new Call(/** @type {any} */ ({ client, people, local, dataSaver, certificates: () => [], fanout: null, network: new EventTarget(), signal }));
  const change = (/** @type {Change} */ detail) => people.dispatchEvent(new CustomEvent("change", { detail }));
  return { client, change };
}

test("a newcomer's offers share a frame, and the cork is out when they are made", async ({ signal }) => {
  const { client, change } = call(signal);
  change({ offer: true, mend: true });
  await until(() => client.said.length);
  equal(client.said, [["signal", 1]]);
  await nextTask();
  equal(client.corks, 0);
});

test("what mends a pair does not wait in a cork", async ({ signal }) => {
  const { client, change } = call(signal);
  change({ offer: false, mend: false });
  change({ offer: false, mend: true });
  equal(client.corks, 0);
});
