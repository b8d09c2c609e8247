/**
 * What closed tabs have left of files on the disk.
 *
 * @import { Clock } from "../lib/clock.js"
 */

import { entries, ROOT } from "./disk.js";
import { pageLock, workerLock } from "./tab.js";

/** A page that is just being loaded again has no lock for a moment. */
const SETTLED_MS = 30_000;

/**
 * Removes the directories that nobody has claimed for a while. Never throws: where there is no such file system, there is nothing to remove.
 *
 * @param {Clock} clock
 * @param {AbortSignal} signal
 */
export async function removeLeftovers(clock, signal) {
  try {
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle(ROOT);
    const before = await unclaimed(root);
    if (!before.length) return;
    await new Promise((resolve) => clock.after(SETTLED_MS, () => resolve(undefined), signal));
    const now = await unclaimed(root);
    for (const name of before) if (now.includes(name)) await remove(root, name);
  } catch {
    // The next page tries again.
  }
}

/** @param {FileSystemDirectoryHandle} root @returns {Promise<string[]>} the names of directories of which no tab says that they are its own */
async function unclaimed(root) {
  const { held = [] } = await navigator.locks.query();
  const claims = new Set(held.map(({ name }) => name));
  const names = [];
  for await (const [name] of entries(root)) if (!claims.has(workerLock(name)) && !claims.has(pageLock(name))) names.push(name);
  return names;
}

/** @param {FileSystemDirectoryHandle} root @param {string} name */
function remove(root, name) {
  return navigator.locks.request(workerLock(name), { ifAvailable: true }, async (lock) => {
    if (lock) await root.removeEntry(name, { recursive: true });
  });
}
