/**
 * Whether a peer sends video that is far larger than anything that was demanded, or that anybody makes. Pure.
 *
 * @import { Demand } from "../model/demand.js"
 * @import { Reading } from "./reading.js"
 */

import { VIDEO_SLOTS } from "../model/ladder.js";

/** Lines of the largest size that is made (`ladder.js`). */
const LARGEST = 1080;
/** A demand is rounded up by the sender. */
const MARGIN = 1.5;
/** Of the longer side to the shorter one: a panorama, or two screens side by side. */
const LONGEST = 4;

/**
 * @param {Reading} reading
 * @param {Demand | null} demand what we have demanded of the peer
 */
export function isOversized({ received }, demand) {
  return VIDEO_SLOTS.some((slot) => {
    const { width, height } = received[slot];
    const most = Math.max(LARGEST, MARGIN * (demand?.[slot].height ?? 0));
    return Math.min(width, height) > most || Math.max(width, height) > most * LONGEST;
  });
}
