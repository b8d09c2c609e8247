import { delay, equal, ok, test, until } from "../../harness.js";
import { ManualClock } from "../../clock.js";
import { systemClock } from "../../../../static/js/lib/clock.js";
import { Layer } from "../../../../static/js/rtc/encoding/layer.js";

/** @import { VideoSlot } from "../../../../static/js/rtc/model/ladder.js" */

/**
 * @param {AbortSignal} signal
 * @param {VideoSlot} slot
 * @param {import("../../../../static/js/lib/clock.js").Clock} [clock]
 */
function layer(signal, slot, clock = systemClock) {
  let [frames, keys] = [0, 0];
  const output = (/** @type {{key: boolean}} */ { key }) => void ((frames += 1), (keys += Number(key)));
  const made = new Layer({ name: `${slot} 1`, slot, rung: { height: 90, rate: 15, bitrate: 100_000 }, output, clock });
  signal.addEventListener("abort", () => made.close());
  return { layer: made, frames: () => frames, keys: () => keys };
}

/** All that were made. @type {VideoEncoder[]} */
const encoders = [];
const NativeEncoder = globalThis.VideoEncoder;
globalThis.VideoEncoder = class extends NativeEncoder {
  /** @param {VideoEncoderInit} init */
  constructor(init) {
    super(init);
    encoders.push(this);
  }
};

/**
 * A second of pictures, 30 of them, none before the one before is encoded.
 *
 * @param {Layer} layer
 * @param {number} from µs
 */
async function second(layer, from) {
  for (let index = 0; index < 30; index++) {
    see(layer, from + index * 33_333);
    await Promise.all(encoders.filter(({ state }) => state === "configured").map((encoder) => encoder.flush()));
  }
}

/**
 * @param {Layer} layer
 * @param {number} timestamp
 */
function see(layer, timestamp) {
  const canvas = new OffscreenCanvas(320, 180);
  canvas.getContext("2d")?.fillRect(timestamp % 300, 0, 20, 20);
  const picture = new VideoFrame(canvas, { timestamp });
  layer.push(picture);
  picture.close();
}

/** How each encoder was set up, of all that are made from now on. @param {AbortSignal} signal */
function recorded(signal) {
  const { VideoEncoder } = globalThis;
  /** @type {Record<string, unknown>[]} */
  const configured = [];
  globalThis.VideoEncoder = class extends VideoEncoder {
    /** @override @param {VideoEncoderConfig} config */
    configure(config) {
      configured.push({ encoder: this, ...config });
      super.configure(config);
    }
  };
  signal.addEventListener("abort", () => (globalThis.VideoEncoder = VideoEncoder));
  return configured;
}

/** @typedef {import("../../../../static/js/rtc/model/ladder.js").Rung} Rung */
/** @type {Rung} */
const TEXT = { height: 180, rate: 15, bitrate: 100_000 };
/** @type {Rung} */
const FILM = { height: 90, rate: 30, bitrate: 100_000 };

test("an encoder knows whether it encodes text, and another one is made for a film, even of the same height", async ({ signal }) => {
  const configured = recorded(signal);
  const { layer: screen, frames, keys } = layer(signal, "screen");
  const said = () => configured.map(({ contentHint, framerate, height }) => [contentHint, framerate, height]);
  see(screen, 0);
  await until(() => frames() === 1, "text");
  equal(said(), [["text", 15, 90]]);
  screen.rung = FILM;
  await until(() => keys() === 2, "a film begins with a key frame at once");
  equal(said().slice(1), [["motion", 30, 90]]);
  screen.rung = { ...FILM, rate: 15 };
  await until(() => keys() === 3, "text again");
  equal(said().slice(2), [["text", 15, 90]]);
  equal(new Set(configured.map(({ encoder }) => encoder)).size, 3);
  const { layer: camera } = layer(signal, "camera");
  see(camera, 0);
  equal(configured.at(-1)?.contentHint, "motion");
});

test("a screen that stands still when it is text again is made anew in full height, once", async ({ signal }) => {
  const { layer: screen, keys } = layer(signal, "screen");
  screen.rung = FILM;
  see(screen, 0);
  await until(() => keys() === 1, "a film");
  equal(screen.counts.height, 90);
  screen.rung = TEXT;
  await until(() => keys() === 2, "without another picture");
  equal(screen.counts.height, 180);
  screen.rung = { ...TEXT };
  await delay(100);
  equal(keys(), 2, "the same again is nothing new");
});

test("pictures are thinned out to the layer's rate, also when another camera counts anew", async ({ signal }) => {
  const { layer: camera, frames } = layer(signal, "camera");
  await second(camera, 500_000_000);
  const first = frames();
  ok(first >= 13 && first <= 16, `${first} of 30`);
  await second(camera, 0);
  await second(camera, 1_000_000);
  const both = frames() - first;
  ok(both >= 26 && both <= 33, `${both} of 60`);
});

test("another rate counts from the next picture on, without a key frame", async ({ signal }) => {
  const { layer: camera, frames, keys } = layer(signal, "camera");
  await second(camera, 0);
  const before = frames();
  camera.rung = { ...camera.rung, rate: 5 };
  await second(camera, 1_000_000);
  const slower = frames() - before;
  ok(slower >= 4 && slower <= 7, `${slower} of 30`);
  equal(keys(), 1);
});

test("whoever asks while a key frame is under way shares it", async ({ signal }) => {
  const { layer: camera, frames, keys } = layer(signal, "camera");
  camera.requestKey();
  see(camera, 0);
  camera.requestKey();
  await until(() => frames() === 1, "the first picture");
  await delay(400);
  see(camera, 1_000_000);
  await until(() => frames() === 2, "the second");
  equal(keys(), 1);
  camera.requestKey();
  see(camera, 2_000_000);
  await until(() => keys() === 2, "one that was asked for");
});

test("a screen that stands still gets better for a while, then rests, and makes a key frame for whoever comes", async ({ signal }) => {
  const { layer: screen, frames, keys } = layer(signal, "screen");
  see(screen, 0);
  await until(() => frames() === 2, "once more");
  equal(keys(), 1);
  screen.requestKey();
  await until(() => keys() === 2, "a key frame of a still picture");
});

test("a layer of which nothing comes says so, and one of which something comes does not", async ({ signal }) => {
  const clock = new ManualClock();
  const { layer: healthy } = layer(signal, "camera", clock);
  const last = async (/** @type {Layer} */ one) => {
    for (let from = 0; from < 6e6; from += 1e6) await second(one, from).then(() => clock.advance(1000));
    return one.counts.isDead;
  };
  equal(await last(healthy), false);

  const Encoder = globalThis.VideoEncoder;
  signal.addEventListener("abort", () => Object.assign(globalThis, { VideoEncoder: Encoder }));
  Object.assign(globalThis, { VideoEncoder: Mute });
  equal(await last(layer(signal, "camera", clock).layer), true);
  const { layer: slow } = layer(signal, "camera", clock);
  for (let from = 0; from < 6e6; from += 1e6) await second(slow, from);
  equal(slow.counts.isDead, false, "many, but not for long");
  const { layer: asleep } = layer(signal, "camera", clock);
  await second(asleep, 0);
  clock.advance(3_600_000);
  equal(asleep.counts.isDead, false, "a computer that slept has lost few");
});

/** Takes whatever it is given. */
class Mute {
  state = "configured";
  encodeQueueSize = 0;
  configure() {}
  encode() {}
  close() {}
}
