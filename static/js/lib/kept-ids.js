/**
 * A few ids that the storage it is given keeps, so that they last over a reload.
 *
 * Event: `change` {id, on}.
 */

import { list, matching } from "./shapes.js";

/** Those that were added first are forgotten first. */
const MOST = 200;

const isValid = list(matching(/^[\w-]{1,32}$/));

export class KeptIds extends EventTarget {
  #storage;
  #key;
  /** @type {Set<string>} */
  #ids;

  /**
   * @param {Pick<Storage, "getItem" | "setItem">} storage
   * @param {string} key
   */
  constructor(storage, key) {
    super();
    this.#storage = storage;
    this.#key = key;
    this.#ids = new Set(this.#read());
  }

  [Symbol.iterator]() {
    return this.#ids.values();
  }

  /** @param {string} id */
  has(id) {
    return this.#ids.has(id);
  }

  /** @param {string} id @param {boolean} on */
  set(id, on) {
    this.#ids.delete(id);
    if (on) this.#ids.add(id);
    this.#ids = new Set([...this.#ids].slice(-MOST));
    this.#write();
    this.dispatchEvent(new CustomEvent("change", { detail: { id, on } }));
  }

  /** @returns {string[]} */
  #read() {
    try {
      const value = JSON.parse(this.#storage.getItem(this.#key) ?? "[]");
      return isValid(value) ? value : [];
    } catch {
      return [];
    }
  }

  #write() {
    try {
      this.#storage.setItem(this.#key, JSON.stringify([...this.#ids]));
    } catch {
      // Storage is full or blocked: after a reload they are forgotten.
    }
  }
}
