/**
 * Readings as a test needs them: counters that rise by so much a second.
 *
 * @import { Reading, Received, Sent } from "../../../static/js/rtc/stats/reading.js"
 * @import { PairQuality } from "../../../static/js/rtc/stats/grade.js"
 * @typedef {object} Second what happens in one
 * @property {Partial<Received>} [microphone]
 * @property {Partial<Received>} [camera]
 * @property {Partial<Sent>} [sent] of the camera
 * @property {Partial<Pick<Reading, "roundTripMs" | "uplink" | "isRelayed">>} [path]
 */

import { BEGINNING, follow } from "../../../static/js/rtc/stats/grade.js";
import { eachSlot } from "../../../static/js/rtc/model/slots.js";

const COUNTED = ["packets", "bytes", "lost", "samples", "concealed", "frames", "freezes", "encodeMs"];
const SOUND = { packets: 50, bytes: 5000, lost: 0, samples: 48_000, concealed: 0 };

/** @returns {Reading} before anything has come or gone */
export function blank() {
  const received = { packets: 0, bytes: 0, lost: 0, samples: 0, concealed: 0, frames: 0, width: 0, height: 0, rate: 0, freezes: 0, codec: "" };
  const sent = {
    packets: 0, bytes: 0, frames: 0, width: 0, height: 0, rate: 0, encodeMs: 0, limitation: "", loss: null,
    roundTripMs: null, reportedAt: 0, codec: "", source: 0,
  };
  return {
    received: eachSlot(() => ({ ...received })),
    sent: eachSlot(() => ({ ...sent })),
    roundTripMs: 20,
    roundTrips: 0,
    uplink: null,
    isRelayed: false,
  };
}

/**
 * A line after these seconds, one reading after each.
 *
 * @param {readonly Second[]} seconds
 * @param {PairQuality} [quality]
 * @returns {PairQuality}
 */
export function after(seconds, quality = follow(BEGINNING, blank(), 0)) {
  return seconds.reduce((before, second) => follow(before, next(/** @type {Reading} */ (before.reading), second), before.at + 1000), quality);
}

/**
 * @param {number} count
 * @param {Second} [second]
 */
export function seconds(count, second = {}) {
  return Array.from({ length: count }, () => second);
}

/**
 * @param {Reading} reading
 * @param {Second} second
 * @returns {Reading}
 */
function next({ received, sent, ...path }, { microphone = {}, camera = {}, sent: own = {}, path: change = {} }) {
  const heard = { ...received, microphone: risen(received.microphone, { ...SOUND, ...microphone }), camera: risen(received.camera, camera) };
  return { ...path, ...change, received: heard, sent: { ...sent, camera: risen(sent.camera, own) } };
}

/**
 * @template {object} T
 * @param {T} before
 * @param {Partial<T>} by
 * @returns {T}
 */
function risen(before, by) {
  const entries = Object.entries(by).map(([name, value]) => [name, COUNTED.includes(name) ? Reflect.get(before, name) + value : value]);
  return { ...before, ...Object.fromEntries(entries) };
}
