/**
 * Fetches the script of what a meeting has besides people, sound and video: a moment after joining, so that the first picture does not
 * wait for it, or as soon as it is used.
 *
 * @import { Clock } from "../lib/clock.js"
 * @import { LocalMedia } from "../media/local-media.js"
 * @import { Preferences } from "../preferences/preferences.js"
 * @import { SignalingClient } from "../signaling/client.js"
 * @import { People } from "../signaling/people.js"
 * @import { CallControls } from "../ui/call-controls.js"
 * @typedef {object} Options
 * @property {HTMLElement} root has the elements of a call
 * @property {SignalingClient} client
 * @property {People} people
 * @property {LocalMedia} local
 * @property {CallControls} controls
 * @property {HTMLElement} grid of the tiles
 * @property {Preferences} preferences
 * @property {Clock} clock
 * @property {AbortSignal} signal
 */

import { Lazy } from "../lib/lazy.js";
import { listener } from "../lib/listen.js";

const AFTER_MS = 2000;

export class ExtrasLoader {
  /** By the clock; null before. @type {number | null} */
  #joinedAt = null;
  #clock;
  #signal;
  #extras;

  /** @param {Options} options */
  constructor(options) {
    const { client, controls, clock, signal } = options;
    this.#clock = clock;
    this.#signal = signal;
    this.#extras = new Lazy(async () => {
      const { Extras } = await import("./extras.js");
      signal.throwIfAborted();
      return new Extras({ ...options, joinedAt: this.#joinedAt ?? clock.now() });
    });
    const on = listener(signal);
    on(client, "welcomed", () => this.#join());
    on(controls, "command", ({ command }) => this.#extras.get().then((extras) => extras.obey(command), () => {}));
  }

  #join() {
    this.#joinedAt ??= this.#clock.now();
    this.#clock.after(AFTER_MS, () => this.#extras.get().catch(() => {}), this.#signal);
  }
}
