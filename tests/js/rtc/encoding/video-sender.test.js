import { equal, nextTask, test } from "../../harness.js";
import { VideoSender } from "../../../../static/js/rtc/encoding/video-sender.js";

/** @import { Rung, VideoSlot } from "../../../../static/js/rtc/model/ladder.js" */

const TEXT = { height: 1080, rate: 15, bitrate: 1_500_000 };
const FILM = { height: 720, rate: 30, bitrate: 1_500_000 };

/**
 * A sender that keeps what it was told.
 *
 * @param {AbortSignal} signal
 * @param {VideoSlot} slot
 * @param {string} displaySurface
 * @param {number} [height]
 */
function sending(signal, slot, displaySurface, height = 1080) {
  /** @type {unknown[]} */
  const limits = [];
  const track = {
    contentHint: "",
    getSettings: () => ({ height, displaySurface }),
    applyConstraints: async (/** @type {MediaTrackConstraints} */ { frameRate }) => void limits.push(frameRate),
  };
  let parameters = /** @type {any} */ ({ encodings: [{}] });
  const sender = {
    track,
    getParameters: () => structuredClone(parameters),
    setParameters: async (/** @type {any} */ next) => void (parameters = next),
  };
  const encoding = new VideoSender({ slot, sender: /** @type {any} */ (sender), peer: "bob", fanout: null, signal });
  const give = async (/** @type {Rung} */ rung, isAmple = false) => (encoding.set({ rung, layer: null, isAmple }), nextTask());
  return { encoding, give, track, limits, set: () => ({ ...parameters.encodings[0], preference: parameters.degradationPreference }) };
}

test("a film is said to be one, and keeps its pictures where text keeps its lines", async ({ signal }) => {
  const { give, track, limits, set } = sending(signal, "screen", "monitor");
  const said = () => [track.contentHint, set().maxFramerate, set().scaleResolutionDownBy, set().preference];
  await give(TEXT);
  equal(said(), ["text", 15, 1, "maintain-resolution"]);
  await give(FILM);
  equal(said(), ["motion", 30, 1.5, "maintain-framerate"]);
  await give(TEXT);
  equal(said(), ["text", 15, 1, "maintain-resolution"]);
  equal(limits, []);
});

test("a tab is limited by its track: the capture of all would follow a sender's limit", async ({ signal }) => {
  const { give, limits, set } = sending(signal, "screen", "browser");
  for (const rung of [TEXT, TEXT, FILM, { ...TEXT, rate: 5 }]) await give(rung);
  equal([limits, set().active, set().maxFramerate], [[{ max: 15 }, { max: 30 }, { max: 5 }], true, undefined]);
});

test("so it does in a tab that is no higher than the film, where nothing else changes", async ({ signal }) => {
  const { give, set } = sending(signal, "screen", "browser", 700);
  await give(TEXT);
  await give(FILM);
  equal(set().preference, "maintain-framerate");
});

test("whatever is wanted while something is applied is applied right after", async ({ signal }) => {
  const { encoding, give, set } = sending(signal, "camera", "");
  for (let microtasks = 0; microtasks < 12; microtasks += 1) {
    encoding.set({ rung: FILM, layer: null, isAmple: false });
    for (let passed = 0; passed < microtasks; passed += 1) await null;
    await give({ ...FILM, rate: 15 });
    equal(set().maxFramerate, 15, `after ${microtasks}`);
  }
});

test("a camera moves, whatever is wanted of it", async ({ signal }) => {
  const { give, limits, set } = sending(signal, "camera", "");
  await give({ height: 180, rate: 15, bitrate: 150_000 });
  equal([set().maxFramerate, set().preference, limits], [15, "maintain-framerate", []]);
});

test("where there is room for a camera's picture, its encoder gives up no lines", async ({ signal }) => {
  const { give, set } = sending(signal, "camera", "", 720);
  await give(FILM);
  equal(set().preference, "maintain-framerate");
  await give(FILM, true);
  equal(set().preference, "maintain-resolution");
  await give(FILM);
  equal(set().preference, "maintain-framerate");
});
