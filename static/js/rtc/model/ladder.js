/**
 * The sizes, frame rates and bitrates in which video is sent: a ladder of rungs for each slot. Pure.
 *
 * @typedef {"camera" | "screen"} VideoSlot
 * @typedef {{height: number, rate: number, bitrate: number}} Rung `height`: pixels of the shorter side, at most those of the
 *   source; frames and bits per second
 */

/** Chosen for VP8, faces and text; what a call costs with them is in `bench/RESULTS.md`. @type {Record<VideoSlot, readonly Rung[]>} */
export const LADDERS = {
  camera: [
    { height: 90, rate: 8, bitrate: 30_000 },
    { height: 180, rate: 15, bitrate: 100_000 },
    { height: 270, rate: 30, bitrate: 300_000 },
    { height: 360, rate: 30, bitrate: 500_000 },
    { height: 720, rate: 30, bitrate: 1_500_000 },
  ],
  screen: [
    { height: 360, rate: 1, bitrate: 30_000 },
    { height: 360, rate: 5, bitrate: 100_000 },
    { height: 1080, rate: 5, bitrate: 500_000 },
    { height: 1080, rate: 15, bitrate: 1_500_000 },
  ],
};

/** The highest rung of a screen while it shows a film: more frames and fewer lines for the same bitrate. */
const FILM = { height: 720, rate: 30 };

export const VIDEO_SLOTS = /** @type {const} */ (["camera", "screen"]);

/**
 * @param {VideoSlot} slot
 * @param {number} step
 * @param {boolean} isMoving whether it shows a film
 * @returns {Rung}
 */
export function rungAt(slot, step, isMoving) {
  const rung = /** @type {Rung} */ (LADDERS[slot][step]);
  return slot === "screen" && isMoving && step === LADDERS.screen.length - 1 ? { ...rung, ...FILM } : rung;
}

/**
 * What an encoder keeps when it cannot keep frame rate and resolution (MediaStreamTrack Content Hints, section 3.2).
 *
 * @param {VideoSlot} slot
 * @param {Rung} rung
 * @returns {"motion" | "text"}
 */
export function hintOf(slot, { rate }) {
  return slot === "camera" || rate >= FILM.rate ? "motion" : "text";
}
