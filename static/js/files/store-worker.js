/**
 * The worker of the store: a shelf, called by messages. Answers `{call, value}` or `{call, reason}`.
 *
 * @import { Reason } from "./transfer.js"
 */

import { Disk, Memory } from "./disk.js";
import { Shelf } from "./shelf.js";
import { Refused } from "./transfer.js";

/** @type {Shelf} */
let shelf;
/** By call. @type {Map<number, AbortController>} */
const copies = new Map();

/** @type {Record<string, (message: any) => any>} */
const METHODS = {
  async open({ name, spare }) {
    const opened = await Disk.open(name, spare);
    shelf = new Shelf(opened?.disk ?? new Memory());
    return { name: opened?.name ?? name, files: await shelf.restore() };
  },
  async copy({ call, blob }) {
    const controller = new AbortController();
    copies.set(call, controller);
    const { id, manifest } = await shelf.copy(blob, controller.signal, (bytes) => postMessage({ call, bytes })).finally(() => copies.delete(call));
    return { id, manifest };
  },
  abort: ({ copy }) => copies.get(copy)?.abort(),
  begin: ({ id, manifest }) => shelf.begin(id, manifest),
  put: async ({ id, piece, data }) => ({ isRight: await shelf.put(id, piece, data), data }),
  get: ({ id, piece }) => shelf.get(id, piece),
  file: ({ id }) => shelf.file(id),
  remove: ({ id }) => shelf.remove(id),
  clear: () => shelf.clear(),
};

addEventListener("message", ({ data }) => void answer(data));

/** @param {{call: number, method: string}} message */
async function answer(message) {
  const { call, method } = message;
  try {
    const value = await METHODS[method](message);
    const bytes = value?.data ?? value;
    postMessage({ call, value }, { transfer: bytes instanceof Uint8Array ? [bytes.buffer] : [] });
  } catch (error) {
    postMessage({ call, reason: reasonOf(error) });
  }
}

/** @param {unknown} error @returns {Reason} */
function reasonOf(error) {
  return error instanceof Refused ? error.reason : "unreadable";
}
