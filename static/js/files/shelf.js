/**
 * The files that a tab has, whole or in part: of each the manifest, the pieces that were checked, and their bytes. Knows nothing of who sends what.
 * Runs in a worker (`store-worker.js`).
 *
 * Two entries of a cabinet are one file: `<n>.data`, and `<n>.map`, which has the manifest and the map of pieces behind it.
 *
 * @import { Cabinet, Drawer } from "./disk.js"
 * @typedef {object} Item
 * @property {string} name in the cabinet
 * @property {number} size
 * @property {Uint8Array<ArrayBuffer>} manifest
 * @property {PieceMap} map
 * @property {Set<number>} doubtful pieces that were written by another page than this, and may have been lost or changed since
 * @property {Drawer | null} data until somebody wants the file as a whole
 * @property {Drawer | null} notes its manifest and map; while it is written
 * @property {Blob | null} blob all of it, after that
 * @typedef {{id: string, manifest: Uint8Array<ArrayBuffer>, bits: Uint8Array<ArrayBuffer>}} Found
 */

import { hashOf, isPiece, lengthOf, manifestLength, MOST_SIZE, nameOf, pieceCount, pieceLength, sizeIn, writeManifest } from "./manifest.js";
import { PieceMap } from "./piece-map.js";
import { Refused } from "./transfer.js";

export class Shelf {
  #cabinet;
  /** By id. @type {Map<string, Item>} */
  #items = new Map();
  #next = 0;

  /** @param {Cabinet} cabinet */
  constructor(cabinet) {
    this.#cabinet = cabinet;
  }

  /** Takes up what the page before has left. @returns {Promise<Found[]>} */
  async restore() {
    const blobs = await this.#cabinet.list();
    for (const [entry, blob] of blobs) {
      const [name, kind] = entry.split(".");
      this.#next = Math.max(this.#next, Number(name) + 1 || 0);
      const data = blobs.get(`${name}.data`);
      if (kind === "map" && data) await this.#restore(name, new Uint8Array(await blob.arrayBuffer()), data).catch(() => {});
    }
    return [...this.#items].map(([id, { manifest, map }]) => ({ id, manifest, bits: map.bits }));
  }

  /** @param {string} name @param {Uint8Array<ArrayBuffer>} notes @param {Blob} blob */
  async #restore(name, notes, blob) {
    const length = manifestLength(Number(new DataView(notes.buffer).getBigUint64(0)));
    const manifest = notes.slice(0, length);
    const size = sizeIn(manifest);
    if (size === null || blob.size !== size) return;
    const map = new PieceMap(size, notes.slice(length));
    const doubtful = new Set([...Array(map.count).keys()].filter((piece) => map.has(piece)));
    const open = (/** @type {string} */ kind) => this.#cabinet.reopen(`${name}.${kind}`);
    const parts = map.isFull ? { data: null, notes: null, blob } : { data: await open("data"), notes: await open("map"), blob: null };
    this.#items.set(await nameOf(manifest), { name, size, manifest, map, doubtful, ...parts });
  }

  /**
   * Copies a file, so that it cannot change while it is sent.
   *
   * @param {Blob} blob
   * @param {AbortSignal} signal
   * @param {(bytes: number) => void} progress
   * @returns {Promise<{id: string, manifest: Uint8Array<ArrayBuffer>}>}
   */
  async copy(blob, signal, progress) {
    const { size } = blob;
    if (size > MOST_SIZE) throw new Refused("large");
    const name = this.#name();
    const data = await this.#cabinet.create(`${name}.data`, size);
    try {
      const hashes = [];
      for (let piece = 0; piece < pieceCount(size); piece += 1) {
        const part = await slice(blob, size, piece);
        hashes.push(await hashOf(part));
        if (signal.aborted) throw new Refused("aborted");
        data.write(piece * pieceLength(size), part);
        progress(piece * pieceLength(size) + part.length);
      }
      const manifest = writeManifest(size, hashes);
      return { id: await this.#keep(name, size, manifest, data), manifest };
    } catch (error) {
      await data.remove();
      throw error;
    }
  }

  /** @param {string} name @param {number} size @param {Uint8Array<ArrayBuffer>} manifest @param {Drawer} data */
  async #keep(name, size, manifest, data) {
    const id = await nameOf(manifest);
    const known = this.#items.get(id);
    if (known?.map.isFull) {
      await data.remove();
      return id;
    }
    await this.remove(id);
    const item = { name, size, manifest, map: PieceMap.full(size), doubtful: new Set(), data, notes: await this.#notes(name, manifest), blob: null };
    await this.#seal(item);
    this.#items.set(id, item);
    return id;
  }

  /** Makes room for a file that is to be fetched. @param {string} id @param {Uint8Array<ArrayBuffer>} manifest that has this hash */
  async begin(id, manifest) {
    if (this.#items.has(id)) return;
    const size = Number(sizeIn(manifest));
    const name = this.#name();
    const data = await this.#cabinet.create(`${name}.data`, size);
    const notes = await this.#notes(name, manifest);
    const item = { name, size, manifest, map: new PieceMap(size), doubtful: new Set(), data, notes, blob: null };
    if (item.map.isFull) await this.#seal(item);
    this.#items.set(id, item);
  }

  /**
   * @param {string} id
   * @param {number} piece
   * @param {Uint8Array<ArrayBuffer>} data
   * @returns {Promise<boolean>} whether it was that piece, and is kept
   */
  async put(id, piece, data) {
    const item = this.#item(id);
    if (item.map.has(piece)) return true;
    if (!(await isPiece(item.manifest, piece, data))) return false;
    if (item.map.has(piece) || !this.#items.has(id)) return true;
    item.data?.write(piece * pieceLength(item.size), data);
    item.map.add(piece);
    item.notes?.write(item.manifest.length, item.map.bits);
    if (item.map.isFull) await this.#seal(item);
    return true;
  }

  /** @param {string} id @param {number} piece @returns {Promise<Uint8Array<ArrayBuffer> | null>} null if it is not here, or not any more */
  async get(id, piece) {
    const item = this.#item(id);
    if (!item.map.has(piece)) return null;
    const { size, data, blob } = item;
    const bytes = blob ? await slice(blob, size, piece) : await data?.read(piece * pieceLength(size), lengthOf(size, piece));
    if (!bytes || !item.doubtful.has(piece)) return bytes ?? null;
    if (!(await isPiece(item.manifest, piece, bytes))) return null;
    item.doubtful.delete(piece);
    return bytes;
  }

  /** @param {string} id @returns {Promise<Blob>} all of it, on disk where there is one */
  async file(id) {
    const item = this.#item(id);
    if (!item.map.isFull) throw new Refused("unreadable");
    item.blob ??= (await item.data?.seal()) ?? null;
    item.data = null;
    return /** @type {Blob} */ (item.blob);
  }

  /** @param {string} id */
  async remove(id) {
    const item = this.#items.get(id);
    this.#items.delete(id);
    if (!item) return;
    const { name } = item;
    await (item.data ?? (await this.#cabinet.reopen(`${name}.data`).catch(() => null)))?.remove();
    await (item.notes ?? (await this.#cabinet.reopen(`${name}.map`).catch(() => null)))?.remove();
  }

  async clear() {
    for (const id of [...this.#items.keys()]) await this.remove(id);
    await this.#cabinet.clear();
  }

  /** @param {string} name @param {Uint8Array<ArrayBuffer>} manifest */
  async #notes(name, manifest) {
    const notes = await this.#cabinet.create(`${name}.map`, manifest.length + Math.ceil(pieceCount(Number(sizeIn(manifest))) / 8));
    notes.write(0, manifest);
    return notes;
  }

  /** @param {Item} item */
  async #seal(item) {
    item.notes?.write(item.manifest.length, item.map.bits);
    await item.notes?.seal();
    item.notes = null;
  }

  /** @param {string} id */
  #item(id) {
    const item = this.#items.get(id);
    if (!item) throw new Refused("unreadable");
    return item;
  }

  #name() {
    this.#next += 1;
    return String(this.#next);
  }
}

/** @param {Blob} blob @param {number} size @param {number} piece */
async function slice(blob, size, piece) {
  const begin = piece * pieceLength(size);
  const bytes = new Uint8Array(await blob.slice(begin, begin + lengthOf(size, piece)).arrayBuffer());
  if (bytes.length !== lengthOf(size, piece)) throw new Refused("unreadable");
  return bytes;
}
