/**
 * The store of files of this tab, in a worker. It outlives the page: a page that is loaded again finds what it had.
 *
 * @import { Deferred } from "../lib/deferred.js"
 * @import { Found } from "./shelf.js"
 */

import { deferred } from "../lib/deferred.js";
import { KEY } from "./tab.js";
import { Refused } from "./transfer.js";

const WORKER = new URL("./store-worker.js", import.meta.url).href;
/** Rooms for pieces that are kept to be used again. */
const MOST_SPARE = 8;

export class Store {
  #worker;
  #calls = 0;
  /** By call. @type {Map<number, Deferred<any> & {progress: (bytes: number) => void}>} */
  #pending = new Map();
  /** @type {Uint8Array<ArrayBuffer>[]} */
  #spare = [];
  /** What was there when it was opened. @type {readonly Found[]} */
  found = [];

  /** @param {Worker} worker */
  constructor(worker) {
    this.#worker = worker;
    worker.addEventListener("message", ({ data }) => this.#receive(data));
    for (const type of ["error", "messageerror"]) worker.addEventListener(type, () => this.#fail());
  }

  /**
   * @param {Pick<Storage, "getItem" | "setItem">} storage of this tab
   * @param {AbortSignal} signal the end of the meeting: the store is emptied
   */
  static async open(storage, signal) {
    const store = new Store(new Worker(trusted(WORKER), { type: "module" }));
    const spare = crypto.randomUUID();
    const { name, files } = await store.#call("open", { name: storage.getItem(KEY) ?? spare, spare });
    storage.setItem(KEY, name);
    store.found = files;
    const close = () => void store.#call("clear").catch(() => {}).then(() => store.#worker.terminate());
    if (signal.aborted) close();
    else signal.addEventListener("abort", close, { once: true });
    return store;
  }

  /**
   * @param {Blob} blob
   * @param {AbortSignal} signal
   * @param {(bytes: number) => void} progress
   * @returns {Promise<{id: string, manifest: Uint8Array<ArrayBuffer>}>}
   * @throws {Refused}
   */
  copy(blob, signal, progress) {
    const copied = this.#call("copy", { blob }, progress);
    const copy = this.#calls;
    const abort = () => void this.#call("abort", { copy });
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    return copied.finally(() => signal.removeEventListener("abort", abort));
  }

  /** @param {string} id @param {Uint8Array<ArrayBuffer>} manifest @returns {Promise<void>} */
  begin(id, manifest) {
    return this.#call("begin", { id, manifest });
  }

  /**
   * Room for a piece that is then `put`. It is used again: otherwise some dozen MB are garbage before the browser collects it.
   *
   * @param {number} length
   */
  room(length) {
    const place = this.#spare.findIndex((data) => data.length === length);
    return place < 0 ? new Uint8Array(length) : this.#spare.splice(place, 1)[0];
  }

  /**
   * @param {string} id
   * @param {number} piece
   * @param {Uint8Array<ArrayBuffer>} data is not usable any more
   * @returns {Promise<boolean>} whether it was that piece
   */
  async put(id, piece, data) {
    const { isRight, data: spare } = await this.#call("put", { id, piece, data }, undefined, [data.buffer]);
    if (this.#spare.length < MOST_SPARE) this.#spare.push(spare);
    return isRight;
  }

  /** @param {string} id @param {number} piece @returns {Promise<Uint8Array<ArrayBuffer> | null>} */
  get(id, piece) {
    return this.#call("get", { id, piece });
  }

  /** @param {string} id @returns {Promise<Blob>} */
  file(id) {
    return this.#call("file", { id });
  }

  /** @param {string} id @returns {Promise<void>} */
  remove(id) {
    return this.#call("remove", { id });
  }

  /**
   * @param {string} method
   * @param {object} [fields]
   * @param {(bytes: number) => void} [progress]
   * @param {Transferable[]} [transfer]
   * @returns {Promise<any>}
   */
  #call(method, fields = {}, progress = () => {}, transfer = []) {
    const call = (this.#calls += 1);
    const pending = /** @type {Deferred<any>} */ (deferred());
    this.#pending.set(call, { ...pending, progress });
    this.#worker.postMessage({ call, method, ...fields }, transfer);
    return pending.promise;
  }

  /** @param {{call: number, bytes?: number, reason?: import("./transfer.js").Reason, value?: unknown}} answer */
  #receive({ call, bytes, reason, value }) {
    const pending = this.#pending.get(call);
    if (bytes !== undefined) return pending?.progress(bytes);
    this.#pending.delete(call);
    if (reason) pending?.reject(new Refused(reason));
    else pending?.resolve(value);
  }

  #fail() {
    for (const { reject } of this.#pending.values()) reject(new Refused("unreadable"));
    this.#pending.clear();
  }
}

/** @type {{createScriptURL: (url: string) => any} | null} */
let policy = null;

/**
 * The URL of the worker, as a TrustedScriptURL where the browser has Trusted Types. The policy permits no other URL.
 *
 * @param {string} url
 */
function trusted(url) {
  policy ??= Reflect.get(globalThis, "trustedTypes")?.createPolicy("files", { createScriptURL: () => WORKER }) ?? null;
  return policy?.createScriptURL(url) ?? url;
}
