/**
 * What one reading of `getStats` says of a connection, slot by slot (webrtc-stats, sections 8.2 and 8.13).
 *
 * @import { SlotRecord } from "./slots.js"
 * @typedef {{packets: number, bytes: number}} Flow counted since the connection began
 * @typedef {{received: SlotRecord<Flow>, roundTripMs: number | null}} Reading
 * @typedef {{mid: string | null, track: string}} Identity of a slot's receiver; not every browser says the mid
 */

import { eachSlot } from "./slots.js";

/**
 * @param {Iterable<any>} reports of an RTCStatsReport
 * @param {SlotRecord<Identity>} identities
 * @returns {Reading}
 */
export function reading(reports, identities) {
  const all = [...reports];
  const inbound = all.filter(({ type }) => type === "inbound-rtp");
  const received = eachSlot(({ name }) => flow(inbound.find((one) => isOf(one, identities[name]))));
  return { received, roundTripMs: roundTrip(all) };
}

/** @param {any} report @returns {Flow} */
function flow(report) {
  return { packets: report?.packetsReceived ?? 0, bytes: report?.bytesReceived ?? 0 };
}

/**
 * @param {any} report
 * @param {Identity} identity
 */
function isOf({ mid, trackIdentifier }, identity) {
  return mid === undefined ? trackIdentifier === identity.track : mid === identity.mid;
}

/** @param {any[]} all */
function roundTrip(all) {
  const pairs = all.filter(({ type, nominated, state }) => type === "candidate-pair" && nominated && state === "succeeded");
  const seconds = pairs.map(({ currentRoundTripTime }) => currentRoundTripTime).filter((value) => value !== undefined);
  return seconds.length ? Math.min(...seconds) * 1000 : null;
}
