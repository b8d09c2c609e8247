import { equal, test, until } from "../harness.js";
import { Fanout } from "../../../static/js/rtc/encoding/fanout.js";
import { Adaptation } from "../../../static/js/rtc/adaptation/controller.js";
import { Mesh } from "../../../static/js/rtc/mesh.js";
import { eachSlot } from "../../../static/js/rtc/model/slots.js";
import { ManualClock } from "../clock.js";
import { blank } from "./readings.js";
import { connected, ICE, peerOf, Wire } from "./wire.js";

/** @import { Reading } from "../../../static/js/rtc/stats/reading.js" */

/** A fan-out whose worker says once a second what a test tells it to. */
function fanout() {
  const worker = Object.assign(new EventTarget(), { postMessage() {}, terminate() {} });
  const counts = { name: "camera 3", slot: "camera", height: 360, frames: 0, skipped: 0, encodeMs: 0, bytes: 0, keys: 0 };
  const tell = (/** @type {number} */ frames, /** @type {number} */ each) => {
    Object.assign(counts, { frames: counts.frames + frames, encodeMs: counts.encodeMs + frames * each });
    worker.dispatchEvent(new MessageEvent("message", { data: { type: "stats", layers: [{ ...counts }], senders: [] } }));
  };
  return { fanout: new Fanout(/** @type {any} */ (worker)), tell };
}

test("what our pictures cost for all is known, and when the processor holds them down", ({ signal }) => {
  const clock = new ManualClock();
  const { fanout: encoder, tell } = fanout();
  const mesh = new Mesh({ id: "alice", send: () => {}, ice: { ...ICE, servers: [] }, fanout: encoder, clock, signal });
  const run = (/** @type {number} */ count, /** @type {number} */ frames, /** @type {number} */ each) => {
    for (let second = 0; second < count; second++) clock.advance(1000), tell(frames, each);
    return { ...mesh.load, layers: Math.round(mesh.load.layers * 100) / 100 };
  };
  equal(mesh.load, { layers: 0, isLowered: false });
  equal(run(6, 30, 10), { layers: 0.3, isLowered: false });
  equal(run(4, 4, 240).isLowered, true, "pictures take too long");
  equal(run(30, 30, 10), { layers: 0.3, isLowered: false }, "and again do not");
});

test("everybody is told that there is no room while they are held down", async ({ signal }) => {
  const nothing = () => {};
  const encoder = Object.assign(new EventTarget(), { isOpen: false, plan: nothing, show: nothing });
  const wire = new Wire(signal);
  wire.run(5);
  const alice = await wire.join("alice", { fanout: encoder });
  const bob = await wire.join("bob");
  await connected(peerOf(alice, "bob"), peerOf(bob, "alice"));
  for (const encodeMs of [0, 1000, 2000])
    encoder.dispatchEvent(
      new CustomEvent("stats", { detail: { layers: [{ name: "camera 3", slot: "camera", frames: encodeMs / 250, skipped: 0, encodeMs }] } }),
    );
  await until(() => peerOf(bob, "alice").pairs?.headroom === 0, "Alice has no room");
  equal(bob.load.isLowered, false);
});

test("our own line holds them down, and only when it is ours", ({ signal }) => {
  const clock = new ManualClock();
  /** @type {Map<string, any>} */
  const peers = new Map(["bob", "carol", "dave"].map((id) => [id, peer(id)]));
  const adaptation = new Adaptation({ peers, tracks: eachSlot(() => null), fanout: null, clock, signal });
  const run = (/** @type {number} */ count, /** @type {string[]} */ ...lossy) => {
    for (let second = 0; second < count; second++) {
      for (const [id, one] of peers) one.reading = next(one.reading, lossy.includes(id) ? 0.3 : 0);
      clock.advance(1000);
    }
    return adaptation.load.isLowered;
  };
  equal([run(5), run(10, "bob")], [false, false]);
  equal(run(10, "bob", "carol", "dave"), true);
  equal(run(30), false);
});

/** @param {string} id */
function peer(id) {
  const nothing = () => {};
  return Object.assign(new EventTarget(), {
    id,
    pc: {},
    reading: blank(),
    demand: null,
    canShare: false,
    carried: () => null,
    send: nothing,
    encode: nothing,
    lean: nothing,
  });
}

/**
 * @param {Reading} reading
 * @param {number} loss of pictures
 * @returns {Reading}
 */
function next({ sent, ...rest }, loss) {
  const camera = { ...sent.camera, packets: sent.camera.packets + 60, reportedAt: sent.camera.reportedAt + 1, loss, roundTripMs: 20 };
  return { ...rest, roundTrips: rest.roundTrips + 1, sent: { ...sent, camera } };
}
