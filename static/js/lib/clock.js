/**
 * Time as an argument. `after` calls back once, unless the signal was aborted or the returned function called before.
 *
 * @typedef {object} Clock
 * @property {() => number} now milliseconds, never going back
 * @property {(ms: number, callback: () => void, signal: AbortSignal) => () => void} after
 */

/** @type {Clock} */
export const systemClock = {
  now: () => performance.now(),

  after(ms, callback, signal) {
    if (signal.aborted) return () => {};
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", cancel);
      callback();
    }, ms);
    const cancel = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
    };
    signal.addEventListener("abort", cancel, { once: true });
    return cancel;
  },
};
