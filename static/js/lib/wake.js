/**
 * Detects that a page is back: after the computer slept, after the browser froze it, or when it becomes visible. Only a jump of the wall
 * clock shows that the computer slept.
 *
 * @import { Clock } from "./clock.js"
 */

const BEAT_MS = 2000;
/** Longer than a busy computer delays a timer. */
const SLEPT_MS = 10_000;

/**
 * @param {object} options
 * @param {Document} options.document
 * @param {Clock} options.clock
 * @param {() => number} options.wall milliseconds, which also counts while the computer sleeps
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
