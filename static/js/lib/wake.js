/**
 * When a page comes back: the machine slept, the browser froze it, or it is looked at again. Nothing tells a page that it slept
 * but the wall clock, which went on.
 *
 * @import { Clock } from "./clock.js"
 */

const BEAT_MS = 2000;
/** Longer than a busy machine holds a timer up. */
const SLEPT_MS = 10_000;

/**
 * @param {object} options
 * @param {Document} options.document
 * @param {Clock} options.clock
 * @param {() => number} options.wall milliseconds, also those asleep
 * @param {AbortSignal} options.signal
 * @param {() => void} options.wake called each time the page comes back
 */
export function onWake({ document, clock, wall, signal, wake }) {
  let seenAt = wall();
  const beat = () => {
    const slept = wall() - seenAt > SLEPT_MS;
    seenAt = wall();
    if (slept) wake();
    clock.after(BEAT_MS, beat, signal);
  };
  clock.after(BEAT_MS, beat, signal);
  document.addEventListener("resume", wake, { signal });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake(), { signal });
}
