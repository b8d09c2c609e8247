/**
 * Who speaks now, and who is the active speaker, from everybody's audio levels.
 *
 * @import { Floor } from "./active-speaker.js"
 */

import { NOBODY, updateFloor } from "./active-speaker.js";
import { Speech } from "./levels.js";

export class Speakers {
  /** @type {Floor} */
  #floor = NOBODY;
  /** @type {Map<string, Speech>} */
  #speech = new Map();
  /** The ids of those who speak. @type {ReadonlySet<string>} */
  speaking = new Set();

  /** The id of the active speaker; null while there is none. */
  get holder() {
    return this.#floor.holder;
  }

  /** Whether somebody is to be shown as one who speaks or spoke a moment ago. @param {string} id */
  isWatched(id) {
    return this.#floor.watched.has(id);
  }

  /**
   * @param {ReadonlyMap<string, number>} levels linear, 0 to 1, of everybody who is present, by id
   * @param {number} now milliseconds
   * @returns {boolean} whether others are watched than before
   */
  update(levels, now) {
    const before = this.#floor.watched;
    this.#floor = updateFloor(this.#floor, levels, now);
    this.#speech = new Map([...levels.keys()].map((id) => [id, this.#speech.get(id) ?? new Speech()]));
    this.speaking = new Set([...this.#speech].filter(([id, speech]) => speech.update(levels.get(id) ?? 0, now)).map(([id]) => id));
    const { watched } = this.#floor;
    return before.size !== watched.size || [...watched.keys()].some((id) => !before.has(id));
  }
}
