/**
 * A promise with its resolve and reject functions. `Promise.withResolvers` is younger than the oldest browser that is supported (`docs/browsers.md`).
 *
 * @template T
 * @typedef {{promise: Promise<T>, resolve: (value: T) => void, reject: (reason: unknown) => void}} Deferred
 */

/**
 * @template [T=void]
 * @returns {Deferred<T>}
 */
export function deferred() {
  const settle = /** @type {Deferred<T>} */ ({});
  settle.promise = new Promise((resolve, reject) => Object.assign(settle, { resolve, reject }));
  return settle;
}
