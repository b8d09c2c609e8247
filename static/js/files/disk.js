/**
 * Where the store of one tab keeps its files: in a directory of the origin private file system (File System, section 4), or in memory where there
 * is none. Runs in a worker: only there does every browser write synchronously.
 *
 * A directory has a lock (Web Locks) as long as its tab's worker lives. See `leftovers.js` for those of closed tabs.
 *
 * @typedef {object} Drawer bytes of a fixed number
 * @property {(at: number, data: Uint8Array<ArrayBuffer>) => void} write
 * @property {(at: number, length: number) => Promise<Uint8Array<ArrayBuffer>>} read
 * @property {() => Promise<Blob>} seal nothing is written any more
 * @property {() => Promise<void>} remove
 * @typedef {object} Cabinet
 * @property {(name: string, size: number) => Promise<Drawer>} create throws {@link Refused} `full` or `large`
 * @property {() => Promise<Map<string, Blob>>} list what is there
 * @property {(name: string) => Promise<Drawer>} reopen one that is there
 * @property {() => Promise<void>} clear
 */

import { workerLock } from "./tab.js";
import { Refused } from "./transfer.js";

/** Of the directories of all tabs. */
export const ROOT = "files";
/** A page that is loaded again may come before the one it replaces has ended. */
const PATIENCE_MS = 3000;
const MOST_MEMORY = 256 * 1024 * 1024;

/** @implements {Cabinet} */
export class Disk {
  #directory;

  /** @param {FileSystemDirectoryHandle} directory */
  constructor(directory) {
    this.#directory = directory;
  }

  /**
   * @param {string} name of the tab's directory
   * @param {string} spare the name to use if another tab has that one
   * @returns {Promise<{disk: Disk, name: string} | null>} null where there is no such file system
   */
  static async open(name, spare) {
    try {
      const root = await (await navigator.storage.getDirectory()).getDirectoryHandle(ROOT, { create: true });
      const isOurs = await holdLock(name, PATIENCE_MS);
      const own = isOurs ? name : spare;
      if (!isOurs) await holdLock(spare, PATIENCE_MS);
      return { disk: new Disk(await root.getDirectoryHandle(own, { create: true })), name: own };
    } catch {
      return null;
    }
  }

  /** @param {string} name @param {number} size */
  async create(name, size) {
    const drawer = await this.reopen(name, true);
    try {
      drawer.grow(size);
    } catch (error) {
      await drawer.remove();
      throw error;
    }
    return drawer;
  }

  async list() {
    /** @type {Map<string, Blob>} */
    const blobs = new Map();
    for await (const [name, handle] of entries(this.#directory)) if (handle.kind === "file") blobs.set(name, await handle.getFile());
    return blobs;
  }

  /** @param {string} name */
  async reopen(name, create = false) {
    const file = await this.#directory.getFileHandle(name, { create });
    return new DiskDrawer(this.#directory, file, await access(file));
  }

  async clear() {
    for await (const [name] of entries(this.#directory)) await this.#directory.removeEntry(name).catch(() => {});
  }
}

/** @implements {Drawer} */
class DiskDrawer {
  #directory;
  #file;
  #access;

  /** @param {FileSystemDirectoryHandle} directory @param {FileSystemFileHandle} file @param {SyncAccess} access */
  constructor(directory, file, access) {
    this.#directory = directory;
    this.#file = file;
    this.#access = access;
  }

  /** Takes the space at once, so that a disk that is too full is known at the beginning. @param {number} size */
  grow(size) {
    withSpace(() => this.#access.truncate(size));
  }

  /**
   * Chromium does not throw in a private window that has no space: it returns a number that is too large.
   *
   * @param {number} at
   * @param {Uint8Array<ArrayBuffer>} data
   */
  write(at, data) {
    if (withSpace(() => this.#access.write(data, { at })) !== data.length) throw new Refused("full");
  }

  /** @param {number} at @param {number} length */
  async read(at, length) {
    const data = new Uint8Array(length);
    this.#access.read(data, { at });
    return data;
  }

  async seal() {
    this.#access.close();
    return this.#file.getFile();
  }

  async remove() {
    this.#access.close();
    await this.#directory.removeEntry(this.#file.name).catch(() => {});
  }
}

/** @implements {Cabinet} */
export class Memory {
  #free = MOST_MEMORY;

  /** @param {string} _name @param {number} size @returns {Promise<Drawer>} */
  async create(_name, size) {
    if (size > this.#free) throw new Refused("large");
    this.#free -= size;
    let data = new Uint8Array(size);
    return {
      write: (at, part) => data.set(part, at),
      read: async (at, length) => data.slice(at, at + length),
      seal: async () => {
        const blob = new Blob([data]);
        data = new Uint8Array(0);
        return blob;
      },
      remove: async () => void (this.#free += size),
    };
  }

  async list() {
    return new Map();
  }

  /** @param {string} name @returns {Promise<Drawer>} */
  async reopen(name) {
    throw new Error(`${name} is not there`);
  }

  async clear() {
    this.#free = MOST_MEMORY;
  }
}

/**
 * Resolves once we have the lock, which is kept until the worker ends.
 *
 * @param {string} name
 * @param {number} ms how long to wait
 * @returns {Promise<boolean>} false if somebody else has it
 */
function holdLock(name, ms) {
  return new Promise((resolve) => {
    const held = navigator.locks.request(workerLock(name), { signal: AbortSignal.timeout(ms) }, () => (resolve(true), new Promise(() => {})));
    held.catch(() => resolve(false));
  });
}

/** @template T @param {() => T} write @returns {T} */
function withSpace(write) {
  try {
    return write();
  } catch (error) {
    throw error instanceof DOMException && error.name === "QuotaExceededError" ? new Refused("full") : error;
  }
}

/**
 * @typedef {{read(data: Uint8Array, options: {at: number}): number, write(data: Uint8Array, options: {at: number}): number,
 *   truncate(size: number): void, close(): void}} SyncAccess
 */

/** TypeScript knows these of workers only. @param {FileSystemFileHandle} file @returns {Promise<SyncAccess>} */
function access(file) {
  return /** @type {any} */ (file).createSyncAccessHandle();
}

/** @param {FileSystemDirectoryHandle} directory @returns {AsyncIterable<[string, FileSystemFileHandle]>} */
export function entries(directory) {
  return /** @type {any} */ (directory).entries();
}
