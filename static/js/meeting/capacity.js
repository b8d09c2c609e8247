/**
 * For how many more people with video there is room, in words. A room is as large as its weakest member.
 *
 * @typedef {{count: number, name: string, self: boolean}} Room that somebody has
 */

import { gettext, interpolate, ngettext } from "../lib/gettext.js";

/** Up to this number the text names whose connection or computer it is. */
const TIGHT = 2;

/**
 * @param {readonly Room[]} rooms
 * @returns {Room | null} null when nobody knows
 */
export function weakest(rooms) {
  return rooms.reduce((/** @type {Room | null} */ least, room) => (least && least.count <= room.count ? least : room), null);
}

/** Whether a warning still holds: it is shown again only after there was room. @param {Room} room */
export function isTight({ count }) {
  return count < TIGHT;
}

/** @param {Room} room */
export function roomForMore({ count, name, self }) {
  const text = count
    ? interpolate(ngettext("Room for about %(count)s more with video.", "Room for about %(count)s more with video.", count), { count })
    : gettext("No room for more with video.");
  if (count > TIGHT) return text;
  const whose = self
    ? gettext("Yours is the line or computer that can take the least.")
    : interpolate(gettext("The line or computer of %(name)s can take the least."), { name });
  return `${text} ${whose}`;
}

/** @param {Room} room that is full */
export function tightness({ name, self }) {
  if (self) return gettext("Your line or computer is at its limit: one more with video makes the pictures worse.");
  return interpolate(gettext("The line or computer of %(name)s is at its limit: one more with video makes the pictures worse."), { name });
}
