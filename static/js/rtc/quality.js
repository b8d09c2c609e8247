/**
 * What one reading of `getStats` says of a connection, slot by slot (webrtc-stats, sections 8.2, 8.11, 8.12 and 8.13).
 *
 * @import { SlotRecord } from "./slots.js"
 * @typedef {{packets: number, bytes: number}} Flow counted since the connection began
 * @typedef {{received: SlotRecord<Flow>, roundTripMs: number | null, isRelayed: boolean}} Reading `roundTripMs` and
 *   `isRelayed`: of the path in use
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
  const path = pathOf(all);
  return { received, roundTripMs: roundTrip(path), isRelayed: isRelayed(all, path) };
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

/** The pair of candidates in use. Not every browser reports the transport that names it. @param {any[]} all */
function pathOf(all) {
  const transport = all.find(({ type }) => type === "transport");
  const works = (/** @type {any} */ { type, nominated, state }) => type === "candidate-pair" && nominated && state === "succeeded";
  return all.find(({ id }) => id !== undefined && id === transport?.selectedCandidatePairId) ?? all.find(works);
}

/** @param {any} path */
function roundTrip(path) {
  return path?.currentRoundTripTime === undefined ? null : path.currentRoundTripTime * 1000;
}

/**
 * @param {any[]} all
 * @param {any} path
 */
function isRelayed(all, path) {
  const ends = [path?.localCandidateId, path?.remoteCandidateId];
  return all.some(({ id, candidateType }) => candidateType === "relay" && ends.includes(id));
}
