import { becomes, delay, equal, nextTask, ok, test, until } from "../../harness.js";
import { Hearing } from "../../../../static/js/rtc/monitor/hearing.js";
import { ManualClock } from "../../clock.js";
import { connected, peerOf, tone, Wire } from "../wire.js";

/** @import { Mesh } from "../../../../static/js/rtc/mesh.js" */

const TALKING = { microphone: true, camera: false, screen: false, sound: false };

/**
 * Three who talk.
 *
 * @param {AbortSignal} signal
 */
async function three(signal) {
  const wire = new Wire(signal);
  const stop = wire.run();
  const meshes = [];
  for (const id of ["alice", "bob", "carol"]) {
    const mesh = await wire.join(id);
    await mesh.setTrack("microphone", tone(signal));
    mesh.setMedia(TALKING);
    meshes.push(mesh);
  }
  const [alice, bob, carol] = /** @type {[Mesh, Mesh, Mesh]} */ (meshes);
  await connected(...meshes.flatMap(({ peers }) => [...peers.values()]));
  return { wire, stop, alice, bob, carol };
}

/**
 * Nothing of what `from` says reaches `to`, though the pair is connected.
 *
 * @param {Mesh} from
 * @param {string} to
 */
function silence(from, to) {
  return peerOf(from, to).pc?.getTransceivers()[0]?.sender.replaceTrack(null);
}

test("whom one cannot hear, everybody knows within five seconds; it is mended, and then forgotten", async ({ signal }) => {
  const { wire, alice, bob, carol } = await three(signal);
  await delay(1500);
  equal([alice.silent, bob.silent, carol.silent], [[], [], []]);
  const { pc } = peerOf(bob, "alice");
  wire.sent = [];
  const began = wire.clock.now();
  await silence(alice, "bob");
  await until(() => bob.silent.length, "Bob knows");
  const ms = wire.clock.now() - began;
  ok(ms > 3000 && ms < 6500, `after ${ms} ms`);
  equal([...bob.silent], ["alice"]);
  await until(() => peerOf(alice, "bob").silent.has("alice") && peerOf(carol, "bob").silent.has("alice"), "all know");
  equal([peerOf(bob, "alice").isSilent, peerOf(bob, "carol").isSilent, peerOf(alice, "bob").isSilent], [true, false, false]);
  await until(() => wire.descriptions("answer").length, "ICE is restarted");
  equal(wire.descriptions("offer").map(({ from, to }) => [from, to]), [["bob", "alice"]]);
  const stop = wire.run(5);
  await until(() => peerOf(bob, "alice").pc !== pc, "rebuilt: the new connection sends what the old one did not");
  stop();
  await until(() => bob.silent.length === 0 && !peerOf(carol, "bob").silent.size, "heard again");
  await becomes(() => [alice.silent, carol.silent], [[], []]);
});

test("a line that came back mends whom one cannot hear, and nobody else", async ({ signal }) => {
  const { wire, stop, alice, bob } = await three(signal);
  wire.sent = [];
  wire.fate = () => "drop";
  await silence(alice, "bob");
  await until(() => bob.silent.length && wire.descriptions("offer").length, "in vain");
  stop();
  wire.sent = [];
  await bob.reconcile(wire.roster, { mend: true });
  equal(wire.descriptions("offer").map(({ from, to }) => [from, to]), [["bob", "alice"]]);
});

test("who is muted is not missed", async ({ signal }) => {
  const { wire, alice, bob } = await three(signal);
  wire.sent = [];
  alice.setMedia({ ...TALKING, microphone: false });
  await alice.setTrack("microphone", null);
  wire.run(3);
  await delay(3000);
  equal([bob.silent.includes("alice"), wire.descriptions("offer").filter(({ from, to }) => from === "alice" || to === "alice")], [false, []]);
});

test("whoever cannot be reached cannot be heard", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.fate = () => "drop";
  wire.run(50);
  await wire.join("alice");
  const bob = await wire.join("bob");
  await until(() => bob.silent.length);
  equal([peerOf(bob, "alice").state, bob.silent], ["failed", ["alice"]]);
});

test("what a peer says of itself is absurd, and dropped", async ({ signal }) => {
  const { wire, alice, bob } = await three(signal);
  peerOf(bob, "alice").send({ type: "hearing", silent: ["carol"] });
  await until(() => peerOf(alice, "bob").silent.has("carol"));
  wire.sent = [];
  peerOf(bob, "alice").send({ type: "hearing", silent: ["bob"] });
  peerOf(bob, "alice").send({ type: "hearing", silent: ["x", "x"] });
  await delay(100);
  equal([...peerOf(alice, "bob").silent], ["carol"]);
  equal(wire.descriptions("offer"), [], "and nothing is done about what somebody says");
});

test("one that cannot be read, or never answers, does not keep us from the others", async ({ signal }) => {
  const clock = new ManualClock();
  const asked = { bad: 0, slow: 0, carol: 0 };
  const peer = (/** @type {keyof typeof asked} */ id, /** @type {() => Promise<void>} */ listen) =>
    /** @type {any} */ ({ id, isSilent: id === "carol", listen: () => ((asked[id] += 1), listen()) });
  const peers = new Map([
    ["bad", peer("bad", () => Promise.reject(new Error("bad")))],
    ["slow", peer("slow", () => new Promise(() => {}))],
    ["carol", peer("carol", () => Promise.resolve())],
  ]);
  /** @type {unknown[]} */
  const told = [];
  new Hearing({ peers, report: (silent) => told.push(silent), clock, signal });
  for (let seconds = 0; seconds < 4; seconds += 1) {
    clock.advance(1000);
    await nextTask();
  }
  equal(asked, { bad: 3, slow: 1, carol: 3 });
  equal(told[0], ["carol"]);
});
