/**
 * How loud each of the others is for us alone: their voice, and the sound of their screen.
 *
 * @import { Tiles } from "./stage/tiles.js"
 * @typedef {{volume: number, isMuted: boolean}} Voice `volume`: from 0 to 1
 */

/** @type {Voice} */
const NATURAL = { volume: 1, isMuted: false };

export class Voices {
  #tiles;
  /** By id. @type {Map<string, Voice>} */
  #voices = new Map();

  /** @param {{tiles: EventTarget & Pick<Tiles, "all">, signal: AbortSignal}} options */
  constructor({ tiles, signal }) {
    this.#tiles = tiles;
    tiles.addEventListener("change", () => this.#apply(), { signal });
  }

  /** @param {string} id */
  of(id) {
    return this.#voices.get(id) ?? NATURAL;
  }

  /**
   * @param {string} id
   * @param {Partial<Voice>} change
   */
  set(id, change) {
    this.#voices.set(id, { ...this.of(id), ...change });
    this.#apply();
  }

  #apply() {
    for (const [key, tile] of this.#tiles.all) {
      const voice = this.#voices.get(key.replace(" screen", ""));
      if (voice) tile.voice = voice;
    }
  }
}

/** Whether a page can set the volume of an element. On iOS only the system can. */
export function canSetVolume() {
  const audio = new Audio();
  audio.volume = 0.5;
  return audio.volume === 0.5;
}
