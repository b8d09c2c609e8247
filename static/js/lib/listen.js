/**
 * Makes a function that listens to custom events until the signal is aborted, and passes their details.
 *
 * @param {AbortSignal} signal
 */
export function listener(signal) {
  return (/** @type {EventTarget} */ target, /** @type {string} */ type, /** @type {(detail: any) => void} */ handle) =>
    target.addEventListener(type, (event) => handle(/** @type {CustomEvent} */ (event).detail), { signal });
}
