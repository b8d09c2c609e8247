/**
 * How much of a camera our CPU can encode, from the fan-out's statistics of its layers. Encoding time is wall-clock time, so it also
 * grows with whatever else the computer has to do.
 *
 * @import { LayerCounts } from "../encoding/fanout.js"
 */

import { Backoff } from "./backoff.js";

/** What is left of a camera's ladder, a step at a time: its highest rung, and frames per second. @type {readonly {step: number, rate: number}[]} */
const PACES = [
  { step: 1, rate: 8 },
  { step: 1, rate: 15 },
  { step: 2, rate: 15 },
  { step: 2, rate: 30 },
  { step: 3, rate: 30 },
  { step: 4, rate: 30 },
];
/** Share of the frames that were skipped because the encoder was busy. */
const BAD_SKIPS = 0.25;
/** In frame intervals: an encode that takes longer is too slow. */
const LATE = 2;
/** Once may be chance: something else began, or a key frame was due. */
const PATIENCE = 2;

export class CpuLoad {
  #backoff = new Backoff(PACES.length - 1);
  /** @type {ReadonlyMap<string, LayerCounts>} */
  #counts = new Map();
  #bad = 0;

  /** The highest rung of a camera's ladder, and the most frames per second. */
  get pace() {
    return /** @type {typeof PACES[number]} */ (PACES[this.#backoff.most]);
  }

  /** Whether that is less than there is. */
  get isLowered() {
    return this.#backoff.isLowered;
  }

  /**
   * @param {number} now in ms
   * @param {readonly LayerCounts[]} layers all of a camera, once a second
   */
  update(now, layers) {
    const isBad = layers.some((layer) => this.#isLate(layer));
    this.#counts = new Map(layers.map((layer) => [layer.name, layer]));
    this.#bad = isBad ? this.#bad + 1 : 0;
    const isTooMuch = this.#bad >= PATIENCE;
    if (isTooMuch) this.#bad = 0;
    if (isBad && !isTooMuch) return;
    this.#backoff.update(now, isTooMuch ? Math.max(0, this.#backoff.most - 1) : Infinity);
  }

  /** @param {LayerCounts} layer */
  #isLate(layer) {
    const before = this.#counts.get(layer.name);
    if (!before || layer.frames < before.frames) return false;
    const [frames, skipped, ms] = [layer.frames - before.frames, layer.skipped - before.skipped, layer.encodeMs - before.encodeMs];
    const isSkipping = skipped > (skipped + frames) * BAD_SKIPS;
    return isSkipping || ms * this.pace.rate > LATE * 1000 * frames;
  }
}
