/**
 * Which rung each peer gets, and whether as a shared layer. Pure: demands and limits in, grants out.
 *
 * A peer gets the lowest rung that is as high as what it shows, or a lower one where the connection to it or our CPU is too slow for
 * that. Peers on the same rung share a *layer*, an encoding that is made once, where their pairs can.
 *
 * @import { VideoDemand } from "../model/demand.js"
 * @import { Rung, VideoSlot } from "../model/ladder.js"
 * @typedef {{id: string, wanted: VideoDemand, most: number, shares: boolean}} Taker `most`: the highest rung that its connection carries; `shares`:
 *   whether it can be given a layer
 * @typedef {{step: number, shared: boolean}} Grant `step`: the rung, -1 for no video
 * @typedef {Readonly<Record<VideoSlot, number>>} Steps rungs, -1 for no video
 */

import { LADDERS, VIDEO_SLOTS } from "../model/ladder.js";

/** Video may be shown this many times larger than it is. */
const STRETCH = 1.2;
/** The lowest rung of a layer. Below it, only an encoder of its own that follows the connection's bandwidth is of use. */
const LEAST_SHARED = 1;
/**
 * Lines of a camera of which no frame has been sent yet. Congestion control begins with 300 kbit/s. If that is too little for the size of
 * a frame, the browser's encoder drops up to four frames at first, and the limit for that is 640x480 pixels.
 */
const FIRST_HEIGHT = 360;
/** Frames per second: with fewer, video does not look as if it moved. */
const LEAST_RATE = 1;
/** For each slot. More are not worth their CPU time. */
export const MOST_LAYERS = 3;

/**
 * @param {VideoSlot} slot
 * @param {readonly Taker[]} takers
 * @param {number} ceiling the highest rung that our CPU can encode
 * @returns {Map<string, Grant>}
 */
export function grants(slot, takers, ceiling) {
  const granted = takers.map((taker) => /** @type {const} */ ([taker, grant(slot, taker, ceiling)]));
  const steps = new Set(granted.flatMap(([, { step, shared }]) => (shared ? [step] : [])));
  const lowest = [...steps].sort((a, b) => a - b).at(-MOST_LAYERS) ?? 0;
  return new Map(granted.map(([taker, one]) => [taker.id, one.shared && one.step < lowest ? without(taker, one.step, lowest) : one]));
}

/**
 * Where there would be too many layers, a peer gets the next higher one, or an encoder of its own where its connection does not carry
 * that. So its video gets no worse by what others ask for.
 *
 * @param {Taker} taker
 * @param {number} step
 * @param {number} next
 * @returns {Grant}
 */
function without({ most }, step, next) {
  return most >= next ? { step: next, shared: true } : { step, shared: false };
}

/**
 * @param {VideoSlot} slot
 * @param {Taker} taker
 * @param {number} ceiling
 * @returns {Grant}
 */
function grant(slot, { wanted, most, shares }, ceiling) {
  const step = Math.min(stepFor(slot, wanted), most, Math.max(0, ceiling));
  return { step, shared: shares && step >= LEAST_SHARED };
}

/**
 * The lowest rung that is good enough.
 *
 * @param {VideoSlot} slot
 * @param {VideoDemand} wanted
 * @returns {number} -1 when nothing is wanted
 */
export function stepFor(slot, { height, rate }) {
  if (height <= 0 || rate <= 0) return -1;
  const ladder = LADDERS[slot];
  const step = ladder.findIndex((rung) => rung.height * STRETCH >= height && (slot === "camera" || rung.rate >= rate));
  return step < 0 ? ladder.length - 1 : step;
}

/**
 * A rung with no more frames per second of a camera than are wanted. For a screen the rung is chosen by the frame rate already.
 *
 * @param {VideoSlot} slot
 * @param {Rung} rung
 * @param {number} rate frames per second
 * @returns {Rung}
 */
export function slowed(slot, rung, rate) {
  return slot === "camera" ? { ...rung, rate: Math.min(rung.rate, Math.max(LEAST_RATE, rate)) } : rung;
}

/**
 * A rung with which video begins, so that its first frame comes soon.
 *
 * @param {VideoSlot} slot
 * @param {Rung} rung
 * @returns {Rung}
 */
export function first(slot, rung) {
  return slot === "camera" ? { ...rung, height: Math.min(rung.height, FIRST_HEIGHT) } : rung;
}

/**
 * What may be sent over a connection that carries this rung of a camera's ladder. Where bandwidth is short the camera gives way to a
 * screen, which has to be readable. A screen gets the rung with the same bitrate.
 *
 * @param {number} most -1: nothing
 * @param {boolean} hasScreen
 * @returns {Steps} the highest rung of each
 */
export function ceilings(most, hasScreen) {
  const yields = hasScreen && most < LADDERS.camera.length - 1;
  const bits = LADDERS.camera[most]?.bitrate ?? 0;
  return { camera: yields ? Math.max(-1, most - 1) : most, screen: LADDERS.screen.findLastIndex((rung) => rung.bitrate <= bits) };
}

/**
 * The highest rung of a camera's ladder for which so many bits per second are enough, if nobody gets a higher one. Who asks for the most
 * loses first.
 *
 * @param {readonly Steps[]} wanted by each who shares these bits
 * @param {number} bits
 * @returns {number} -1 when not even the lowest fits
 */
export function fitting(wanted, bits) {
  return LADDERS.camera.findLastIndex((_, most) => wanted.reduce((sum, steps) => sum + bitrate(steps, most), 0) <= bits);
}

/**
 * @param {Steps} steps
 * @param {number} most
 */
function bitrate(steps, most) {
  const highest = ceilings(most, steps.screen >= 0);
  return VIDEO_SLOTS.reduce((sum, slot) => sum + (LADDERS[slot][Math.min(steps[slot], highest[slot])]?.bitrate ?? 0), 0);
}
