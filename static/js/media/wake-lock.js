/**
 * Keeps the screen on until `signal` is aborted. The browser lets go whenever the page is hidden, so it is asked again.
 *
 * @param {{document: Document, wakeLock: WakeLock | undefined, signal: AbortSignal}} options
 */
export function keepAwake({ document, wakeLock, signal }) {
  /** @type {WakeLockSentinel | null} */
  let held = null;

  const hold = async () => {
    if (document.visibilityState !== "visible" || !wakeLock) return;
    held = await wakeLock.request("screen").catch(() => null);
    if (signal.aborted) void held?.release();
  };

  document.addEventListener("visibilitychange", hold, { signal });
  signal.addEventListener("abort", () => void held?.release(), { once: true });
  void hold();
}
