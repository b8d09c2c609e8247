import { delay, equal, ok, test, until } from "../../harness.js";
import { connected, peerOf, Wire } from "../wire.js";
import { couple, interrupt, stable, talks } from "./couple.js";

/** @import { Item } from "../wire.js" */

// Lost, doubled, late

test("a lost offer is sent again", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.fate = dropFirst((item) => item.payload.description?.type === "offer");
  const [alice, bob] = await couple(wire);
  await delay(50);
  equal([peerOf(alice, "bob").state, peerOf(bob, "alice").state], ["new", "connecting"]);
  wire.clock.advance(2000);
  wire.run();
  await connected(peerOf(alice, "bob"), peerOf(bob, "alice"));
  equal(wire.descriptions("offer").map(({ payload }) => payload.negotiation), [1, 1]);
});

test("a lost answer is sent again, and changes nothing by it", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.fate = dropFirst((item) => item.payload.description?.type === "answer");
  const [alice, bob] = await couple(wire);
  await until(() => wire.descriptions("answer").length === 1);
  const { pc } = peerOf(alice, "bob");
  wire.clock.advance(2000);
  wire.run();
  await connected(peerOf(alice, "bob"), peerOf(bob, "alice"));
  equal(wire.descriptions("answer").length, 2);
  ok(peerOf(alice, "bob").pc === pc, "same connection");
});

test("an offer that was answered is not sent again", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  const [alice, bob] = await couple(wire);
  await connected(peerOf(alice, "bob"), peerOf(bob, "alice"));
  wire.clock.advance(60_000);
  equal(wire.descriptions("offer").length, 1);
});

test("everything that is sent twice is taken once", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.fate = () => "double";
  wire.run();
  const [alice, bob] = await couple(wire);
  await connected(peerOf(alice, "bob"), peerOf(bob, "alice"));
  const { pc } = peerOf(alice, "bob");
  await peerOf(bob, "alice").mend();
  await delay(50);
  ok(peerOf(alice, "bob").pc === pc, "same connection");
  equal(peerOf(alice, "bob").state, "connected");
});

test("what arrives in any order is healed", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.fate = () => "hold";
  const [alice, bob] = await couple(wire);
  wire.clock.advance(100);
  wire.release((held) => held.reverse());
  await until(() => wire.descriptions("answer").length === 1);
  await delay(100);
  wire.clock.advance(50);
  wire.release((held) => held.reverse());
  wire.fate = () => "pass";
  wire.run(4);
  await connected(peerOf(alice, "bob"), peerOf(bob, "alice"));
});

test("a wire that loses a third of everything still connects four", async ({ signal }) => {
  const wire = new Wire(signal);
  let turn = 0;
  const fates = /** @type {const} */ (["pass", "drop", "double"]);
  wire.fate = () => fates[turn++ % 3] ?? "pass";
  wire.run(10);
  const meshes = [];
  for (const id of ["alice", "bob", "carol", "dave"]) meshes.push(await wire.join(id));
  await connected(...meshes.flatMap(({ peers }) => [...peers.values()]));
  equal(meshes.map(({ peers }) => peers.size), [3, 3, 3, 3]);
});

// Two at once

test("when both offer at once, the impolite side's connection wins", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.fate = () => "hold";
  const alice = wire.person("alice");
  const bob = wire.person("bob");
  await Promise.all([alice, bob].map((mesh) => mesh.reconcile(wire.roster, { offer: true })));
  const [mine] = wire.descriptions("offer").filter(({ from }) => from === "bob");
  wire.fate = () => "pass";
  wire.release();
  wire.run();
  await connected(peerOf(alice, "bob"), peerOf(bob, "alice"));
  equal(wire.descriptions("answer").map(({ from, payload }) => [from, payload.connection]), [["alice", mine?.payload.connection]]);
});

test("when both restart ICE at once, one restart is done", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  const [alice, bob] = await couple(wire);
  await connected(peerOf(alice, "bob"), peerOf(bob, "alice"));
  wire.sent = [];
  await Promise.all([interrupt(alice, "bob"), interrupt(bob, "alice")]);
  await until(() => stable(alice, "bob") && stable(bob, "alice") && wire.descriptions("answer").length);
  equal(wire.descriptions("answer").map(({ from }) => from), ["alice"]);
  await talks(alice, bob);
});

test("each side can restart ICE by itself", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  const [alice, bob] = await couple(wire);
  await connected(peerOf(alice, "bob"), peerOf(bob, "alice"));
  await interrupt(bob, "alice");
  await until(() => wire.descriptions("answer").length === 2 && stable(bob, "alice"));
  await interrupt(alice, "bob");
  await until(() => wire.descriptions("answer").length === 3 && stable(alice, "bob"));
  equal(wire.descriptions("offer").map(({ from, payload }) => [from, payload.negotiation]), [["bob", 1], ["bob", 2], ["alice", 3]]);
  await talks(alice, bob);
});

// What it says about itself

test("a peer that toggles its screen 20 times a second is shown a few of these changes, and the last", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  const [alice, bob] = await couple(wire);
  await talks(alice, bob);
  const peer = peerOf(alice, "bob");
  const began = wire.clock.now();
  let changes = 0;
  peer.addEventListener("media", () => (changes += 1));
  for (let change = 1; change <= 41; change += 1) {
    bob.setMedia({ microphone: true, camera: true, screen: change % 2 === 1, sound: false });
    await delay(50);
  }
  await until(() => peer.media.screen, "the last one");
  const most = 5 + Math.ceil((wire.clock.now() - began) / 1000);
  ok(changes <= most, `${changes} changes, more than ${most}`);
});

// Not usable

test("an offer without the four slots is refused, and says so", async ({ signal }) => {
  const wire = new Wire(signal);
  const alice = wire.person("alice");
  wire.person("mallory");
  await alice.reconcile(wire.roster);
  const pc = new RTCPeerConnection();
  pc.addTransceiver("video");
  await pc.setLocalDescription();
  const description = /** @type {const} */ ({ type: "offer", sdp: pc.localDescription?.sdp ?? "" });
  await alice.accept("mallory", { connection: "x", negotiation: 1, description });
  pc.close();
  equal([wire.descriptions("answer").length, peerOf(alice, "mallory").reason], [0, "incompatible"]);
});

test("nonsense from a peer harms nobody", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  const [alice, bob] = await couple(wire);
  await connected(peerOf(alice, "bob"), peerOf(bob, "alice"));
  const connection = wire.sent[0]?.payload.connection ?? "";
  const sdp = "v=0\r\nnonsense";
  await alice.accept("bob", { connection, negotiation: 1, candidate: { candidate: "nonsense", sdpMid: "9" } });
  await alice.accept("bob", { connection, negotiation: 7, description: { type: "answer", sdp } });
  await alice.accept("bob", { connection: "other", negotiation: 1, description: { type: "answer", sdp } });
  await alice.accept("bob", { connection, negotiation: 9 });
  equal(peerOf(alice, "bob").state, "connected");
  await talks(alice, bob);
});

test("of offers in great number, some are taken, and later ones again", async ({ signal }) => {
  const wire = new Wire(signal);
  let made = 0;
  class Counted extends RTCPeerConnection {
    /** @param {RTCConfiguration} configuration */
    constructor(configuration) {
      super(configuration);
      made += 1;
    }
  }
  const alice = wire.person("alice", { RTCPeerConnection: Counted });
  wire.person("mallory");
  await alice.reconcile(wire.roster);
  const description = /** @type {const} */ ({ type: "offer", sdp: "nonsense" });
  const offer = (/** @type {unknown} */ _, /** @type {number} */ place) =>
    alice.accept("mallory", { connection: `c${wire.clock.now()}-${place}`, negotiation: 1, description });
  await Promise.all(Array.from({ length: 50 }, offer));
  equal(made, 20);
  wire.clock.advance(2000);
  await Promise.all(Array.from({ length: 50 }, offer));
  equal(made, 22);
});

/** @param {(item: Item) => unknown} matches */
function dropFirst(matches) {
  let isDone = false;
  return (/** @type {Item} */ item) => {
    if (isDone || !matches(item)) return "pass";
    isDone = true;
    return "drop";
  };
}
