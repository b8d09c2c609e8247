/**
 * Why a device did not open, in one word. Pure.
 *
 * @typedef {"denied" | "dismissed" | "system" | "missing" | "busy" | "insecure" | "unknown"} Trouble
 */

/** DOMException names of getUserMedia and getDisplayMedia (mediacapture-main, section 10.2); older names some browsers kept. */
const NAMES = /** @type {Record<string, Trouble>} */ ({
  NotFoundError: "missing",
  DevicesNotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  TrackStartError: "busy",
  AbortError: "busy",
});

/**
 * @param {unknown} error what getUserMedia threw
 * @param {PermissionState | "unknown"} permission what the browser says of the permission now
 * @returns {Trouble}
 */
export function trouble(error, permission) {
  const { name = "", message = "" } = /** @type {{name?: string, message?: string}} */ (error ?? {});
  if (name === "NotAllowedError" || name === "PermissionDeniedError") return refusal(message, permission);
  if (name === "SecurityError") return "denied";
  return NAMES[name] ?? "unknown";
}

/**
 * In Chromium only the message distinguishes the kinds of refusal. Elsewhere a permission that can still be asked for was not denied for good.
 *
 * @param {string} message
 * @param {PermissionState | "unknown"} permission
 * @returns {Trouble}
 */
function refusal(message, permission) {
  if (/by system/i.test(message)) return "system";
  if (/dismissed/i.test(message) || permission === "prompt") return "dismissed";
  return "denied";
}
