/**
 * What a sender gives to whom. Pure: demands and limits in, settings out.
 *
 * A picture comes on the rungs of a ladder. Whoever asks gets the lowest rung that is as high as what it shows, or a lower one when its
 * line or our processor does not carry that. Those on the same rung share a *layer*, which is encoded once, where the pair can share.
 *
 * @import { Picture } from "../model/demand.js"
 * @import { Rung, VideoSlot } from "../model/ladder.js"
 * @typedef {{id: string, wanted: Picture, most: number, shares: boolean}} Taker `most`: the highest rung its line carries; `shares`:
 *   whether it can be given a layer
 * @typedef {{step: number, shared: boolean}} Grant `step`: the rung, -1 for no picture
 * @typedef {Readonly<Record<VideoSlot, number>>} Steps rungs, -1 for no picture
 */

import { LADDERS, VIDEO_SLOTS } from "../model/ladder.js";

/** A picture may be shown this much larger than it is. */
const STRETCH = 1.2;
/** A layer is made for at least so many bits; below it only an encoder that follows the line is of use. */
const LEAST_SHARED = 1;
/** Pictures per second: fewer are not shown as one that moves. */
const LEAST_RATE = 1;
/** More are not worth the time of a processor. */
export const MOST_LAYERS = 3;

/**
 * @param {VideoSlot} slot
 * @param {readonly Taker[]} takers
 * @param {number} ceiling the highest rung that our processor carries
 * @returns {Map<string, Grant>}
 */
export function grants(slot, takers, ceiling) {
  const granted = takers.map((taker) => /** @type {const} */ ([taker, grant(slot, taker, ceiling)]));
  const steps = new Set(granted.flatMap(([, { step, shared }]) => (shared ? [step] : [])));
  const lowest = [...steps].sort((a, b) => a - b).at(-MOST_LAYERS) ?? 0;
  return new Map(granted.map(([taker, one]) => [taker.id, one.shared && one.step < lowest ? without(taker, one.step, lowest) : one]));
}

/**
 * Whose layer is one too many gets the next, or its own encode where the line does not carry that: whatever others ask for, its picture is no worse.
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
 * @param {Picture} wanted
 * @returns {number} -1 when nothing is wanted
 */
export function stepFor(slot, { height, rate }) {
  if (height <= 0 || rate <= 0) return -1;
  const ladder = LADDERS[slot];
  const step = ladder.findIndex((rung) => rung.height * STRETCH >= height && (slot === "camera" || rung.rate >= rate));
  return step < 0 ? ladder.length - 1 : step;
}

/**
 * A rung with no more pictures of a camera than are wanted. A screen's rung is chosen by them already.
 *
 * @param {VideoSlot} slot
 * @param {Rung} rung
 * @param {number} rate pictures per second
 * @returns {Rung}
 */
export function slowed(slot, rung, rate) {
  return slot === "camera" ? { ...rung, rate: Math.min(rung.rate, Math.max(LEAST_RATE, rate)) } : rung;
}

/**
 * What may be sent on a line that carries this rung of a camera's ladder. A screen is read: on a line that does not carry everything the camera
 * gives way to it. A screen's rung is that which asks as much.
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
 * The highest rung of a camera's ladder that so many bits per second carry, if nobody gets more: those who want least are the last to lose.
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
