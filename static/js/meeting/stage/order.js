/**
 * The order of the tiles: as they came. Whoever speaks on another page changes places with somebody on the shown page.
 */

/** At most once in this time. */
const BRING_MS = 4000;

export class TileOrder {
  /** @type {readonly string[]} */
  #keys = [];
  /** @type {Map<string, number>} */
  #spokenAt = new Map();
  #broughtAt = -Infinity;

  get keys() {
    return this.#keys;
  }

  /** @param {readonly string[]} keys of all tiles; new ones go last */
  update(keys) {
    this.#keys = [...this.#keys.filter((key) => keys.includes(key)), ...keys.filter((key) => !this.#keys.includes(key))];
  }

  /**
   * @param {Iterable<string>} keys of those who speak
   * @param {number} now in ms
   */
  note(keys, now) {
    for (const key of keys) this.#spokenAt.set(key, now);
  }

  /**
   * Puts somebody in the place of the one who has not spoken for the longest time; of those who never have, the last.
   *
   * @param {string} key
   * @param {readonly string[]} shown from whom the place may be taken
   * @param {number} now in ms
   * @returns {boolean} whether the order has changed
   */
  bring(key, shown, now) {
    const quietest = this.#quietest(shown);
    if (quietest === undefined || now - this.#broughtAt < BRING_MS) return false;
    this.#broughtAt = now;
    this.#keys = this.#keys.map((one) => (one === key ? quietest : one === quietest ? key : one));
    return true;
  }

  /** @param {readonly string[]} keys */
  #quietest(keys) {
    const at = (/** @type {string} */ key) => this.#spokenAt.get(key) ?? -Infinity;
    return [...keys].reverse().sort((a, b) => at(a) - at(b) || 0)[0];
  }
}
