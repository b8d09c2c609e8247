/**
 * What a receiver demands of a peer's video, from how large it shows it. Pure.
 *
 * @typedef {{height: number, rate: number}} VideoDemand pixels of the shorter side, and frames per second; 0: nothing
 * @typedef {{camera: VideoDemand, screen: VideoDemand}} Demand
 * @typedef {{width: number, height: number, ratio?: number}} Box in CSS pixels; `ratio`: width divided by height of the video in it
 * @typedef {"none" | "save" | "audio"} Saving
 */

/** @type {Readonly<VideoDemand>} */
export const NOTHING = { height: 0, rate: 0 };
const STEP = 30;
const MOST = { height: 2160, rate: 60 };
/** Device pixels for one CSS pixel: more cannot be seen, and cost everybody bandwidth. */
const DENSEST = 1.5;
/** Of most cameras. */
const RATIO = 16 / 9;
/** A box that is narrower shows less than half of a wide video. */
const NARROW = 0.8;
/** At least, while somebody speaks: people look at them. */
const SPEAKER_HEIGHT = 360;
const SAVING = { height: 180, rate: 15 };
/** Below it, smooth movement can hardly be seen. */
const SMALL = 200;
/** Below it, text cannot be read. */
const READABLE = 360;

/**
 * @param {object} view
 * @param {Box | null} view.camera where it is shown, or null
 * @param {Box | null} view.screen
 * @param {boolean} view.speaking
 * @param {Saving} view.saving
 * @param {number} view.density device pixels for one of CSS
 * @returns {Demand}
 */
export function demand({ camera, screen, speaking, saving, density }) {
  if (saving === "audio") return { camera: NOTHING, screen: NOTHING };
  const sharp = Math.min(density, DENSEST);
  return { camera: face(camera, speaking, saving, sharp), screen: text(screen, saving, sharp) };
}

/**
 * @param {Box | null} box
 * @param {boolean} speaking
 * @param {Saving} saving
 * @param {number} sharp
 * @returns {VideoDemand}
 */
function face(box, speaking, saving, sharp) {
  if (!box) return NOTHING;
  const height = stepped(shorterSide(box, isWhole(box)) * sharp);
  if (saving === "save") return { height: Math.min(height, SAVING.height), rate: SAVING.rate };
  if (speaking) return { height: Math.max(height, SPEAKER_HEIGHT), rate: 30 };
  return { height, rate: height < SMALL ? 15 : 30 };
}

/**
 * Text is read or it is not: a stage wants all of it, a small tile shows that there is something.
 *
 * @param {Box | null} box
 * @param {Saving} saving
 * @param {number} sharp
 * @returns {VideoDemand}
 */
function text(box, saving, sharp) {
  if (!box) return NOTHING;
  const height = stepped(shorterSide(box, true) * sharp);
  return { height, rate: saving === "save" || height < READABLE ? 5 : 15 };
}

/**
 * Whether the video of a camera is shown whole, with bars beside it. Else it fills its box and is cropped.
 *
 * @param {Box} box
 */
export function isWhole({ width, height, ratio = RATIO }) {
  return ratio < 1 || width < NARROW * height;
}

/**
 * @param {Box} box
 * @param {boolean} whole
 * @returns {number} CSS pixels of the shorter side of the video, with what is cropped
 */
function shorterSide({ width, height, ratio = RATIO }, whole) {
  const shown = (whole ? Math.min : Math.max)(height, width / ratio);
  return Math.min(shown, shown * ratio);
}

/** @param {number} height */
function stepped(height) {
  return Math.min(MOST.height, Math.ceil(height / STEP) * STEP);
}

/**
 * What several consumers want together: enough for the one that wants most.
 *
 * @param {readonly Demand[]} demands
 * @returns {Demand}
 */
export function union(demands) {
  return { camera: most(demands.map(({ camera }) => camera)), screen: most(demands.map(({ screen }) => screen)) };
}

/** @param {readonly VideoDemand[]} wanted @returns {VideoDemand} */
function most(wanted) {
  return { height: Math.max(0, ...wanted.map(({ height }) => height)), rate: Math.max(0, ...wanted.map(({ rate }) => rate)) };
}

/**
 * A peer's demand within sensible bounds.
 *
 * @param {Demand} demand
 * @returns {Demand}
 */
export function clamped({ camera, screen }) {
  return { camera: sane(camera), screen: sane(screen) };
}

/** @param {VideoDemand} demand @returns {VideoDemand} */
function sane({ height, rate }) {
  return { height: between(height, MOST.height), rate: between(rate, MOST.rate) };
}

/**
 * @param {number} value
 * @param {number} most
 */
function between(value, most) {
  return Math.min(most, Math.max(0, value));
}

/**
 * The demand that is assumed of a peer that sends none.
 *
 * @param {number} people others than ourselves
 * @returns {Demand}
 */
export function assumed(people) {
  const height = people < 2 ? 720 : people < 5 ? 360 : 180;
  return { camera: { height, rate: 30 }, screen: { height: 1080, rate: 15 } };
}
