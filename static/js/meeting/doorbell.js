/**
 * What a host notices of a knock who looks elsewhere: two tones, and a notification of the system where it is allowed. Fetched with the
 * first knock.
 */

/** In Hz and seconds. */
const TONES = [
  { pitch: 660, at: 0 },
  { pitch: 520, at: 0.22 },
];
const LASTS = 0.5;
const LOUDNESS = 0.15;

/**
 * @param {string} text
 * @param {{AudioContext: typeof globalThis.AudioContext | undefined, Notification: typeof globalThis.Notification | undefined, document: Document}} browser
 */
export function ring(text, { AudioContext, Notification, document }) {
  if (AudioContext) chime(new AudioContext());
  const isSeen = document.visibilityState === "visible" && document.hasFocus();
  if (!isSeen && Notification?.permission === "granted") notify(text, Notification);
}

/** @param {AudioContext} context */
function chime(context) {
  for (const { pitch, at } of TONES) {
    const [tone, volume] = [context.createOscillator(), context.createGain()];
    const start = context.currentTime + at;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(LOUDNESS, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + LASTS);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + LASTS);
    if (at) tone.addEventListener("ended", () => void context.close(), { once: true });
  }
}

/**
 * Chrome on Android has the constructor and throws.
 *
 * @param {string} text
 * @param {typeof globalThis.Notification} Notification
 */
function notify(text, Notification) {
  try {
    const notification = new Notification(text, { tag: "knock" });
    notification.addEventListener("click", () => {
      window.focus();
      notification.close();
    });
  } catch {
    // The tones have to do.
  }
}
