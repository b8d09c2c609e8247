/** Something that is loaded with its first use. When that fails, it is tried again with the next. */

/** @template T */
export class Lazy {
  #load;
  /** @type {Promise<T> | null} */
  #loaded = null;

  /** @param {() => Promise<T>} load */
  constructor(load) {
    this.#load = load;
  }

  /** @returns {Promise<T>} */
  async get() {
    this.#loaded ??= this.#load();
    try {
      return await this.#loaded;
    } catch (error) {
      this.#loaded = null;
      throw error;
    }
  }
}
