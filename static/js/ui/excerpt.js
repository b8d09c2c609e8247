/**
 * Which part of a long list is shown: its end, and more of it as one goes back. Pure.
 */

/** How many are shown at first, and how many more each time one goes back. */
export const STEP = 100;

/** @template {{id: string}} T */
export class Excerpt {
  /** The id of the first that is shown. */
  #first = "";

  /** One looks at the end. @param {readonly T[]} items @returns {readonly T[]} */
  end(items) {
    return this.#from(items, items.length - STEP);
  }

  /** The list has changed while one looks elsewhere: from the first that was shown. @param {readonly T[]} items @returns {readonly T[]} */
  of(items) {
    const place = this.#place(items);
    return place < 0 ? this.end(items) : this.#from(items, place);
  }

  /** One goes back. @param {readonly T[]} items @returns {readonly T[]} */
  earlier(items) {
    return this.#from(items, this.#place(items) - STEP);
  }

  /** @param {readonly T[]} items */
  #place(items) {
    return items.findIndex(({ id }) => id === this.#first);
  }

  /** @param {readonly T[]} items @param {number} place */
  #from(items, place) {
    const shown = items.slice(Math.max(0, place));
    this.#first = shown[0]?.id ?? "";
    return shown;
  }
}
