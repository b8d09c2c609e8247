/**
 * How good a connection is, from its readings: a grade with hysteresis, the figures behind it, and the last minute.
 * A {@link PairQuality} is a value; `follow` makes the next one of it.
 *
 * @import { Reading } from "./reading.js"
 * @typedef {"good" | "fair" | "poor"} Grade
 * @typedef {{width: number, height: number, rate: number, codec: string}} Shot size, frame rate and codec of video; `rate`: frames per second
 * @typedef {object} Sample what happened between two readings
 * @property {number} ms how long that was
 * @property {number | null} roundTripMs
 * @property {number} packets that arrived
 * @property {number} lost that did not
 * @property {number} lossSent the share of what we sent that the other side missed, 0 to 1
 * @property {number} heard samples of sound, while sound arrived without a break
 * @property {number} concealed of those, made up
 * @property {number} freezes
 * @property {boolean} isLimited video is sent worse than it could be, because of the connection
 * @property {boolean} isBusy the same, because of the CPU
 * @property {number} bytesReceived
 * @property {number} bytesSent
 * @property {number} shots how many videos are sent
 * @property {number} encodeMs what they took to encode
 * @typedef {object} PairQuality
 * @property {Reading | null} reading the last
 * @property {number} at when it was taken
 * @property {readonly Sample[]} samples of the last minute, the newest last
 * @property {readonly Grade[]} votes what each of the last samples speaks for
 * @property {Grade | null} grade null as long as too little is known
 * @typedef {{received: Shot | null, sent: Shot | null}} Shots
 * @typedef {object} Figures
 * @property {number | null} roundTripMs
 * @property {number} lossReceived percent, over the last seconds
 * @property {number} lossSent percent
 * @property {number} received kbit/s
 * @property {number} sent kbit/s
 * @property {Shots} camera
 * @property {Shots} screen
 * @property {boolean} isRelayed
 * @typedef {{roundTripMs: (number | null)[], loss: number[], received: number[], sent: number[]}} History one entry for each second,
 *   in the units of {@link Figures}; `loss`: the worse direction
 */

import { SLOTS } from "../model/slots.js";

/** Readings come once a second. */
const KEPT = 60;
const WINDOW = 5;
/** Readings: a grade gets worse after a few, and better after more. */
const WORSE_AFTER = 2;
const BETTER_AFTER = 5;
/** Audio has packets of 20 ms. With far fewer, it was switched on or off during the window. */
const STEADY_PER_MS = 0.8 / 20;
/** Packets in a second. Among fewer, one lost packet means nothing. */
const TELLING = 15;
/** With an estimate above this, video is small for another reason than the connection. */
const NARROW_BPS = 500_000;

const GRADES = /** @type {const} */ (["good", "fair", "poor"]);
/** From which value on a connection is fair, and from which poor. Concealment and loss are shares, freezes are counted in the window. */
const BOUNDS = { roundTripMs: [250, 600], loss: [0.02, 0.08], concealed: [0.02, 0.08], freezes: [1, 3], limited: [1, Infinity] };

/** @type {PairQuality} */
export const BEGINNING = { reading: null, at: 0, samples: [], votes: [], grade: null };

/**
 * @param {PairQuality} quality
 * @param {Reading} reading
 * @param {number} at milliseconds
 * @returns {PairQuality}
 */
export function follow(quality, reading, at) {
  if (!quality.reading || at <= quality.at) return { ...quality, reading, at };
  const samples = [...quality.samples, sampleOf(quality.reading, reading, at - quality.at)].slice(-KEPT);
  const votes = [...quality.votes, vote(samples.slice(-WINDOW))].slice(-BETTER_AFTER);
  return { reading, at, samples, votes, grade: settle(quality.grade, votes) };
}

/**
 * @param {PairQuality} quality
 * @param {{camera: number | null, screen: number | null}} [carried] the heights of the layers that are carried; the
 *   reading has those of the tiny encoders
 * @returns {Figures | null} null as long as there are none
 */
export function figures({ reading, samples }, carried = { camera: null, screen: null }) {
  const last = samples.at(-1);
  if (!reading || !last) return null;
  const { lossReceived, lossSent } = losses(samples.slice(-WINDOW));
  return {
    roundTripMs: last.roundTripMs,
    lossReceived: lossReceived * 100,
    lossSent: lossSent * 100,
    received: kbits(last.bytesReceived, last.ms),
    sent: kbits(last.bytesSent, last.ms),
    camera: shots(reading, "camera", carried.camera),
    screen: shots(reading, "screen", carried.screen),
    isRelayed: reading.isRelayed,
  };
}

/**
 * @param {PairQuality} quality
 * @returns {History}
 */
export function history({ samples }) {
  return {
    roundTripMs: samples.map(({ roundTripMs }) => roundTripMs),
    loss: samples.map((one) => Math.max(share(one.lost, one.packets + one.lost), one.lossSent) * 100),
    received: samples.map(({ bytesReceived, ms }) => kbits(bytesReceived, ms)),
    sent: samples.map(({ bytesSent, ms }) => kbits(bytesSent, ms)),
  };
}

/**
 * @param {Grade} one
 * @param {Grade} other
 * @returns {Grade}
 */
export function worse(one, other) {
  return GRADES[Math.max(GRADES.indexOf(one), GRADES.indexOf(other))];
}

/**
 * @param {Grade | null} grade
 * @param {readonly Grade[]} votes
 * @returns {Grade | null}
 */
export function settle(grade, votes) {
  const levels = votes.map((one) => GRADES.indexOf(one));
  if (levels.length < WORSE_AFTER) return grade;
  const falling = Math.min(...levels.slice(-WORSE_AFTER));
  if (grade === null) return GRADES[falling];
  const current = GRADES.indexOf(grade);
  if (falling > current) return GRADES[falling];
  const rising = Math.max(...levels);
  return levels.length === BETTER_AFTER && rising < current ? GRADES[rising] : grade;
}

/**
 * The grade that the samples of the last seconds have by themselves.
 *
 * @param {readonly Sample[]} samples
 * @returns {Grade}
 */
function vote(samples) {
  const { lossReceived, lossSent } = losses(samples);
  const trips = samples.flatMap(({ roundTripMs }) => roundTripMs ?? []).sort((a, b) => a - b);
  const levels = [
    level(trips[Math.floor(trips.length / 2)] ?? 0, BOUNDS.roundTripMs),
    level(Math.max(lossReceived, lossSent), BOUNDS.loss),
    level(share(sum(samples, "concealed"), sum(samples, "heard")), BOUNDS.concealed),
    level(sum(samples, "freezes"), BOUNDS.freezes),
    level(Number(samples.length === WINDOW && samples.every(({ isLimited }) => isLimited)), BOUNDS.limited),
  ];
  return GRADES[Math.max(...levels)];
}

/**
 * A browser's counters may decrease, when packets that counted as lost arrive late. That counts as 0.
 *
 * @param {Reading} before
 * @param {Reading} after
 * @param {number} ms
 * @returns {Sample}
 */
function sampleOf(before, after, ms) {
  const received = (/** @type {"packets" | "lost" | "bytes" | "freezes"} */ name) =>
    total((slot) => after.received[slot][name] - before.received[slot][name]);
  const sent = (/** @type {"bytes" | "encodeMs"} */ name) => total((slot) => after.sent[slot][name] - before.sent[slot][name]);
  const shown = /** @type {const} */ (["camera", "screen"]).filter((slot) => after.sent[slot].frames > before.sent[slot].frames);
  const suffers = (/** @type {string} */ limitation) => shown.some((slot) => after.sent[slot].limitation === limitation);
  return {
    ms,
    roundTripMs: after.roundTripMs,
    packets: received("packets"),
    lost: received("lost"),
    lossSent: Math.max(
      0,
      ...SLOTS.map(({ name }) => (after.sent[name].packets - before.sent[name].packets >= TELLING ? (after.sent[name].loss ?? 0) : 0)),
    ),
    ...sound(before.received.microphone, after.received.microphone, ms),
    freezes: received("freezes"),
    isLimited: suffers("bandwidth") && (after.uplink ?? 0) < NARROW_BPS,
    isBusy: suffers("cpu"),
    bytesReceived: received("bytes"),
    bytesSent: sent("bytes"),
    shots: shown.length,
    encodeMs: sent("encodeMs"),
  };
}

/**
 * @param {import("./reading.js").Received} before
 * @param {import("./reading.js").Received} after
 * @param {number} ms
 */
function sound(before, after, ms) {
  const due = after.packets + after.lost - before.packets - before.lost;
  if (due < ms * STEADY_PER_MS) return { heard: 0, concealed: 0 };
  return { heard: Math.max(0, after.samples - before.samples), concealed: Math.max(0, after.concealed - before.concealed) };
}

/** @param {(slot: import("../model/slots.js").SlotName) => number} difference */
function total(difference) {
  return SLOTS.reduce((all, { name }) => all + Math.max(0, difference(name)), 0);
}

/** @param {readonly Sample[]} samples */
function losses(samples) {
  const lost = sum(samples, "lost");
  return { lossReceived: share(lost, lost + sum(samples, "packets")), lossSent: share(sum(samples, "lossSent"), samples.length) };
}

/**
 * @param {Reading} reading
 * @param {"camera" | "screen"} slot
 * @param {number | null} carried the pixels of the shorter side of the layer that is sent; null when none is
 * @returns {Shots}
 */
function shots({ received, sent }, slot, carried) {
  return { received: shot(received[slot]), sent: shot(carried === null ? sent[slot] : scaled(sent[slot], carried)) };
}

/**
 * @param {Shot} shot
 * @param {number} carried pixels of the shorter side
 * @returns {Shot}
 */
function scaled({ width, height, ...rest }, carried) {
  const scale = carried / (Math.min(width, height) || Infinity);
  return { width: Math.round(width * scale), height: Math.round(height * scale), ...rest };
}

/**
 * @param {Shot} shot
 * @returns {Shot | null}
 */
function shot({ width, height, rate, codec }) {
  return rate > 0 && height > 0 ? { width, height, rate, codec } : null;
}

/**
 * @param {readonly Sample[]} samples
 * @param {"packets" | "lost" | "lossSent" | "heard" | "concealed" | "freezes"} name
 */
function sum(samples, name) {
  return samples.reduce((all, sample) => all + sample[name], 0);
}

/**
 * @param {number} part
 * @param {number} whole
 */
function share(part, whole) {
  return whole > 0 ? part / whole : 0;
}

/**
 * @param {number} value
 * @param {readonly number[]} bounds
 */
function level(value, bounds) {
  return bounds.filter((bound) => value >= bound).length;
}

/**
 * @param {number} bytes
 * @param {number} ms
 */
function kbits(bytes, ms) {
  return (bytes * 8) / ms;
}
