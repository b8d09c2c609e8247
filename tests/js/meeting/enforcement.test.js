import { equal, nextTask, test } from "../harness.js";
import { Enforcement } from "../../../static/js/meeting/enforcement.js";
import { People } from "../../../static/js/signaling/people.js";

/** @import { Role } from "../../../static/js/signaling/protocol.js" */

const person = (/** @type {string} */ id, /** @type {Role} */ role = "member") => ({ id, name: id, role, link: "attached" });

/** Alice's page, in a meeting with Bob and Carol, a host. @param {AbortSignal} signal */
function alice(signal) {
  const client = new EventTarget();
  const people = new People(client, signal);
  const peers = new Map();
  const call = Object.assign(new EventTarget(), { peers, stops: /** @type {any[]} */ ([]) });
  const barred = new Set();
  const local = { bar: (/** @type {string} */ slot, /** @type {boolean} */ isBarred) => void (isBarred ? barred.add(slot) : barred.delete(slot)) };
  new Enforcement({ people, call, local, signal });
  /** @type {string[]} */
  const steps = [];
  const meet = (/** @type {string} */ id) => {
    const peer = Object.assign(new EventTarget(), {
      ...{ id, permitted: {}, stops: /** @type {any[]} */ ([]) },
      permit: (/** @type {object} */ slots) => (steps.push(id), (peer.permitted = slots)),
    });
    peers.set(id, peer);
    call.dispatchEvent(new CustomEvent("peer", { detail: peer }));
    return peer;
  };
  const hear = (/** @type {any[]} */ ...facts) => {
    for (const detail of facts) client.dispatchEvent(new CustomEvent(detail.type, { detail }));
    return nextTask();
  };
  const welcomed = {
    type: "welcomed",
    id: "alice",
    room: null,
    ice: { servers: [], policy: "all" },
    participants: [person("alice"), person("bob"), person("carol", "host")],
    waiting: [],
  };
  const say = (/** @type {any} */ of, /** @type {any[]} */ stops) => {
    of.stops = stops;
    of.dispatchEvent(new CustomEvent("moderation"));
    return nextTask();
  };
  return { hear, meet, say, call, barred, steps, welcomed };
}

const ALL = { microphone: true, camera: true, screen: true, sound: true };

test("of a peer nothing is received that the server restricts, until it is lifted", async ({ signal }) => {
  const { hear, meet, welcomed } = alice(signal);
  await hear(welcomed);
  const [bob, carol] = [meet("bob"), meet("carol")];
  equal([bob.permitted, carol.permitted], [ALL, ALL]);
  await hear({ type: "restrictions", everyone: ["screen"], people: { bob: { microphone: "stopped" } } });
  equal([bob.permitted, carol.permitted], [{ ...ALL, microphone: false, screen: false, sound: false }, ALL]);
  await hear({ type: "restrictions", everyone: [], people: {} });
  equal(bob.permitted, ALL);
});

test("whoever comes later, and whoever becomes a host, is judged by what holds then", async ({ signal }) => {
  const { hear, meet, welcomed } = alice(signal);
  await hear(welcomed, { type: "restrictions", everyone: ["camera"], people: {} });
  const bob = meet("bob");
  equal(bob.permitted, { ...ALL, camera: false });
  await hear({ type: "updated", participant: person("bob", "host"), version: 2 });
  equal(bob.permitted, ALL);
});

test("between a new welcome and its restrictions nothing is let through", async ({ signal }) => {
  const { hear, meet, steps, welcomed } = alice(signal);
  const restrictions = { type: "restrictions", everyone: [], people: { bob: { microphone: "stopped" }, alice: { microphone: "forbidden" } } };
  await hear(welcomed, restrictions);
  const bob = meet("bob");
  steps.length = 0;
  let wasFree = false;
  Object.defineProperty(bob, "permitted", {
    set({ microphone }) {
      wasFree ||= microphone;
    },
  });
  await hear(welcomed, restrictions);
  equal([steps.includes("bob"), wasFree], [true, false]);
});

test("our own sources are barred, and free again when the meeting is over", async () => {
  const lifetime = new AbortController();
  const { hear, barred, welcomed } = alice(lifetime.signal);
  await hear(welcomed, { type: "restrictions", everyone: ["screen"], people: { alice: { camera: "forbidden" }, bob: { microphone: "stopped" } } });
  equal([...barred].sort(), ["camera", "screen"]);
  lifetime.abort();
  equal([...barred], []);
});

test("while the server is away a host stops people by their own word, and nobody else does", async ({ signal }) => {
  const { hear, meet, say, barred, welcomed } = alice(signal);
  await hear(welcomed);
  const [bob, carol] = [meet("bob"), meet("carol")];
  await say(bob, [{ id: "carol", use: "microphone" }, { id: "alice", use: "microphone" }]);
  equal([carol.permitted, [...barred]], [ALL, []]);
  await say(carol, [{ id: "bob", use: "microphone" }, { id: "alice", use: "camera" }, { id: "carol", use: "camera" }]);
  equal([bob.permitted, carol.permitted, [...barred]], [{ ...ALL, microphone: false }, ALL, ["camera"]]);
  await say(carol, []);
  equal([bob.permitted, [...barred]], [ALL, []]);
});

test("our own word counts while we are a host", async ({ signal }) => {
  const { hear, meet, say, call, welcomed } = alice(signal);
  const host = { ...welcomed, participants: [person("alice", "host"), person("bob")] };
  await hear(host);
  const bob = meet("bob");
  await say(call, [{ id: "bob", use: "screen" }]);
  equal(bob.permitted, { ...ALL, screen: false, sound: false });
  await hear({ type: "updated", participant: person("alice"), version: 2 });
  equal(bob.permitted, ALL);
});
