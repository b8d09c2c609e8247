/**
 * What one reading of `getStats` says of a connection, slot by slot (webrtc-stats, sections 8.2 to 8.6, 8.11, 8.12 and 8.13).
 * Whatever is counted is counted since the connection began; what a browser does not report is 0, "" or null.
 *
 * @import { SlotRecord } from "../model/slots.js"
 * @typedef {{packets: number, bytes: number, lost: number, samples: number, concealed: number, frames: number, width: number,
 *   height: number, rate: number, freezes: number, codec: string}} Received `samples` of sound, of which some that were no
 *   silence were `concealed`; `frames` decoded, the last of them `width` x `height`; `rate`: frames per second now; `codec`: such
 *   as "VP8"
 * @typedef {{packets: number, bytes: number, frames: number, width: number, height: number, rate: number, encodeMs: number,
 *   limitation: string, loss: number | null, roundTripMs: number | null, reportedAt: number, codec: string, source: number}} Sent
 *   `frames` encoded, which took `encodeMs` together; `source`: frames per second that it is given to encode; `limitation`:
 *   "none", "cpu", "bandwidth" or "other"; `loss`: the share of the packets that the other side last missed, 0 to 1; it reported
 *   that at `reportedAt` (a DOMHighResTimeStamp, or 0), and `roundTripMs` is what that took
 * @typedef {{received: SlotRecord<Received>, sent: SlotRecord<Sent>, roundTripMs: number | null, roundTrips: number, uplink: number | null,
 *   isRelayed: boolean}} Reading `roundTripMs`, the last of so many `roundTrips`, `uplink` (bits per second that may be sent, as estimated)
 *   and `isRelayed`: of the path in use
 * @typedef {{mid: string | null, received: string, sent: string}} Identity of a slot: its transceiver's mid, which not every browser
 *   says, and the ids of the tracks
 */

import { eachSlot } from "../model/slots.js";

/**
 * @param {Iterable<any>} reports of an RTCStatsReport
 * @param {SlotRecord<Identity>} identities
 * @returns {Reading}
 */
export function reading(reports, identities) {
  const all = [...reports];
  const received = eachSlot(({ name }) => inbound(all, identities[name]));
  const sent = eachSlot(({ name }) => outbound(all, identities[name]));
  const path = pathOf(all);
  const { currentRoundTripTime, responsesReceived = 0, availableOutgoingBitrate = null } = path ?? {};
  return {
    received,
    sent,
    roundTripMs: milliseconds(currentRoundTripTime),
    roundTrips: responsesReceived,
    uplink: availableOutgoingBitrate,
    isRelayed: isRelayed(all, path),
  };
}

/**
 * @param {any[]} all
 * @param {Identity} identity
 * @returns {Received}
 */
function inbound(all, { mid, received }) {
  const report = all.find((one) => one.type === "inbound-rtp" && isOf(one, mid, received)) ?? {};
  return {
    packets: report.packetsReceived ?? 0,
    bytes: report.bytesReceived ?? 0,
    lost: report.packetsLost ?? 0,
    samples: report.totalSamplesReceived ?? 0,
    concealed: (report.concealedSamples ?? 0) - (report.silentConcealedSamples ?? 0),
    frames: report.framesDecoded ?? 0,
    freezes: report.freezeCount ?? 0,
    ...size(report),
    codec: codecOf(all, report),
  };
}

/**
 * @param {any[]} all
 * @param {Identity} identity
 * @returns {Sent}
 */
function outbound(all, { mid, sent }) {
  const report = all.find((one) => one.type === "outbound-rtp" && isOf(one, mid, sent)) ?? {};
  const answer = all.find(({ type, id }) => type === "remote-inbound-rtp" && id === report.remoteId);
  const source = all.find(({ type, id }) => type === "media-source" && id === report.mediaSourceId);
  return {
    packets: report.packetsSent ?? 0,
    bytes: report.bytesSent ?? 0,
    frames: report.framesEncoded ?? 0,
    encodeMs: (report.totalEncodeTime ?? 0) * 1000,
    limitation: report.qualityLimitationReason ?? "",
    loss: answer?.fractionLost ?? null,
    roundTripMs: milliseconds(answer?.roundTripTime),
    reportedAt: answer?.timestamp ?? 0,
    ...size(report),
    codec: codecOf(all, report),
    source: source?.framesPerSecond ?? 0,
  };
}

/** @param {any} report */
function size({ frameWidth = 0, frameHeight = 0, framesPerSecond = 0 }) {
  return { width: frameWidth, height: frameHeight, rate: framesPerSecond };
}

/**
 * @param {any[]} all
 * @param {any} report
 * @returns {string}
 */
function codecOf(all, { codecId }) {
  const codec = all.find(({ type, id }) => type === "codec" && id === codecId);
  return codec?.mimeType?.split("/")[1] ?? "";
}

/**
 * @param {any} report
 * @param {string | null} mid
 * @param {string} track
 */
function isOf(report, mid, track) {
  return report.mid === undefined ? report.trackIdentifier === track : report.mid === mid;
}

/** The pair of candidates in use. Not every browser reports the transport that names it. @param {any[]} all */
function pathOf(all) {
  const transport = all.find(({ type }) => type === "transport");
  const works = (/** @type {any} */ { type, nominated, state }) => type === "candidate-pair" && nominated && state === "succeeded";
  return all.find(({ id }) => id !== undefined && id === transport?.selectedCandidatePairId) ?? all.find(works);
}

/** @param {number | undefined} seconds */
function milliseconds(seconds) {
  return seconds === undefined ? null : seconds * 1000;
}

/**
 * @param {any[]} all
 * @param {any} path
 */
function isRelayed(all, path) {
  const ends = [path?.localCandidateId, path?.remoteCandidateId];
  return all.some(({ id, candidateType }) => candidateType === "relay" && ends.includes(id));
}
