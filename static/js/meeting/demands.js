/**
 * What we demand of each peer: the union of what every consumer of its video shows. Pure.
 *
 * @import { Box, Demand, Saving } from "../rtc/model/demand.js"
 * @typedef {{camera: Box | null, screen: Box | null}} Shown in CSS pixels; null for what is not shown
 * @typedef {ReadonlyMap<string, Shown>} Consumer what one place shows, by id of the peer
 */

import { demand, union } from "../rtc/model/demand.js";

const HIDDEN = { camera: null, screen: null };

/**
 * @param {readonly Consumer[]} consumers
 * @param {object} view
 * @param {Iterable<string>} view.ids of all peers
 * @param {(id: string) => boolean} view.isSpeaking
 * @param {Saving} view.saving
 * @param {number} view.density device pixels for one of CSS
 * @returns {Map<string, Demand>}
 */
export function demands(consumers, { ids, isSpeaking, ...how }) {
  const of = (/** @type {string} */ id) =>
    union(consumers.map((consumer) => demand({ ...(consumer.get(id) ?? HIDDEN), ...how, speaking: isSpeaking(id) })));
  return new Map([...ids].map((id) => [id, of(id)]));
}
