/**
 * Listens to custom events by their details, for one lifetime.
 *
 * @param {AbortSignal} signal
 */
export function listener(signal) {
  return (/** @type {EventTarget} */ target, /** @type {string} */ type, /** @type {(detail: any) => void} */ handle) =>
    target.addEventListener(type, (event) => handle(/** @type {CustomEvent} */ (event).detail), { signal });
}
