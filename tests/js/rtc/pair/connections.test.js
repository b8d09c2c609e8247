import { becomes, delay, equal, ok, test, throws, until } from "../../harness.js";
import { connected, peerOf, Wire } from "../wire.js";
import { couple, interrupt, talks } from "./couple.js";

test("a reload there keeps the peer and replaces its connection", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  const [alice, bob] = await couple(wire);
  const peer = peerOf(alice, "bob");
  await connected(peer, peerOf(bob, "alice"));
  const [stale] = wire.sent.filter(({ from, payload }) => from === "bob" && payload.description);
  const { pc, tracks } = peer;
  /** @type {unknown[]} */
  const states = [];
  peer.addEventListener("state", () => states.push([peer.state, peer.reason]));
  const again = await wire.join("bob");
  await until(() => peer.pc !== pc);
  await connected(peer, peerOf(again, "alice"));
  equal(states, [["reconnecting", "interrupted"], ["connected", null]]);
  ok(peerOf(alice, "bob") === peer, "same peer");
  ok(peer.tracks.camera && peer.tracks.camera !== tracks.camera, "new tracks");
  const now = peer.pc;
  if (stale) await alice.accept("bob", stale.payload);
  await delay(50);
  ok(peer.pc === now, "a late offer of the old connection is dropped");
});

test("a page that came back without offering is offered to", async ({ signal }) => {
  const wire = new Wire(signal);
  const stop = wire.run();
  const [alice, bob] = await couple(wire);
  await connected(peerOf(alice, "bob"), peerOf(bob, "alice"));
  stop();
  const again = wire.person("bob");
  await again.reconcile(wire.roster);
  await interrupt(alice, "bob");
  await becomes(() => wire.descriptions("offer").map(({ from }) => from), ["bob", "alice", "bob"], "it knew that only a new connection helps");
  wire.run();
  await connected(peerOf(alice, "bob"), peerOf(again, "alice"));
});

test("a first offer that cannot be used does not replace a pair that works", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  const [alice, bob] = await couple(wire);
  const peer = peerOf(alice, "bob");
  await connected(peer, peerOf(bob, "alice"));
  const { pc } = peer;
  const good = wire.descriptions("offer")[0]?.payload.description?.sdp ?? "";
  const offers = {
    six: await described(["audio", "video", "video", "audio", "video"]),
    three: await described(["audio", "video", "video"]),
    disorder: await described(["video", "audio", "video", "audio"]),
    empty: "",
    nonsense: "v=0\r\nnonsense",
    cut: good.slice(0, good.length / 2),
    long: good.replace(/^a=mid:0/gm, `a=mid:${"0".repeat(49_000)}`).replace(/^a=group:BUNDLE 0/m, `a=group:BUNDLE ${"0".repeat(49_000)}`),
  };
  for (const [name, sdp] of Object.entries(offers)) {
    await alice.accept("bob", { connection: name, negotiation: 1, description: { type: "offer", sdp } });
    await alice.accept("bob", { connection: name, negotiation: 1, candidate: { candidate: "", sdpMid: "0" } });
    ok(peer.pc === pc && peer.state === "connected", name);
  }
  await alice.accept("bob", { connection: "zero", negotiation: 0, description: { type: "offer", sdp: good } });
  ok(peer.pc === pc && peer.state === "connected", "of number 0");
  await talks(alice, bob);
});

test("a browser that can make no more connections keeps the one that works", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  let isSpent = false;
  class Scarce extends RTCPeerConnection {
    /** @param {RTCConfiguration} configuration */
    constructor(configuration) {
      if (isSpent) throw new DOMException("too many", "UnknownError");
      super(configuration);
    }
  }
  const alice = await wire.join("alice", { RTCPeerConnection: Scarce });
  const bob = await wire.join("bob");
  await connected(peerOf(alice, "bob"), peerOf(bob, "alice"));
  const offer = wire.descriptions("offer")[0]?.payload;
  isSpent = true;
  await throws(() => alice.accept("bob", { connection: "another", negotiation: 1, description: offer?.description }), /too many/);
  isSpent = false;
  equal(peerOf(alice, "bob").state, "connected");
  await talks(alice, bob);
});

/** An offer with these media sections, and that of a data channel. @param {string[]} kinds */
async function described(kinds) {
  const pc = new RTCPeerConnection();
  for (const kind of kinds) pc.addTransceiver(kind);
  pc.createDataChannel("control", { negotiated: true, id: 0 });
  await pc.setLocalDescription();
  const sdp = pc.localDescription?.sdp ?? "";
  pc.close();
  return sdp;
}
