/**
 * Whom one ignores in the chat of a room, by the ids of participants, which no two meetings share. Kept in the storage that it is given
 * (`sessionStorage`).
 */

import { KeptIds } from "../lib/kept-ids.js";

export class Ignored extends KeptIds {
  /** @param {Pick<Storage, "getItem" | "setItem">} storage @param {string} slug */
  constructor(storage, slug) {
    super(storage, `ignored:${slug}`);
  }
}
