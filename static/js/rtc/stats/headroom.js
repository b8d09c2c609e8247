/**
 * To how many more people we could send our video. Cautious: what is not known is null, and what the estimates have to spare is counted
 * once, because all pairs share one uplink.
 *
 * Nothing is known of what we could receive, nor of estimates that the browser keeps low because it has little to send: it is a
 * figure that one may rely on, not the most that is possible.
 *
 * A layer costs the same for one more peer; what each pair costs by itself grows. Where everybody's video is limited already, the
 * figures of the pairs do not show that.
 *
 * @import { PairQuality, Sample } from "./grade.js"
 * @typedef {{layers: number, isLowered: boolean}} Load of ours, for all together: `layers`: how many processors are busy with layers;
 *   `isLowered`: whether our CPU or our uplink limits everybody's video
 */

const WINDOW = 5;
const MOST = 99;
/** A quarter stays free: estimates err, and audio must not suffer. */
const USABLE = 0.75;
/** The share of a computer that may encode. */
const ENCODING = 0.5;
/** Bits per second that one video costs at least. */
const LEAST_BPS = 100_000;

/**
 * @param {readonly PairQuality[]} qualities of the pairs that are connected
 * @param {number} cores of this computer
 * @param {Load} load
 * @returns {number | null} 0 to 99; null as long as no video is sent and nothing limits it, or no connection that carries video has an estimate
 */
export function headroom(qualities, cores, { layers, isLowered }) {
  if (isLowered && qualities.length) return 0;
  const busy = qualities.map(recent).filter((samples) => samples.length === WINDOW && samples.every(({ shots }) => shots > 0));
  const spares = qualities.flatMap((quality) => spare(quality) ?? []).sort((a, b) => a - b);
  if (!busy.length || !spares.length) return null;
  if (busy.some((samples) => suffers(samples))) return 0;
  const each = Math.max(LEAST_BPS, mean(busy.map((samples) => bps(samples, "bytesSent"))));
  const byBandwidth = (spares[Math.floor((spares.length - 1) / 2)] * USABLE) / each;
  return Math.max(0, Math.min(MOST, Math.floor(Math.min(byBandwidth, byEncoder(busy, cores * ENCODING - layers)))));
}

/**
 * The least of what was found lately, so that it does not flicker.
 *
 * @param {readonly (number | null)[]} found
 * @returns {number | null}
 */
export function steady(found) {
  const known = found.flatMap((one) => one ?? []);
  return found.at(-1) === null || !known.length ? null : Math.min(...known);
}

/** @param {PairQuality} quality */
function recent({ samples }) {
  return samples.slice(-WINDOW);
}

/** @param {readonly Sample[]} samples */
function suffers(samples) {
  return samples.every(({ isLimited }) => isLimited) || samples.every(({ isBusy }) => isBusy);
}

/**
 * Bits per second that a pair could send and does not.
 *
 * @param {PairQuality} quality
 */
function spare(quality) {
  const samples = recent(quality);
  const uplink = quality.reading?.uplink ?? null;
  if (uplink === null || samples.length < WINDOW || samples.every(({ shots }) => shots === 0)) return null;
  return Math.max(0, uplink - bps(samples, "bytesSent"));
}

/**
 * @param {readonly (readonly Sample[])[]} busy
 * @param {number} processors for all of them
 */
function byEncoder(busy, processors) {
  const loads = busy.map((samples) => share(samples, "encodeMs"));
  const each = mean(loads);
  const free = processors - each * loads.length;
  if (free <= 0) return 0;
  return each > 0 ? free / each : MOST;
}

/**
 * @param {readonly Sample[]} samples
 * @param {"bytesSent"} name
 */
function bps(samples, name) {
  return share(samples, name) * 8000;
}

/**
 * @param {readonly Sample[]} samples
 * @param {"bytesSent" | "encodeMs"} name
 */
function share(samples, name) {
  return samples.reduce((all, sample) => all + sample[name], 0) / samples.reduce((all, { ms }) => all + ms, 0);
}

/** @param {readonly number[]} values */
function mean(values) {
  return values.reduce((all, value) => all + value, 0) / values.length;
}
