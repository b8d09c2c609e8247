import { equal, ok, test } from "../../harness.js";
import { ManualClock } from "../../clock.js";
import { Adaptation } from "../../../../static/js/rtc/adaptation/controller.js";
import { LADDERS } from "../../../../static/js/rtc/model/ladder.js";
import { blank } from "../readings.js";

/** @import { Setting } from "../../../../static/js/rtc/encoding/video-sender.js" */
/** @import { LayerPlan } from "../../../../static/js/rtc/encoding/fanout.js" */
/** @import { Reading } from "../../../../static/js/rtc/stats/reading.js" */
/** @import { VideoSlot } from "../../../../static/js/rtc/model/ladder.js" */

/** @typedef {{loss?: number, uplink?: number | null, limitation?: string, isIdle?: boolean}} Look `isIdle`: no video was sent */

const NOTHING = { height: 0, rate: 0 };
/** @param {number} height */
const face = (height) => ({ camera: { height, rate: 30 }, screen: NOTHING });
const TEXT = { camera: { height: 720, rate: 30 }, screen: { height: 1080, rate: 15 } };

/** Somebody as adaptation knows them, whose browser reads a line as the test says. */
class Somebody extends EventTarget {
  pc = {};
  canShare = true;
  isLean = false;
  /** @type {Reading | null} */
  reading = null;
  /** @type {Map<string, Setting>} */
  settings = new Map();
  /** @type {Map<string, any>} */
  sent = new Map();
  #seconds = 0;

  /**
   * @param {string} id
   * @param {typeof TEXT | ReturnType<typeof face> | null} demand
   */
  constructor(id, demand) {
    super();
    this.id = id;
    this.demand = demand;
  }

  /** @param {typeof TEXT | ReturnType<typeof face>} demand */
  want(demand) {
    this.demand = demand;
    this.dispatchEvent(new Event("demand"));
  }

  /** @param {string} slot @param {Setting} setting */
  encode(slot, setting) {
    this.settings.set(slot, setting);
  }

  /** @param {boolean} isLean */
  lean(isLean) {
    this.isLean = isLean;
  }

  /** @param {{type: string}} message */
  send(message) {
    this.sent.set(message.type, message);
  }

  /** @param {string} slot */
  carried(slot) {
    const setting = this.settings.get(slot);
    return setting?.layer ? setting.rung.height : null;
  }

  /** @param {Look} line */
  read({ loss = 0, uplink = null, limitation = "none", isIdle = false }) {
    this.#seconds += 1;
    this.reading = { ...blank(), roundTrips: this.#seconds, uplink };
    Object.assign(this.reading.sent.camera, { limitation, frames: isIdle ? 0 : this.#seconds * 20 });
    Object.assign(this.reading.sent.microphone, { packets: this.#seconds * 50, reportedAt: this.#seconds, loss, roundTripMs: 20 });
  }

  /** How many lines it is sent, and whether it shares them. */
  get gets() {
    return this.lines("camera");
  }

  /** @param {VideoSlot} slot */
  lines(slot) {
    const setting = this.settings.get(slot);
    return setting ? `${setting.rung.height}@${setting.rung.rate}${setting.layer ? "" : " alone"}` : "nothing";
  }
}

class Workshop extends EventTarget {
  /** @type {readonly LayerPlan[]} */
  layers = [];
  /** @type {Record<string, unknown>} */
  shown = {};
  plans = 0;

  /** @param {readonly LayerPlan[]} layers */
  plan(layers) {
    this.layers = layers;
    this.plans += 1;
  }

  /** @param {string} slot @param {unknown} track */
  show(slot, track) {
    this.shown[slot] = track;
  }

  get names() {
    return this.layers.map(({ name }) => name);
  }
}

/**
 * @param {AbortSignal} signal
 * @param {Record<string, typeof TEXT | ReturnType<typeof face> | null>} demands
 * @param {{screen?: boolean, fanout?: Workshop | null}} [options]
 */
function call(signal, demands, { screen = false, fanout = new Workshop() } = {}) {
  const clock = new ManualClock();
  const peers = new Map(Object.entries(demands).map(([id, demand]) => [id, new Somebody(id, demand)]));
  const tracks = { microphone: null, camera: {}, screen: screen ? {} : null, sound: null };
  const adaptation = new Adaptation(/** @type {any} */ ({ peers, tracks, fanout, clock, signal }));
  for (const peer of peers.values()) adaptation.follow(/** @type {any} */ (peer));
  const of = (/** @type {string} */ id) => /** @type {Somebody} */ (peers.get(id));
  /** @param {number} count @param {(id: string) => Look} [line] */
  const seconds = (count, line = () => ({})) => {
    for (let second = 0; second < count; second++) {
      for (const peer of peers.values()) peer.read(line(peer.id));
      clock.advance(1000);
    }
  };
  const all = () => [...peers.values()].map(({ gets }) => gets);
  const isStrained = (/** @type {string} */ id) => adaptation.isStrained(/** @type {any} */ (of(id)));
  return { adaptation, clock, of, all, seconds, isStrained, fanout: /** @type {Workshop} */ (fanout) };
}

const LOSSY = { loss: 0.5 };

test("who asks for the same size shares a layer, and demands of a moment are answered together", ({ signal }) => {
  const { of, all, clock, fanout } = call(signal, { bob: face(360), carol: face(360), dave: face(180) });
  equal(all(), ["360@30", "360@30", "180@15"]);
  equal(fanout.names.sort(), ["camera 1", "camera 3"]);
  const { plans } = fanout;
  for (let height = 90; height <= 360; height += 30) of("bob").want(face(height));
  equal(fanout.plans, plans, "not yet");
  clock.advance(60);
  equal([fanout.plans, of("bob").gets], [plans + 1, "360@30"]);
});

test("an encoder of its own keeps its lines where line and processor have room for them", ({ signal }) => {
  const { of, seconds } = call(signal, { bob: face(720) });
  const isAmple = () => of("bob").settings.get("camera")?.isAmple;
  equal(isAmple(), false, "nothing is known");
  seconds(1, () => ({ uplink: 2_000_000 }));
  equal(isAmple(), true);
  seconds(1, () => ({ uplink: 2_000_000, limitation: "cpu" }));
  equal(isAmple(), false);
  seconds(1, () => ({ uplink: 400_000 }));
  equal([isAmple(), of("bob").gets], [false, "720@30 alone"], "the browser makes it smaller by itself");
});

test("a camera begins with few lines on each connection, and a screen does not", ({ signal }) => {
  const { of, seconds, clock } = call(signal, { bob: TEXT }, { screen: true });
  const lines = () => [of("bob").lines("camera"), of("bob").lines("screen")];
  equal(lines(), ["360@30 alone", "1080@15 alone"]);
  seconds(5, () => ({ isIdle: true }));
  equal(lines(), ["360@30 alone", "1080@15 alone"], "it takes long to connect");
  seconds(1);
  equal(lines(), ["720@30 alone", "1080@15 alone"]);
  Object.assign(of("bob"), { pc: {}, reading: null });
  of("bob").want(TEXT);
  clock.advance(60);
  equal(lines(), ["360@30 alone", "1080@15 alone"], "another connection");
});

test("on a thin line the voice is lean, and not for those whose line is good", ({ signal }) => {
  const { of, seconds } = call(signal, { bob: face(360), carol: face(360), dave: face(360) });
  const lean = () => ["bob", "carol", "dave"].map((id) => of(id).isLean);
  equal(lean(), [false, false, false]);
  seconds(20, (id) => (id === "bob" ? { ...LOSSY, uplink: 100_000 } : {}));
  equal(lean(), [true, false, false]);
  seconds(200);
  equal(lean(), [false, false, false]);
});

test("who is alone with us, cannot share, or wants the smallest has an encode of their own", ({ signal }) => {
  const { all: pair, seconds } = call(signal, { bob: face(720) });
  seconds(1);
  equal(pair(), ["720@30 alone"]);
  const { of, all, clock } = call(signal, { bob: face(360), carol: face(360), dave: face(90) });
  of("bob").canShare = false;
  clock.advance(1000);
  equal(all(), ["360@30 alone", "360@30", "90@8 alone"]);
});

test("nobody gets more pictures of a camera a second than they want, and nobody fewer because another wants few", ({ signal }) => {
  const slow = (/** @type {number} */ height, /** @type {number} */ rate) => ({ camera: { height, rate }, screen: NOTHING });
  equal(call(signal, { bob: slow(270, 10) }).all(), ["270@10 alone"]);
  const { all, of, clock, fanout } = call(signal, { bob: slow(360, 10), carol: face(360), dave: slow(180, 5), erin: slow(180, 0.1) });
  const rates = () => Object.fromEntries(fanout.layers.map(({ name, rung }) => [name, rung.rate]));
  equal([all(), rates()], [["360@30", "360@30", "180@5", "180@5"], { "camera 1": 5, "camera 3": 30 }]);
  of("carol").want(slow(360, 0.1));
  clock.advance(60);
  equal(rates(), { "camera 1": 5, "camera 3": 10 });
  of("bob").want(slow(360, 0.1));
  clock.advance(60);
  equal(rates(), { "camera 1": 5, "camera 3": 1 });
});

test("nobody wants it: nothing is encoded, a moment later", ({ signal }) => {
  const { of, clock, fanout } = call(signal, { bob: face(360), carol: face(360) });
  for (const id of ["bob", "carol"]) of(id).want({ camera: NOTHING, screen: NOTHING });
  clock.advance(1000);
  equal([of("bob").gets, fanout.names], ["nothing", ["camera 3"]]);
  clock.advance(3000);
  equal([fanout.names, fanout.shown.camera], [[], null]);
});

test("whoever asks for another size all the time makes no fourth layer", ({ signal }) => {
  const { of, clock, fanout } = call(signal, { bob: face(180), carol: face(360), dave: face(360) });
  for (const height of [180, 270, 720, 360, 180, 720]) {
    of("bob").want(face(height));
    clock.advance(200);
    ok(fanout.layers.length <= 3, `${fanout.layers.length} layers`);
    ok(fanout.names.includes("camera 3"), "Carol's goes on");
  }
});

test("saving gives nobody a large picture", ({ signal }) => {
  const { adaptation, all, clock } = call(signal, { bob: face(720), carol: face(360) });
  adaptation.isSaving = true;
  clock.advance(60);
  equal(all(), ["180@15", "180@15"]);
});

test("a thin line gets less, then nothing, with a word to the one who misses it; the others lose nothing", ({ signal }) => {
  const { of, all, seconds, isStrained } = call(signal, { bob: face(360), carol: face(360), dave: face(360) });
  seconds(4);
  equal(of("bob").sent.get("held"), { type: "held", camera: false, screen: false });
  seconds(30, (id) => (id === "bob" ? LOSSY : {}));
  equal(all(), ["nothing", "360@30", "360@30"]);
  equal(of("bob").sent.get("held"), { type: "held", camera: true, screen: false });
  equal([isStrained("bob"), isStrained("carol")], [true, false]);
  seconds(120);
  equal([isStrained("bob"), isStrained("carol")], [false, false]);
  equal(all(), ["360@30", "360@30", "360@30"]);
  equal(of("bob").sent.get("held").camera, false);
});

test("so does one that is encoded for alone, in a call of two too", ({ signal }) => {
  const { of, seconds } = call(signal, { bob: face(720) }, { fanout: null });
  seconds(4);
  seconds(40, () => LOSSY);
  equal([of("bob").gets, of("bob").sent.get("held").camera], ["nothing", true]);
});

test("a line that is ours is lowered for all who suffer from it, and all come back together", ({ signal }) => {
  const { all, seconds } = call(signal, { bob: face(360), carol: face(360), dave: face(360), erin: face(360) });
  seconds(4);
  seconds(3, (id) => (id === "erin" ? {} : { loss: 0.5, uplink: 250_000 }));
  equal(all(), ["180@15", "180@15", "180@15", "360@30"], "Erin's is good");
  seconds(2, (id) => (id === "erin" ? { loss: 0.5, uplink: 250_000 } : {}));
  equal(new Set(all()).size, 1);
  equal(all()[0], "180@15");
  /** @type {Set<string>} */
  const told = new Set();
  for (let second = 0; second < 40; second++) {
    seconds(1);
    equal(new Set(all()).size, 1, "together");
    told.add(all()[0] ?? "");
  }
  equal([...told].at(-1), "360@30");
});

test("Mallory and a thin line do not make Carol's picture worse, whatever they say of theirs", ({ signal }) => {
  const { of, seconds } = call(signal, { bob: face(360), mallory: face(360), carol: face(360) });
  seconds(4);
  for (let second = 0; second < 60; second++) {
    seconds(1, (id) => (id === "carol" ? { uplink: 5_000_000 } : { loss: 0.5, uplink: 30_000 }));
    equal(of("carol").gets, "360@30", `second ${second}`);
  }
  equal(of("bob").gets, "nothing");
});

test("nor does a bad moment of Carol's own make her wait for them", ({ signal }) => {
  const { of, adaptation, seconds } = call(signal, { bob: face(360), mallory: face(360), carol: face(360) });
  const line = (/** @type {string} */ id) => (id === "carol" ? {} : LOSSY);
  seconds(4);
  seconds(40, line);
  equal([of("bob").gets, of("carol").gets, adaptation.load.isLowered], ["nothing", "360@30", false]);
  seconds(1, () => LOSSY);
  seconds(1, line);
  equal(of("carol").gets, "360@30", "once may be chance");
  seconds(3, () => LOSSY);
  equal([of("carol").gets, adaptation.load.isLowered], ["nothing", true]);
  seconds(8, line);
  equal([of("bob").gets, of("carol").gets], ["nothing", "360@30"], "her line is good while theirs are bad");
});

test("one who takes the smallest picture does not keep the others from going down at once", ({ signal }) => {
  const { of, seconds } = call(signal, { bob: face(360), carol: face(360), dave: face(360), mallory: face(90) });
  seconds(4);
  seconds(2, () => ({ loss: 0.5, uplink: 60_000 }));
  equal([of("bob").gets, of("carol").gets, of("dave").gets], ["nothing", "nothing", "nothing"]);
});

test("Mallory asks for the largest on a line of ours that does not carry it: hers goes first", ({ signal }) => {
  const { of, seconds } = call(signal, {
    mallory: { camera: { height: 2160, rate: 60 }, screen: NOTHING },
    bob: face(180),
    carol: face(180),
    dave: face(180),
  });
  seconds(4);
  for (let second = 0; second < 60; second++) {
    const isTooMuch = of("mallory").gets === "720@30";
    seconds(1, (id) => (isTooMuch ? { loss: 0.3, uplink: id === "mallory" ? 400_000 : 120_000 } : {}));
    equal(["bob", "carol", "dave"].map((id) => of(id).gets), ["180@15", "180@15", "180@15"]);
  }
});

test("on a thin line the camera gives way to a screen, and the screen is the last to go", ({ signal }) => {
  const { of, seconds } = call(signal, { bob: TEXT, carol: TEXT }, { screen: true });
  equal([of("bob").lines("screen"), of("bob").gets], ["1080@15", "720@30"]);
  seconds(4);
  /** @type {string[]} */
  const told = [];
  for (let second = 0; second < 40; second++) {
    seconds(1, (id) => (id === "bob" ? LOSSY : {}));
    told.push(`${of("bob").lines("screen")}, ${of("bob").gets}`);
  }
  const expected = ["1080@15, 720@30", "1080@5, 270@30", "360@5, 180@15", "360@5, 90@8 alone", "360@1 alone, nothing", "nothing, nothing"];
  equal([...new Set(told)], expected);
});

test("a computer that is too slow gives smaller pictures; one of which no layer comes does without them", ({ signal }) => {
  const { all, clock, fanout } = call(signal, { bob: face(720), carol: face(720) });
  const layer = { name: "camera 4", slot: "camera", height: 720, skipped: 0, bytes: 0, keys: 0, isDead: false };
  const tell = (/** @type {object} */ counts) =>
    fanout.dispatchEvent(new CustomEvent("stats", { detail: { layers: [{ ...layer, ...counts }], senders: [] } }));
  for (let second = 0; second < 4; second++) tell({ frames: second * 4, encodeMs: second * 1000 });
  clock.advance(60);
  equal(all(), ["360@30", "360@30"]);
  tell({ frames: 42, encodeMs: 3100, isDead: true });
  clock.advance(60);
  equal(all(), ["360@30 alone", "360@30 alone"]);
  clock.advance(6000);
  fanout.dispatchEvent(new CustomEvent("stats", { detail: { layers: [], senders: [] } }));
  clock.advance(60);
  equal(all(), ["360@30", "360@30"], "it is tried again, and the computer is not taken to be faster meanwhile");
});

test("a call that is over rests", () => {
  const lifetime = new AbortController();
  const { clock, fanout } = call(lifetime.signal, { bob: face(360), carol: face(360) });
  lifetime.abort();
  equal([fanout.names, fanout.shown], [[], { camera: null, screen: null }]);
  equal(clock.pending, 0);
});

test("ladders are as the stories above take them to be", () => {
  equal(LADDERS.camera.map(({ height }) => height), [90, 180, 270, 360, 720]);
});
