/**
 * The events by which a person lets a page play sound (HTML, section 6.4.1): touch counts when the finger is lifted. A screen reader only
 * clicks.
 */
const GESTURES = ["pointerdown", "pointerup", "touchend", "keydown", "click"];

/**
 * @param {EventTarget} target
 * @param {() => void} handle called once or more at each gesture
 * @param {AbortSignal} signal
 */
export function onGesture(target, handle, signal) {
  for (const type of GESTURES) target.addEventListener(type, handle, { signal });
}
