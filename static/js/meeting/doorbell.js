/**
 * What a host notices of a knock who looks elsewhere: two tones, and a notification of the system where it is allowed. Fetched with the
 * first knock.
 */

import { chime } from "../media/chime.js";

const TONES = [
  { pitch: 660, at: 0 },
  { pitch: 520, at: 0.22 },
];
const LOUDNESS = 0.15;

/**
 * @param {string} text
 * @param {boolean} hasSound whether the page plays any
 * @param {{AudioContext: typeof globalThis.AudioContext | undefined, Notification: typeof globalThis.Notification | undefined,
 *   document: Document}} browser
 */
export function ring(text, hasSound, { AudioContext, Notification, document }) {
  if (AudioContext && hasSound) chime(TONES, LOUDNESS, new AudioContext());
  const isSeen = document.visibilityState === "visible" && document.hasFocus();
  if (!isSeen && Notification?.permission === "granted") notify(text, hasSound, Notification);
}

/**
 * Chrome on Android has the constructor and throws.
 *
 * @param {string} text
 * @param {boolean} hasSound
 * @param {typeof globalThis.Notification} Notification
 */
function notify(text, hasSound, Notification) {
  try {
    const notification = new Notification(text, { tag: "knock", silent: !hasSound });
    notification.addEventListener("click", () => {
      window.focus();
      notification.close();
    });
  } catch {
    // The tones have to do.
  }
}
