/**
 * The directory of a tab in the store of files: its name, which the tab keeps over a reload, and the locks (Web Locks) that say that the tab is
 * still there.
 */

/** In `sessionStorage`. */
export const KEY = "files";

/** Held by the worker that uses the directory: by one alone, since a copy of a tab has the same name. @param {string} name */
export function workerLock(name) {
  return `files ${name}`;
}

/** Held by the page, which may not have used files yet. @param {string} name */
export function pageLock(name) {
  return `page with files ${name}`;
}

/**
 * What the page before has left in the directory of this tab is ours as long as this page lives.
 *
 * @param {Pick<Storage, "getItem">} storage of this tab
 * @param {Pick<LockManager, "request"> | undefined} locks
 */
export function claimDirectory(storage, locks) {
  const name = storage.getItem(KEY);
  if (name !== null) locks?.request(pageLock(name), { mode: "shared" }, () => new Promise(() => {})).catch(() => {});
}
