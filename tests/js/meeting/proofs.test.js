import { Lazy } from "../../../static/js/lib/lazy.js";
import { equal, ok, test, until } from "../harness.js";
import { ManualClock } from "../clock.js";
import { connected, peerOf, Wire } from "../rtc/wire.js";
import { CERTIFICATE, makeSigner, Verifier } from "../../../static/js/verification/keys.js";
import { Proofs } from "../../../static/js/meeting/proofs.js";
import { makeCertificates } from "../../../static/js/rtc/signal/certificates.js";
import { statement, subject } from "../../../static/js/verification/code.js";

/** @import { Mesh } from "../../../static/js/rtc/mesh.js" */

const ROOM = "standup";

/** The page of somebody, who signs and checks. @param {Mesh} mesh @param {ManualClock} clock @param {AbortSignal} signal */
function page(mesh, clock, signal) {
  const signer = new Lazy(() => makeSigner(crypto.subtle));
  const people = /** @type {any} */ ({ self: mesh.id, room: { slug: ROOM } });
  const call = /** @type {any} */ (Object.assign(new EventTarget(), { peers: mesh.peers }));
  for (const type of ["peer", "gone"])
    mesh.addEventListener(type, (event) => call.dispatchEvent(new CustomEvent(type, { detail: Reflect.get(event, "detail") })));
  const proofs = new Proofs({ people, call, signer, verifier: new Verifier(crypto.subtle), clock, signal });
  /** @type {string[]} */
  const forged = [];
  proofs.addEventListener("forged", (event) => forged.push(Reflect.get(event, "detail")));
  const code = (/** @type {string[]} */ ...ids) => subject(ROOM, ids.map((id) => ({ id, ...pick(proofs.of(id)) })));
  return { proofs, signer, forged, code };
}

/** @param {{key: string, certificate: string}} checked */
function pick({ key, certificate }) {
  return { key, certificate };
}

/** Two who are connected. @param {AbortSignal} signal @param {[string, string]} ids */
async function two(signal, ids) {
  const wire = new Wire(signal);
  wire.run();
  const meshes = [];
  for (const id of ids) meshes.push(await wire.join(id, { certificates: await makeCertificates() }));
  await connected(peerOf(meshes[0], ids[1]), peerOf(meshes[1], ids[0]));
  return { wire, meshes, open: (/** @type {Mesh} */ mesh) => page(mesh, wire.clock, signal) };
}

test("two see the same keys and certificates, each one's own and the other's", async ({ signal }) => {
  const { meshes, open } = await two(signal, ["alice", "bob"]);
  const [alice, bob] = meshes.map(open);
  await until(() => alice.proofs.of("bob").standing === "signed" && bob.proofs.of("alice").standing === "signed", "both have signed");
  equal(alice.code("alice", "bob"), bob.code("bob", "alice"));
  ok(alice.proofs.of("alice").key !== alice.proofs.of("bob").key);
  equal([alice.forged, bob.forged], [[], []]);
});

test("somebody in between who signs for the others is seen in the codes of both", async ({ signal }) => {
  const [towardsAlice, towardsBob] = [await two(signal, ["alice", "bob"]), await two(signal, ["alice", "bob"])];
  const [alice, bob] = [towardsAlice.open(towardsAlice.meshes[0]), towardsBob.open(towardsBob.meshes[1])];
  towardsAlice.open(towardsAlice.meshes[1]);
  towardsBob.open(towardsBob.meshes[0]);
  await until(() => alice.proofs.of("bob").standing === "signed" && bob.proofs.of("alice").standing === "signed", "both have signed");
  ok(alice.code("alice", "bob") !== bob.code("alice", "bob"), "different codes");
});

test("somebody in between who passes on the signatures of the others is cut off", async ({ signal }) => {
  const [towardsAlice, towardsBob] = [await two(signal, ["alice", "bob"]), await two(signal, ["alice", "bob"])];
  const [alice, bob] = [towardsAlice.open(towardsAlice.meshes[0]), towardsBob.open(towardsBob.meshes[1])];
  const proof = await until(() => peerOf(towardsBob.meshes[0], "bob").proof, "what Bob has signed");
  const mallory = peerOf(towardsAlice.meshes[1], "alice");
  if (proof) mallory.send({ type: "proof", ...proof, connection: mallory.binding?.connection ?? "" });
  await until(() => peerOf(towardsAlice.meshes[0], "bob").state === "failed", "the pair is closed");
  equal([alice.forged, peerOf(towardsAlice.meshes[0], "bob").reason], [["bob"], "forged"]);
  equal(alice.proofs.of("bob"), { standing: "waiting", key: "", certificate: "" });
  equal(bob.forged, []);
});

test("a signature for another room, of another participant, or of nothing cuts the pair off", async ({ signal }) => {
  for (const wrong of [
    (/** @type {string} */ own) => statement("lounge", "bob", own),
    (/** @type {string} */ own) => statement(ROOM, "carol", own),
    () => "",
  ]) {
    const { meshes, open } = await two(signal, ["alice", "bob"]);
    const alice = open(meshes[0]);
    const bob = peerOf(meshes[1], "alice");
    const { key, sign } = await makeSigner(crypto.subtle);
    const { connection, own } = bob.binding ?? { connection: "", own: null };
    bob.send({ type: "proof", connection, key, signature: await sign(CERTIFICATE, wrong(own ?? "")) });
    await until(() => alice.forged.length, "cut off");
  }
});

test("what was signed for an earlier connection is not taken for this one", async ({ signal }) => {
  const { meshes, open } = await two(signal, ["alice", "bob"]);
  const alice = open(meshes[0]);
  const bob = peerOf(meshes[1], "alice");
  const { key, sign } = await makeSigner(crypto.subtle);
  bob.send({ type: "proof", connection: "earlier", key, signature: await sign(CERTIFICATE, "") });
  await until(() => peerOf(meshes[0], "bob").proof, "the message");
  bob.send({
    type: "proof",
    connection: bob.binding?.connection ?? "",
    key,
    signature: await sign(CERTIFICATE, statement(ROOM, "bob", bob.binding?.own ?? "")),
  });
  await until(() => alice.proofs.of("bob").standing === "signed", "the signature for this one");
  equal(alice.forged, []);
});

test("whoever signs nothing is not waited for, and not cut off", async ({ signal }) => {
  const { wire, meshes, open } = await two(signal, ["alice", "bob"]);
  const alice = open(meshes[0]);
  await until(() => peerOf(meshes[1], "alice").proof, "what Alice has signed");
  equal(alice.proofs.of("bob").standing, "waiting");
  wire.clock.advance(10_000);
  equal(alice.proofs.of("bob"), { standing: "unsigned", key: "", certificate: "", connection: peerOf(meshes[0], "bob").binding?.connection });
  equal([peerOf(meshes[0], "bob").state, alice.proofs.of("alice").standing], ["connected", "signed"]);
});

test("a new connection is signed anew, and a page without one certificate is not covered", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  const meshes = [await wire.join("alice"), await wire.join("bob")];
  await connected(peerOf(meshes[0], "bob"), peerOf(meshes[1], "alice"));
  const [alice, bob] = meshes.map((mesh) => page(mesh, wire.clock, signal));
  await until(() => alice.proofs.of("bob").standing === "signed", "signed");
  const before = alice.proofs.of("bob").certificate;
  await peerOf(meshes[1], "alice").offer();
  await until(() => alice.proofs.of("bob").certificate !== before && alice.proofs.of("bob").standing === "signed", "signed again");
  await until(() => alice.code("alice", "bob") === bob.code("alice", "bob"), "the same code");
  const carol = await wire.join("carol");
  await connected(peerOf(meshes[0], "carol"), peerOf(carol, "alice"));
  await until(() => peerOf(carol, "alice").proof, "what Alice has signed");
  wire.clock.advance(10_000);
  equal(alice.proofs.of("alice").standing, "unsigned");
});

test("a peer whose signature comes before we know that we are connected gets ours all the same", async ({ signal }) => {
  const { key, sign } = await makeSigner(crypto.subtle);
  /** @type {any[]} */
  const sent = [];
  const binding = { connection: "c", own: "AA", theirs: "BB" };
  const proof = { connection: "c", key, signature: await sign(CERTIFICATE, statement(ROOM, "bob", "BB")) };
  const bob = Object.assign(new EventTarget(), {
    id: "bob",
    state: "connecting",
    binding,
    proof,
    send: (/** @type {object} */ message) => sent.push(message),
  });
  const mesh = /** @type {any} */ (Object.assign(new EventTarget(), { id: "alice", peers: new Map([["bob", bob]]) }));
  const alice = page(mesh, new ManualClock(), signal);
  bob.dispatchEvent(new CustomEvent("proof"));
  await until(() => alice.proofs.of("bob").standing === "signed", "Bob's signature");
  bob.state = "connected";
  bob.dispatchEvent(new CustomEvent("state"));
  await until(() => sent.length, "Alice's signature");
  equal([sent[0].type, sent[0].connection], ["proof", "c"]);
});
