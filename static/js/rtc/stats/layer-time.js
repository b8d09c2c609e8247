/**
 * How much of our processors the layers take, over the last seconds, from the fan-out's statistics. It is wall-clock time, as in
 * `adaptation/cpu-load.js`: waiting for a processor counts, so the figure is rather too high than too low.
 *
 * @import { LayerCounts } from "../encoding/fanout.js"
 */

/** Statistics of the fan-out. They come about once a second. */
const WINDOW = 5;

export class LayerTime {
  /** What each layer had taken at the last statistics. @type {ReadonlyMap<string, number>} */
  #taken = new Map();
  #updatedAt = NaN;
  /** @type {{ms: number, busyMs: number}[]} */
  #spans = [];

  /** How many processors are busy with layers; 0 as long as nothing is known. */
  get processors() {
    const ms = sum(this.#spans.map((span) => span.ms));
    return ms > 0 ? sum(this.#spans.map(({ busyMs }) => busyMs)) / ms : 0;
  }

  /**
   * @param {number} now in ms
   * @param {readonly Pick<LayerCounts, "name" | "encodeMs">[]} layers all there are
   */
  update(now, layers) {
    const span = { ms: now - this.#updatedAt, busyMs: sum(layers.map((layer) => this.#since(layer))) };
    if (span.ms > 0) this.#spans = [...this.#spans, span].slice(-WINDOW);
    this.#taken = new Map(layers.map(({ name, encodeMs }) => [name, encodeMs]));
    this.#updatedAt = now;
  }

  /** One that took less before has begun anew. @param {Pick<LayerCounts, "name" | "encodeMs">} layer */
  #since({ name, encodeMs }) {
    const before = this.#taken.get(name) ?? 0;
    return encodeMs < before ? encodeMs : encodeMs - before;
  }
}

/** @param {readonly number[]} values */
function sum(values) {
  return values.reduce((all, value) => all + value, 0);
}
