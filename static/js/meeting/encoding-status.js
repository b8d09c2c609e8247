/**
 * How our video is encoded for one person, in words: once for several peers, or for that person alone and why.
 *
 * @import { Manner } from "../rtc/encoding/video-sender.js"
 * @import { VideoSlot } from "../rtc/model/ladder.js"
 * @typedef {object} Given what the person is given of one of our pictures
 * @property {VideoSlot} slot
 * @property {Manner | null} manner null when it is not sent
 * @property {boolean} canShare whether this browser can carry to the person what others get too
 * @property {number} others how many people are here beside us
 */

import { gettext } from "../lib/gettext.js";
import { LEAST_SHARING } from "../rtc/adaptation/controller.js";
import { LADDERS } from "../rtc/model/ladder.js";

/**
 * @param {readonly Given[]} pictures
 * @returns {string} a line for each way in which they are encoded; "" when nothing is sent
 */
export function encoded(pictures) {
  const lines = pictures.flatMap(({ slot, manner, ...rest }) => (manner ? { slot, isShared: manner.isShared, why: why(slot, manner, rest) } : []));
  const [first, second] = lines;
  if (first && second && first.isShared === second.isShared && first.why === second.why) return line({ ...first, slot: "both" });
  return lines.map(line).join("\n");
}

/** @param {{slot: VideoSlot | "both", isShared: boolean, why: string}} told */
function line({ slot, isShared, why }) {
  return [(isShared ? together() : alone())[slot], why].filter(Boolean).join(" ");
}

/**
 * @param {VideoSlot} slot
 * @param {Manner} manner
 * @param {Pick<Given, "canShare" | "others">} rest
 * @returns {string} "" where it is shared, or the reason is not known here
 */
function why(slot, { rung, isShared }, { canShare, others }) {
  if (isShared) return "";
  if (others < LEAST_SHARING) return gettext("Only the two of you are here.");
  if (!canShare) return gettext("This browser cannot share what it has encoded.");
  const [lowest] = LADDERS[slot];
  return rung.height === lowest?.height && rung.rate <= lowest.rate ? gettext("At the smallest size it follows what the line carries.") : "";
}

function together() {
  return {
    camera: gettext("Your picture is encoded once for all who see it at this size."),
    screen: gettext("Your screen is encoded once for all who see it at this size."),
    both: gettext("Your picture and your screen are encoded once for all who see them at this size."),
  };
}

function alone() {
  return {
    camera: gettext("Your picture is encoded for this person alone."),
    screen: gettext("Your screen is encoded for this person alone."),
    both: gettext("Your picture and your screen are encoded for this person alone."),
  };
}
