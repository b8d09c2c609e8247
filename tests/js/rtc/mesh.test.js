import { delay, equal, ok, test, until } from "../harness.js";
import { Mesh } from "../../../static/js/rtc/mesh.js";
import { makeCertificates } from "../../../static/js/rtc/signal/certificates.js";
import { connected, ICE, peerOf, picture, steady, tone, Wire } from "./wire.js";

const OFFER_BYTES = 6000;

test("a newcomer offers to everybody, and all pairs connect", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  const alice = await wire.join("alice");
  const bob = await wire.join("bob");
  const carol = await wire.join("carol");
  await connected(peerOf(alice, "bob"), peerOf(bob, "alice"), peerOf(carol, "alice"), peerOf(carol, "bob"));
  equal(wire.descriptions("offer").map(({ from, to }) => [from, to]).sort(), [["bob", "alice"], ["carol", "alice"], ["carol", "bob"]]);
  equal(wire.descriptions("answer").length, 3);
});

test("offers are small enough for a room's to share a frame", async ({ signal }) => {
  const wire = new Wire(signal);
  await wire.join("alice");
  const bob = await wire.join("bob");
  const offer = wire.descriptions("offer")[0]?.payload.description?.sdp ?? "";
  ok(offer.length < OFFER_BYTES, `offer of ${offer.length}`);
  equal(offer.match(/^m=\w+/gm), ["m=audio", "m=video", "m=video", "m=audio", "m=application"]);
  equal(offer.match(/^a=sendrecv/gm)?.length, 4);
  equal(new Set(offer.match(/VP8|H264|VP9|AV1|red|ulpfec/g)), new Set(["VP8"]));
  equal(bob.peers.size, 1);
});

test("offers leave together, before any candidate", async ({ signal }) => {
  const wire = new Wire(signal);
  for (const id of ["alice", "bob", "carol"]) await wire.join(id);
  const dave = await wire.join("dave");
  const said = () => wire.sent.filter(({ from }) => from === "dave");
  equal(said().map(({ payload }) => payload.description?.type), ["offer", "offer", "offer"]);
  await until(() => wire.descriptions("answer").filter(({ to }) => to === "dave").length === 3);
  await until(() => [...dave.peers.values()].every(({ pc }) => pc?.iceGatheringState === "complete"), "all candidates");
  equal(said().length, 3, "candidates wait");
  wire.clock.advance(120);
  const recipients = new Set(said().slice(3).map(({ to, payload }) => payload.candidate && to));
  equal([...recipients].sort(), ["alice", "bob", "carol"]);
});

test("tracks that are there at first arrive, in their slots", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  const alice = wire.person("alice");
  await alice.setTrack("camera", picture(signal));
  const bob = await wire.join("bob", { certificates: await makeCertificates() });
  await alice.reconcile(wire.roster);
  await connected(peerOf(bob, "alice"));
  await frames(peerOf(bob, "alice"), "camera");
});

test("tracks that come and go later are only replaced", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  const alice = await wire.join("alice");
  const bob = await wire.join("bob");
  await connected(peerOf(alice, "bob"), peerOf(bob, "alice"));
  await steady([alice, bob], async () => {
    await alice.setTrack("screen", picture(signal));
    await bob.setTrack("camera", picture(signal));
    await bob.setTrack("microphone", tone(signal));
    await frames(peerOf(bob, "alice"), "screen");
    await frames(peerOf(alice, "bob"), "camera");
    play(peerOf(alice, "bob").tracks.microphone);
    await until(() => peerOf(alice, "bob").level() > 0, "sound is heard");
    await bob.setTrack("camera", null);
    await bob.setTrack("camera", picture(signal));
    await frames(peerOf(alice, "bob"), "camera");
  });
  equal(wire.descriptions("offer").length, 1);
});

test("what one says one sends reaches the others, also those who come later", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  const alice = await wire.join("alice");
  const media = { microphone: true, camera: false, screen: false, sound: false };
  alice.setMedia(media);
  const bob = await wire.join("bob");
  await until(() => peerOf(bob, "alice").media.microphone);
  alice.setMedia({ ...media, camera: true });
  await until(() => peerOf(bob, "alice").media.camera);
  equal(peerOf(alice, "bob").media, { microphone: false, camera: false, screen: false, sound: false });
});

test("whom one wants large reaches the others, also those who come later", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  const alice = await wire.join("alice");
  alice.spotlight(["carol"]);
  const bob = await wire.join("bob");
  await until(() => peerOf(bob, "alice").spotlit.length);
  equal([peerOf(bob, "alice").spotlit, peerOf(alice, "bob").spotlit], [["carol"], []]);
  alice.spotlight([]);
  await until(() => peerOf(bob, "alice").spotlit.length === 0);
});

test("a reaction reaches those who are connected, and nobody who comes later", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  const [alice, bob] = [await wire.join("alice"), await wire.join("bob")];
  alice.spotlight(["alice"]);
  await until(() => peerOf(bob, "alice").spotlit.length, "Alice's channel to Bob");
  /** @type {unknown[]} */
  const received = [];
  const listen = (/** @type {import("../../../static/js/rtc/mesh.js").Mesh} */ mesh) =>
    mesh.addEventListener("reaction", (event) => received.push([mesh.id, Reflect.get(event, "detail")]));
  listen(bob);
  alice.react("heart");
  await until(() => received.length === 1, "Bob receives it");
  const carol = await wire.join("carol");
  listen(carol);
  await until(() => peerOf(carol, "alice").spotlit.length, "Alice's channel to Carol");
  alice.react("party");
  await until(() => received.length === 3, "both receive the next");
  equal(received[0], ["bob", { from: "alice", reaction: "heart" }]);
  equal(received.slice(1).map((one) => /** @type {any} */ (one)[1].reaction), ["party", "party"]);
});

test("people who are not in the roster are not heard", async ({ signal }) => {
  const wire = new Wire(signal);
  const alice = wire.person("alice");
  const mallory = wire.person("mallory");
  await mallory.reconcile(wire.roster, { offer: true });
  equal(wire.descriptions("offer").length, 1);
  await delay(50);
  equal(alice.peers.size, 0);
  equal(wire.descriptions("answer").length, 0);
});

test("who left is closed, and nothing of the pair goes on", async ({ signal }) => {
  const wire = new Wire(signal);
  const stop = wire.run();
  const alice = await wire.join("alice");
  const bob = await wire.join("bob");
  const peer = peerOf(alice, "bob");
  await connected(peer, peerOf(bob, "alice"));
  stop();
  const { pc } = peer;
  /** @type {string[]} */
  const gone = [];
  alice.addEventListener("gone", (event) => gone.push(Reflect.get(event, "detail")));
  await alice.reconcile([{ id: "alice", link: "attached" }]);
  equal([peer.state, pc?.connectionState, gone, alice.peers.size], ["closed", "closed", ["bob"], 0]);
  alice.close();
  bob.close();
  equal([bob.peers.size, wire.clock.pending], [0, 0]);
});

test("a roster without anybody new changes nothing", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  const alice = await wire.join("alice");
  const bob = await wire.join("bob");
  await connected(peerOf(alice, "bob"), peerOf(bob, "alice"));
  const { pc } = peerOf(alice, "bob");
  const said = wire.sent.length;
  await alice.reconcile(wire.roster, { offer: true });
  await alice.reconcile(wire.roster.map(({ id }) => ({ id, link: "detached" })), { mend: true });
  equal(wire.sent.length, said);
  ok(peerOf(alice, "bob").pc === pc);
});

test("fresh servers reach every pair without harm", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  const certificates = await makeCertificates();
  const alice = await wire.join("alice", { certificates });
  const bob = await wire.join("bob", { certificates });
  await connected(peerOf(alice, "bob"), peerOf(bob, "alice"));
  const servers = [{ urls: "turn:127.0.0.1:9", username: "u", credential: "c" }];
  alice.configure({ servers, policy: "all" });
  equal(peerOf(alice, "bob").pc?.getConfiguration().iceServers?.[0]?.username, "u");
  equal(peerOf(alice, "bob").state, "connected");
});

test("an aborted signal closes the mesh", ({ signal }) => {
  const lifetime = new AbortController();
  const wire = new Wire(signal);
  const mesh = new Mesh({ id: "a", send: () => {}, ice: { ...ICE, servers: [] }, clock: wire.clock, signal: lifetime.signal });
  void mesh.reconcile([{ id: "b", link: "attached" }]);
  const peer = peerOf(mesh, "b");
  lifetime.abort();
  equal([peer.state, mesh.peers.size, wire.clock.pending], ["closed", 0, 0]);
});

/**
 * @param {import("../../../static/js/rtc/pair/peer.js").Peer} peer
 * @param {"camera" | "screen"} slot
 */
async function frames(peer, slot) {
  const track = peer.tracks[slot];
  ok(track, `no ${slot} track`);
  const decoded = async () => {
    const stats = await peer.pc?.getStats(track);
    return [...(stats?.values() ?? [])].find(({ type }) => type === "inbound-rtp")?.framesDecoded ?? 0;
  };
  const before = await decoded();
  await until(async () => (await decoded()) > before, `frames in ${slot}`);
}

/** A browser measures only sound that is played. @param {MediaStreamTrack | null} track */
function play(track) {
  const audio = new Audio();
  audio.srcObject = new MediaStream(track ? [track] : []);
  void audio.play();
}
