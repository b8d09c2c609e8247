import { becomes, delay, equal, ok, test, until } from "../../harness.js";
import { connected, peerOf, Wire } from "../wire.js";
import { Closable, couple, interrupt, Pretender, stable, talks } from "./couple.js";

/** A relay that answers nobody. */
const RELAY = { urls: ["turn:127.0.0.1:9?transport=tcp"], username: "1", credential: "c" };

// Ended

for (const unlucky of /** @type {const} */ (["alice", "bob"])) {
  test(`a connection that is closed under the page of ${unlucky} is made anew at once`, async ({ signal }) => {
    const wire = new Wire(signal);
    const stop = wire.run();
    const [alice, bob] = await couple(wire, { RTCPeerConnection: Closable });
    const [ofAlice, ofBob] = [peerOf(alice, "bob"), peerOf(bob, "alice")];
    await connected(ofAlice, ofBob);
    stop();
    const before = ofAlice.pc;
    const told = Promise.all([ofAlice, ofBob].map(({ pc }) => Closable.end(pc)));
    (unlucky === "alice" ? ofAlice : ofBob).pc?.close();
    await told;
    wire.clock.advance(700);
    await delay(20);
    equal([ofAlice.state, ofBob.state, wire.descriptions("offer").length], ["connected", "connected", 1], "somebody who leaves looks like that too");
    wire.clock.advance(200);
    wire.run();
    await until(() => ofAlice.pc !== before, "another connection");
    await connected(ofAlice, ofBob);
    equal(wire.descriptions("offer").map(({ from }) => from), ["bob", "bob"], "by whoever offered before");
  });
}

test("whoever did not offer makes a new connection when the other does not", async ({ signal }) => {
  const wire = new Wire(signal);
  const stop = wire.run();
  const [alice, bob] = await couple(wire, { RTCPeerConnection: Closable });
  await connected(peerOf(alice, "bob"), peerOf(bob, "alice"));
  stop();
  const told = Closable.end(peerOf(alice, "bob").pc);
  bob.close();
  await told;
  wire.clock.advance(1300);
  await until(() => wire.descriptions("offer").length === 2);
  equal([wire.descriptions("offer")[1]?.from, peerOf(alice, "bob").state], ["alice", "reconnecting"]);
});

test("a page that is loaded anew is not offered to while it is away, so that its own offer collides with none", async ({ signal }) => {
  const wire = new Wire(signal);
  const stop = wire.run();
  const [alice, bob] = await couple(wire, { RTCPeerConnection: Closable });
  const peer = peerOf(alice, "bob");
  await connected(peer, peerOf(bob, "alice"));
  stop();
  const told = Closable.end(peer.pc);
  bob.close();
  await told;
  await alice.reconcile([{ id: "bob", link: "detached" }]);
  for (let second = 0; second < 12; second += 1) {
    wire.clock.advance(1000);
    await delay(5);
  }
  equal([peer.state, wire.descriptions("offer").length], ["reconnecting", 1]);
  wire.run();
  const again = await wire.join("bob");
  await connected(peer, peerOf(again, "alice"));
  equal(wire.descriptions("offer").map(({ from }) => from), ["bob", "bob"]);
});

// Not reached

test("without any candidate, ICE is restarted", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.fate = ({ payload }) => (payload.candidate && payload.negotiation === 1 ? "drop" : "pass");
  const [alice, bob] = await couple(wire);
  await until(() => wire.descriptions("answer").length === 1 && stable(bob, "alice"));
  wire.clock.advance(10_000);
  wire.run();
  await connected(peerOf(alice, "bob"), peerOf(bob, "alice"));
  equal(wire.descriptions("offer").map(({ payload }) => payload.negotiation), [1, 2]);
});

test("who awaits an offer in vain offers", async ({ signal }) => {
  const wire = new Wire(signal);
  const alice = wire.person("alice");
  const bob = wire.person("bob");
  await alice.reconcile(wire.roster);
  await bob.reconcile(wire.roster);
  wire.clock.advance(15_000);
  wire.run();
  await connected(peerOf(alice, "bob"), peerOf(bob, "alice"));
});

test("who never answers is given up on, with the reason, and still tried", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.fate = () => "drop";
  const [alice, bob] = await couple(wire);
  const peer = peerOf(bob, "alice");
  wire.clock.advance(29_000);
  await delay(20);
  equal([peer.state, peer.reason], ["connecting", null]);
  wire.clock.advance(1000);
  await delay(20);
  equal([peer.state, peer.reason], ["failed", "unanswered"]);
  wire.clock.advance(120_000);
  await until(() => new Set(wire.descriptions("offer").map(({ payload }) => payload.connection)).size >= 4, "rebuilt");
  wire.fate = () => "pass";
  wire.run(10);
  await connected(peer, peerOf(alice, "bob"));
  equal(peer.reason, null);
});

test("a path that fails is restarted at once, a hiccup after a while", async ({ signal }) => {
  const wire = new Wire(signal);
  const stop = wire.run();
  const [alice, bob] = await couple(wire, { RTCPeerConnection: Pretender });
  const peer = peerOf(bob, "alice");
  await connected(peer, peerOf(alice, "bob"));
  stop();
  Pretender.of(peer.pc).pretend("disconnected");
  equal([peer.state, peer.reason], ["reconnecting", "interrupted"]);
  wire.clock.advance(2900);
  await delay(20);
  equal(wire.descriptions("offer").length, 1);
  Pretender.of(peer.pc).pretend("connected");
  equal([peer.state, peer.reason], ["connected", null]);
  Pretender.of(peer.pc).pretend("failed");
  wire.clock.advance(0);
  await until(() => wire.descriptions("answer").length === 2);
});

test("a line that came back is mended soon", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.fate = () => "drop";
  const [, bob] = await couple(wire);
  wire.clock.advance(60_000);
  const offered = () => new Set(wire.descriptions("offer").filter(({ from }) => from === "bob").map(({ payload }) => payload.connection));
  await until(() => offered().has(peerOf(bob, "alice").binding?.connection ?? ""), "the last one is offered");
  const before = offered().size;
  await bob.reconcile([{ id: "alice", link: "detached" }]);
  wire.clock.advance(3000);
  await delay(20);
  equal(offered().size, before, "not while it is away");
  await bob.reconcile([{ id: "alice", link: "attached" }]);
  wire.clock.advance(3000);
  await becomes(() => offered().size, before + 1);
});

test("on another network, a pair that seems connected is restarted", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  const [alice, bob] = await couple(wire);
  await connected(peerOf(alice, "bob"), peerOf(bob, "alice"));
  const { pc } = peerOf(alice, "bob");
  await alice.reconcile(wire.roster, { offer: true });
  equal(wire.descriptions("offer").length, 1, "the same network");
  await alice.reconcile(wire.roster, { offer: true, moved: true });
  await until(() => wire.descriptions("answer").length === 2 && stable(alice, "bob"));
  equal(wire.descriptions("offer").map(({ from, payload }) => [from, payload.negotiation]), [["bob", 1], ["alice", 2]]);
  ok(peerOf(alice, "bob").pc === pc, "same connection");
  await talks(alice, bob);
});

test("a pair that has just come back is not restarted for a silence from before", async ({ signal }) => {
  const wire = new Wire(signal);
  const stop = wire.run();
  const alice = await wire.join("alice");
  const bob = await wire.join("bob", { RTCPeerConnection: Pretender });
  const peer = peerOf(bob, "alice");
  await connected(peer, peerOf(alice, "bob"));
  alice.setMedia({ microphone: true, camera: false, screen: false, sound: false });
  await until(() => peer.media.microphone);
  stop();
  const listen = async () => {
    wire.clock.advance(1000);
    await peer.listen();
  };
  for (let seconds = 0; seconds < 4; seconds += 1) await listen();
  Pretender.of(peer.pc).pretend("disconnected");
  Pretender.of(peer.pc).pretend("connected");
  while (!peer.isSilent) await listen();
  await delay(20);
  equal(wire.descriptions("offer").length, 1);
  for (let seconds = 0; seconds < 4; seconds += 1) await listen();
  await until(() => wire.descriptions("offer").length === 2);
});

test("what a connected peer sends and cannot be used costs nothing, and what is lost later is made anew at once", async ({ signal }) => {
  const wire = new Wire(signal);
  const stop = wire.run();
  const [alice, bob] = await couple(wire, { RTCPeerConnection: Pretender });
  const peer = peerOf(bob, "alice");
  await connected(peer, peerOf(alice, "bob"));
  stop();
  const { pc } = peer;
  const connection = wire.sent[0]?.payload.connection ?? "";
  await bob.accept("alice", { connection, negotiation: 2, description: { type: "offer", sdp: "nonsense" } });
  wire.clock.advance(30_000);
  await delay(20);
  equal([peer.state, peer.reason, wire.descriptions("offer").length], ["connected", null, 1]);
  Pretender.of(pc).pretend("disconnected");
  wire.clock.advance(3000);
  await until(() => peer.pc !== pc);
});

// The ladder

test("no path: restarted, then through relays only, then made anew", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.fate = ({ payload }) => (payload.candidate ? "drop" : "pass");
  const [alice, bob] = await couple(wire, { ice: { servers: [RELAY], policy: "all" } });
  const peer = peerOf(bob, "alice");
  const offered = () => wire.descriptions("offer").filter(({ from }) => from === "bob").length;
  await until(() => stable(alice, "bob") && stable(bob, "alice"));
  const { pc } = peer;
  for (const expected of ["all", "relay"]) {
    const before = offered();
    wire.clock.advance(10_000);
    await until(() => offered() > before && stable(bob, "alice"), "negotiated");
    equal(pc?.getConfiguration().iceTransportPolicy, expected);
  }
  ok(peer.pc === pc, "the same connection until here");
  wire.fate = () => "pass";
  wire.clock.advance(10_000);
  wire.run();
  await connected(peer, peerOf(alice, "bob"));
  ok(peer.pc !== pc, "rebuilt");
  equal(peer.pc?.getConfiguration().iceTransportPolicy, "all");
});

test("what connected through relays only goes back to the room's policy, and keeps fresh servers", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.fate = ({ payload }) => (payload.candidate ? "drop" : "pass");
  const [, bob] = await couple(wire, { ice: { servers: [RELAY], policy: "all" }, RTCPeerConnection: Pretender });
  const peer = peerOf(bob, "alice");
  const policy = () => peer.pc?.getConfiguration().iceTransportPolicy;
  await until(() => stable(bob, "alice"));
  wire.clock.advance(10_000);
  await until(() => stable(bob, "alice") && wire.descriptions("offer").length === 2);
  wire.clock.advance(10_000);
  await until(() => policy() === "relay");
  bob.configure({ servers: [{ ...RELAY, username: "fresh" }], policy: "all" });
  equal([policy(), peer.pc?.getConfiguration().iceServers?.[0]?.username], ["relay", "fresh"]);
  Pretender.of(peer.pc).pretend("connected");
  equal([peer.state, policy()], ["connected", "all"]);
});

test("old credentials are replaced before a restart", async ({ signal }) => {
  const wire = new Wire(signal);
  const stop = wire.run();
  let asked = 0;
  const ice = { servers: [RELAY], policy: "all" };
  await wire.join("alice", { RTCPeerConnection: Pretender });
  const bob = await wire.join("bob", { ice, refresh: () => void (asked += 1), RTCPeerConnection: Pretender });
  const peer = peerOf(bob, "alice");
  await connected(peer);
  stop();
  wire.clock.advance(181_000);
  await delay(20);
  equal(asked, 0, "nothing is asked for while all is well");
  Pretender.of(peer.pc).pretend("failed");
  equal(asked, 1);
  wire.clock.advance(0);
  await delay(20);
  equal(wire.descriptions("offer").length, 1, "it waits for them");
  bob.configure({ servers: [{ ...RELAY, username: "fresh" }], policy: "all" });
  await until(() => wire.descriptions("offer").length === 2);
  equal(peer.pc?.getConfiguration().iceServers?.[0]?.username, "fresh");
});

test("old credentials are replaced before an answer", async ({ signal }) => {
  const wire = new Wire(signal);
  let asked = 0;
  const ice = { servers: [RELAY], policy: "all" };
  const alice = await wire.join("alice", { ice, refresh: () => void (asked += 1) });
  const username = () => peerOf(alice, "bob").pc?.getConfiguration().iceServers?.[0]?.username;
  wire.clock.advance(181_000);
  const bob = await wire.join("bob");
  await until(() => asked === 1);
  await delay(20);
  equal(wire.descriptions("answer").length, 0, "it waits for them");
  alice.configure({ servers: [{ ...RELAY, username: "fresh" }], policy: "all" });
  await until(() => wire.descriptions("answer").length === 1);
  equal(username(), "fresh");
  wire.clock.advance(181_000);
  await interrupt(bob, "alice");
  await until(() => asked === 2);
  equal(wire.descriptions("answer").length, 1, "a restart, too");
  wire.clock.advance(2000);
  await until(() => wire.descriptions("answer").length === 2, "but not for a server that is away");
});

// The policy of the room

test("a policy that permits less: the offerer makes a new connection, and both find a path that is permitted", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  const [alice, bob] = await couple(wire);
  const peers = [peerOf(alice, "bob"), peerOf(bob, "alice")];
  await connected(...peers);
  const before = peers.map(({ pc }) => pc);
  for (const mesh of [alice, bob]) mesh.configure({ servers: [], policy: "direct" });
  await until(() => peers.every(({ pc }, place) => pc !== before[place]));
  await connected(...peers);
  wire.clock.advance(10_000);
  equal(wire.descriptions("offer").map(({ from }) => from), ["bob", "bob"], "and the other side has nothing to add");
  await talks(alice, bob);
});

test("the other side acts when the offerer does not", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  const [alice, bob] = await couple(wire);
  await connected(peerOf(alice, "bob"), peerOf(bob, "alice"));
  const { pc } = peerOf(bob, "alice");
  alice.configure({ servers: [], policy: "direct" });
  await until(() => peerOf(bob, "alice").pc !== pc);
  equal(wire.descriptions("offer").at(-1)?.from, "alice");
});

test("a policy that permits more: ICE is restarted, the connection stays", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  const [alice, bob] = await couple(wire, { ice: { servers: [], policy: "direct" } });
  await connected(peerOf(alice, "bob"), peerOf(bob, "alice"));
  const { pc } = peerOf(alice, "bob");
  for (const mesh of [alice, bob]) mesh.configure({ servers: [], policy: "all" });
  await until(() => wire.descriptions("answer").length === 2);
  ok(peerOf(alice, "bob").pc === pc);
  equal(wire.descriptions("offer").map(({ from, payload }) => [from, payload.negotiation]), [["bob", 1], ["bob", 2]]);
});

test("fresh servers under the same policy change no path", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  const [alice, bob] = await couple(wire);
  await connected(peerOf(alice, "bob"), peerOf(bob, "alice"));
  for (const mesh of [alice, bob]) mesh.configure({ servers: [], policy: "all" });
  await delay(50);
  wire.clock.advance(10_000);
  equal(wire.descriptions("offer").length, 1);
});

test("what a peer sends is used only as far as the policy permits", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  /** @type {unknown[]} */
  const added = [];
  class Recorder extends RTCPeerConnection {
    /** @override @param {RTCIceCandidateInit} candidate */
    async addIceCandidate(candidate) {
      added.push(candidate.candidate);
    }
  }
  const alice = await wire.join("alice", { ice: { servers: [RELAY], policy: "relay" }, RTCPeerConnection: Recorder });
  await wire.join("bob");
  await until(() => wire.descriptions("answer").length === 1);
  const { connection = "" } = wire.descriptions("offer")[0]?.payload ?? {};
  for (const candidate of ["candidate:1 1 udp 1 192.0.2.1 9 typ host", "candidate:1 1 udp 1 203.0.113.7 9 typ relay"]) {
    await alice.accept("bob", { connection, negotiation: 1, candidate: { candidate, sdpMid: "0" } });
  }
  equal(added, ["candidate:1 1 udp 1 203.0.113.7 9 typ relay"]);
});
