/**
 * The space bar turns a muted microphone on for as long as it is held. Where the focus is on something that it presses, it does that instead.
 *
 * @import { LocalMedia } from "../media/local-media.js"
 * @import { CallControls } from "../ui/call-controls.js"
 */

import { isFree } from "../lib/keys.js";

const PRESSED = "button, a, summary, input, [role=button], [role=switch], video-tile";

export class PushToTalk {
  #controls;
  #local;
  /** Whether the microphone is on for this alone. */
  #isTalking = false;

  /** @param {{controls: CallControls, local: Pick<LocalMedia, "sending" | "turn">, signal: AbortSignal}} options */
  constructor({ controls, local, signal }) {
    this.#controls = controls;
    this.#local = local;
    document.addEventListener("keydown", (event) => this.#press(event), { signal });
    document.addEventListener("keyup", ({ code }) => code === "Space" && this.#end(), { signal });
    // The key may be released where the page does not learn of it.
    for (const [target, type] of /** @type {const} */ ([[window, "blur"], [document, "visibilitychange"]]))
      target.addEventListener(type, () => this.#end(), { signal });
    signal.addEventListener("abort", () => this.#end(), { once: true });
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.code !== "Space" || !isIdle(event.target)) return;
    if (this.#isTalking) return event.preventDefault();
    if (!isFree(event) || event.shiftKey || !this.#controls.listensToKeys || !this.#controls.checkVisibility() || this.#local.sending("microphone"))
      return;
    event.preventDefault();
    this.#isTalking = true;
    void this.#local.turn("microphone", true);
  }

  #end() {
    if (!this.#isTalking) return;
    this.#isTalking = false;
    void this.#local.turn("microphone", false);
  }
}

/** Whether the space bar does nothing by itself. @param {EventTarget | null} target where the focus is */
function isIdle(target) {
  return !(target instanceof Element && target.closest(PRESSED));
}
