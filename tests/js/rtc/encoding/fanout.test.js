import { ManualClock } from "../../clock.js";
import { becomes, delay, equal, ok, once, test, until } from "../../harness.js";
import { Fanout } from "../../../../static/js/rtc/encoding/fanout.js";
import { systemClock } from "../../../../static/js/lib/clock.js";
import { connected, peerOf, Wire } from "../wire.js";

/** @import { Mesh } from "../../../../static/js/rtc/mesh.js" */
/** @import { Stats } from "../../../../static/js/rtc/encoding/fanout.js" */

const MIDDLE = { camera: { height: 360, rate: 30 }, screen: { height: 0, rate: 0 } };
const SMALL = { ...MIDDLE, camera: { height: 180, rate: 15 } };
const TEXT = { camera: { height: 0, rate: 0 }, screen: { height: 1080, rate: 15 } };
/** Of a shared screen: more than those of a film. */
const LINES = 810;
/** A film is one after three seconds in which it is seen to move; on a busy machine the estimated bandwidth has to rise first. */
const FILM_MS = 40_000;
const NOTHING = { ...MIDDLE, camera: { height: 0, rate: 0 } };

test("a picture that three want is encoded once, and each shows it at the size it asked for", async (stage) => {
  const { alice, others, stats, heights } = await call(stage, ["bob", "carol", "dave"]);
  const [bob, carol, dave] = others;
  for (const mesh of others) mesh.want("alice", MIDDLE);
  await until(() => others.every((mesh) => heights(mesh) === 360), "all have 360");
  await becomes(() => carried(alice, "camera"), [360, 360, 360], "all share");
  await becomes(async () => (await stats()).layers.map(({ height }) => height), [360]);

  carol?.want("alice", SMALL);
  await until(() => heights(bob) === 360 && heights(carol) === 180 && heights(dave) === 360, "each its own");
  await becomes(async () => (await stats()).layers.map(({ height }) => height).sort(), [180, 360]);
});

test("who wants nothing gets nothing, and gets it again when it wants to", async (stage) => {
  const { alice, others: [bob, carol], heights } = await call(stage, ["bob", "carol"]);
  bob?.want("alice", MIDDLE);
  carol?.want("alice", MIDDLE);
  await until(() => heights(bob) === 360 && heights(carol) === 360, "both see");
  bob?.want("alice", NOTHING);
  await until(async () => (await frames(bob, 500)) === 0, "Bob's picture rests");
  await until(async () => (await frames(carol, 500)) > 5, "Carol's goes on");
  await becomes(() => ["bob", "carol"].map((id) => peerOf(alice, id).manner("camera")?.isShared), [undefined, true], "and so it is said");
  bob?.want("alice", SMALL);
  await until(() => heights(bob) === 180, "Bob sees again");
});

test("the camera is turned off and on, and another takes its place", async (stage) => {
  const { alice, others: [bob, carol], heights } = await call(stage, ["bob", "carol"]);
  for (const mesh of [bob, carol]) mesh?.want("alice", MIDDLE);
  await until(() => heights(bob) === 360 && heights(carol) === 360, "both see");
  await alice.setTrack("camera", null);
  await until(async () => (await frames(bob, 300)) === 0, "dark");
  await becomes(() => peerOf(alice, "bob").manner("camera"), null);
  await alice.setTrack("camera", camera(stage.signal, 360, 640));
  await until(async () => (await frames(bob, 300)) > 3 && (await frames(carol, 300)) > 3, "light again");
  await until(() => width(bob) === 360, "a phone's picture is upright");
  await alice.setTrack("camera", camera(stage.signal, 640, 360));
  await until(() => width(bob) === 640 && width(carol) === 640, "and another's is not, at once");
});

test("a screen that stands still is encoded once for all who look", async (stage) => {
  const { alice, others, stats } = await call(stage, ["bob", "carol"]);
  for (const mesh of others) mesh.want("alice", TEXT);
  await alice.setTrack("screen", page(stage.signal, 1280, 720));
  await until(() => others.every((mesh) => screen(mesh) === 720), "both read it");
  await becomes(() => carried(alice, "screen"), [720, 720]);
  await becomes(async () => (await stats()).layers.filter(({ slot }) => slot === "screen").map(({ height }) => height), [720]);
});

test("a film on a shared screen comes as one, text is sharp again after it, and whoever asked for less gets less", async (stage) => {
  const { alice, others: [bob, dave] } = await call(stage, ["bob", "dave"]);
  bob?.want("alice", TEXT);
  dave?.want("alice", { ...TEXT, screen: { height: 1080, rate: 5 } });
  const film = cinema(stage.signal);
  await alice.setTrack("screen", film.track);
  await until(() => screen(bob) === LINES, "as text at first");
  await until(() => screen(bob) === 720 && (rate(bob) ?? 0) > 17, "as a film then", FILM_MS);
  await until(() => screen(dave) === LINES && Number(rate(dave)) <= 8, "less for Dave");
  film.stop();
  await until(() => screen(bob) === LINES, "sharp again");
});

test("a film comes as one without a layer, too, and only its sender's track is said to move", async (stage) => {
  const { alice, others: [bob] } = await call(stage, ["bob"]);
  bob?.want("alice", TEXT);
  const film = cinema(stage.signal);
  film.track.contentHint = "text";
  await alice.setTrack("screen", film.track);
  const sent = () => peerOf(alice, "bob").pc?.getSenders().find(({ track }) => track?.label === film.track.label)?.track;
  await until(() => screen(bob) === 720 && sent()?.contentHint === "motion", "a film", FILM_MS);
  equal(film.track.contentHint, "text");
  film.stop();
  await until(() => screen(bob) === LINES && sent()?.contentHint === "text", "text");
});

test("whoever comes before the worker runs waits for it", async (stage) => {
  const { alice, others: [bob, carol], heights } = await call(stage, ["bob", "carol"], Fanout.make());
  for (const mesh of [bob, carol]) mesh?.want("alice", MIDDLE);
  await until(() => heights(bob) === 360 && heights(carol) === 360, "both see");
  await becomes(() => carried(alice, "camera"), [360, 360], "all share");
});

test("where the worker cannot be loaded, each has an encode of its own", async (stage) => {
  const worker = Object.assign(new EventTarget(), { postMessage() {}, terminate() {} });
  const { alice, others: [bob, carol], fail } = await call(stage, ["bob", "carol"], null, worker);
  fail();
  for (const mesh of [bob, carol]) mesh?.want("alice", MIDDLE);
  await until(async () => [bob, carol].every((mesh) => (mesh ? peerOf(mesh, "alice").reading?.received.camera.frames ?? 0 : 0) > 5), "both see");
  await becomes(() => carried(alice, "camera"), [null, null], "nobody shares");
  const manners = () => [...alice.peers.values()].map((peer) => [peer.canShare, peer.manner("camera")?.isShared, peer.manner("screen")]);
  await becomes(manners, [[false, false, null], [false, false, null]]);
});

/** @type {Record<string, (worker: Worker, clock: ManualClock) => unknown>} */
const ENDS = {
  "is gone": async (worker, clock) => {
    worker.terminate();
    await delay(100);
    clock.advance(6000);
  },
  throws: (worker) => worker.postMessage({ type: "layers", layers: null }),
  "throws while it waits": (worker) => worker.postMessage({ type: "source", slot: "camera", frames: 1 }),
};

for (const [how, end] of Object.entries(ENDS)) {
  test(`when the worker ${how} in the call, nobody's picture freezes`, async (stage) => {
    const clock = new ManualClock();
    const { fanout, worker } = watched(clock);
    const { alice, others: [bob, carol], heights } = await call(stage, ["bob", "carol"], fanout);
    for (const mesh of [bob, carol]) mesh?.want("alice", MIDDLE);
    await until(() => heights(bob) === 360 && heights(carol) === 360, "both see");
    clock.advance(5000);
    await once(fanout, "stats");
    ok(fanout.isOpen, "a worker that was slow is no reason");

    const before = [bob, carol].map((mesh) => mesh && peerOf(mesh, "alice").pc);
    await Promise.all([once(fanout, "failed"), end(worker, clock)]);
    await until(() => [bob, carol].every((mesh, index) => mesh && peerOf(mesh, "alice").pc !== before[index]), "new connections");
    await until(() => [bob, carol].every((mesh) => mesh && (peerOf(mesh, "alice").reading?.received.camera.frames ?? 0) > 5), "both see again");
    await becomes(() => carried(alice, "camera"), [null, null]);
  });
}

/** A fan-out, and its worker. @param {ManualClock} clock */
function watched(clock) {
  const { Worker } = globalThis;
  /** @type {Worker[]} */
  const made = [];
  globalThis.Worker = class extends Worker {
    /** @param {ConstructorParameters<typeof Worker>} options */
    constructor(...options) {
      super(...options);
      made.push(this);
    }
  };
  const fanout = Fanout.make({ clock });
  globalThis.Worker = Worker;
  const [worker] = made;
  if (!fanout || !worker) throw new Error("not supported");
  worker.addEventListener("error", (event) => event.preventDefault());
  return { fanout, worker };
}

/**
 * Alice has a camera; the others look.
 *
 * @param {import("../../harness.js").Stage} stage
 * @param {string[]} ids
 * @param {Fanout | null} [early] one whose worker does not run yet
 * @param {EventTarget | null} [worker] in place of the worker
 */
async function call({ signal, element }, ids, early = null, worker = null) {
  const fanout = worker ? new Fanout(real(worker)) : (early ?? Fanout.make());
  if (!fanout) throw new Error("not supported");
  signal.addEventListener("abort", () => fanout.close());
  if (!early && !worker) await once(fanout, "ready");
  const wire = new Wire(signal);
  const options = { clock: systemClock };
  const alice = await wire.join("alice", { ...options, fanout });
  await alice.setTrack("camera", camera(signal, 640, 360));
  const others = [];
  for (const id of ids) others.push(await wire.join(id, options));
  await connected(...others.map((mesh) => peerOf(mesh, "alice")), ...alice.peers.values());
  for (const mesh of others) show(mesh, element);
  const heights = (/** @type {Mesh | undefined} */ mesh) => video(mesh).videoHeight;
  const stats = () =>
    /** @type {Promise<Stats>} */ (
      new Promise((resolve) => fanout.addEventListener("stats", (event) => resolve(Reflect.get(event, "detail")), { once: true }))
    );
  return { alice, others, heights, stats, fail: () => worker?.dispatchEvent(new Event("error")) };
}

/** A transform takes nothing but a worker: this one runs and never says so. @param {EventTarget} voice */
function real(voice) {
  const policy = Reflect.get(globalThis, "trustedTypes")?.createPolicy("test", { createScriptURL: (/** @type {string} */ url) => url });
  const url = new URL("./silent-worker.js", import.meta.url).href;
  const worker = new Worker(policy?.createScriptURL(url) ?? url);
  voice.addEventListener("error", () => worker.dispatchEvent(new Event("error")));
  return worker;
}

/**
 * The height of the layer that each of her peers gets; null where there is none.
 *
 * @param {Mesh} mesh
 * @param {"camera" | "screen"} slot
 */
function carried(mesh, slot) {
  return [...mesh.peers.values()].map((peer) => peer.carried(slot));
}

/** @type {WeakMap<Mesh, HTMLVideoElement>} */
const videos = new WeakMap();

/** @param {Mesh | undefined} mesh */
function video(mesh) {
  const found = mesh && videos.get(mesh);
  if (!found) throw new Error("no video");
  return found;
}

/** @param {Mesh | undefined} mesh */
function width(mesh) {
  return video(mesh).videoWidth;
}

/**
 * @param {Mesh} mesh
 * @param {HTMLElement} element
 */
function show(mesh, element) {
  const shown = element.appendChild(document.createElement("video"));
  shown.muted = true;
  shown.srcObject = new MediaStream([peerOf(mesh, "alice").tracks.camera ?? []].flat());
  shown.play().catch(() => {}); // it may never have come to a picture
  videos.set(mesh, shown);
}

/** @param {Mesh | undefined} mesh @returns {number | undefined} how often a second it was shown Alice's screen */
function rate(mesh) {
  return mesh && peerOf(mesh, "alice").reading?.received.screen.rate;
}

/** @param {Mesh | undefined} mesh @returns {number | undefined} the lines of Alice's screen that it was shown last */
function screen(mesh) {
  return mesh && peerOf(mesh, "alice").reading?.received.screen.height;
}

/**
 * @param {Mesh | undefined} mesh
 * @param {number} ms
 * @returns {Promise<number>} pictures that were decoded meanwhile
 */
async function frames(mesh, ms) {
  const decoded = () => video(mesh).getVideoPlaybackQuality().totalVideoFrames;
  const before = decoded();
  await new Promise((resolve) => setTimeout(resolve, ms));
  return decoded() - before;
}

/**
 * A screen on which nothing moves.
 *
 * @param {AbortSignal} signal
 * @param {number} width
 * @param {number} height
 */
function page(signal, width, height) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  canvas.getContext("2d")?.fillText("Minutes of the meeting", 40, 40);
  const [track] = canvas.captureStream(15).getVideoTracks();
  if (!track) throw new Error("no track");
  track.contentHint = "text";
  signal.addEventListener("abort", () => track.stop());
  return track;
}

/** A screen, small because it is encoded by a processor, on which a film runs, and then a clock. @param {AbortSignal} signal */
function cinema(signal) {
  const { track, context, rest } = moving(signal, LINES, LINES);
  const stop = () => {
    rest();
    const clock = setInterval(() => context?.clearRect(Math.random() * 480, 0, 9, 9), 1000);
    signal.addEventListener("abort", () => clearInterval(clock));
  };
  return { track, stop };
}

/**
 * @param {AbortSignal} signal
 * @param {number} width
 * @param {number} height
 */
function camera(signal, width, height) {
  return moving(signal, width, height).track;
}

/**
 * @param {AbortSignal} signal
 * @param {number} width
 * @param {number} height
 */
function moving(signal, width, height) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  const timer = setInterval(() => context?.fillRect(Math.random() * width, Math.random() * height, 40, 40), 33);
  const [track] = canvas.captureStream(30).getVideoTracks();
  if (!track) throw new Error("no track");
  const rest = () => clearInterval(timer);
  signal.addEventListener("abort", () => (rest(), track.stop()));
  return { track, context, rest };
}
