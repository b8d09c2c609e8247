/**
 * How large video may be that is decoded: what nobody demanded, and nobody makes, only uses up memory. Pure.
 *
 * @import { VideoDemand } from "./demand.js"
 */

/** Lines of the largest size that is made (`ladder.js`). */
const LARGEST = 1080;
/** A demand is rounded up by the sender. */
const MARGIN = 1.5;
/** Of the longer side to the shorter one: a panorama, or two screens side by side. */
const LONGEST = 4;

/**
 * @param {VideoDemand | undefined} demanded undefined: nothing yet
 * @returns {number} how many pixels the shorter side may have
 */
export function mostLines(demanded) {
  return Math.max(LARGEST, MARGIN * (demanded?.height ?? 0));
}

/**
 * @param {{width: number, height: number}} size
 * @param {number} lines see {@link mostLines}
 */
export function isTooLarge({ width, height }, lines) {
  return Math.min(width, height) > lines || Math.max(width, height) > lines * LONGEST;
}
