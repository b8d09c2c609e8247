/**
 * The resume token of this tab, kept over a reload in the storage it is given (`sessionStorage`).
 *
 * @import { Resume } from "./protocol.js"
 */

import { matching, object } from "../lib/shapes.js";

const valid = object({ id: matching(/^[\w-]{1,32}$/), token: matching(/^[\w-]{1,128}$/) });

export class Ticket {
  #storage;
  #key;

  /**
   * @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage
   * @param {string} slug
   */
  constructor(storage, slug) {
    this.#storage = storage;
    this.#key = `ticket:${slug}`;
  }

  /** @returns {Resume | null} */
  get() {
    try {
      const value = JSON.parse(this.#storage.getItem(this.#key) ?? "null");
      return valid(value) ? value : null;
    } catch {
      return null;
    }
  }

  /** @param {Resume} resume */
  set({ id, token }) {
    try {
      this.#storage.setItem(this.#key, JSON.stringify({ id, token }));
    } catch {
      // Storage is full or blocked: after a reload the page joins anew.
    }
  }

  clear() {
    this.#storage.removeItem(this.#key);
  }
}
