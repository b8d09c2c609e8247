/**
 * Whether a peer sends video that is far larger than anything that was demanded, or that anybody makes. Pure.
 *
 * @import { Demand } from "../model/demand.js"
 * @import { Reading } from "./reading.js"
 */

import { isTooLarge, mostLines } from "../model/frame-limit.js";
import { VIDEO_SLOTS } from "../model/ladder.js";

/**
 * @param {Reading} reading
 * @param {Demand | null} demand what we have demanded of the peer
 */
export function isOversized({ received }, demand) {
  return VIDEO_SLOTS.some((slot) => isTooLarge(received[slot], mostLines(demand?.[slot])));
}
