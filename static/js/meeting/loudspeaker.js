/**
 * Where the others are heard: the loudspeaker that was chosen, or nowhere, and the button that turns sound on: when it was switched off, and
 * when the browser plays nothing without a gesture.
 *
 * @import { Devices } from "../media/devices.js"
 * @import { SoundOutput } from "../media/sound-output.js"
 * @import { CallControls } from "../ui/call-controls.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 * @import { Tiles } from "./stage/tiles.js"
 */

import { part, put } from "../lib/dom.js";
import { onGesture } from "../lib/gestures.js";
import { gettext } from "../lib/gettext.js";
import { listener } from "../lib/listen.js";

export class Loudspeaker {
  #tiles;
  #devices;
  #sound;
  #button;
  #toggle;
  /** Whether the browser plays nothing without a gesture. */
  #isBlocked = false;

  /**
   * @param {{root: HTMLElement, button: HTMLElement, controls: CallControls, tiles: Tiles, devices: Devices, sound: SoundOutput,
   *   notices: CallNotices, signal: AbortSignal}} options
   */
  constructor({ root, button, controls, tiles, devices, sound, notices, signal }) {
    this.#tiles = tiles;
    this.#devices = devices;
    this.#sound = sound;
    this.#button = button;
    this.#toggle = part(controls, "[data-command=sound]", HTMLElement);
    for (const type of ["change", "preferred"]) devices.addEventListener(type, () => this.#choose(), { signal });
    const on = listener(signal);
    on(root, "blocked", () => this.#block(true));
    on(root, "unsinkable", () =>
      notices.say(gettext("The speaker that you chose cannot be used now. Sound comes from another one."), { key: "speaker" }),
    );
    on(sound, "change", () => this.#show());
    on(controls, "command", ({ command }) => command === "sound" && sound.turn(!sound.isOn));
    button.addEventListener("click", () => sound.turn(true), { signal });
    onGesture(root.ownerDocument, () => void this.#play(), signal);
    signal.addEventListener("abort", () => (button.hidden = true));
    this.#choose();
    this.#show();
  }

  #choose() {
    this.#tiles.sink = this.#devices.preferred("speaker");
  }

  async #play() {
    if (this.#isBlocked) this.#block(!(await this.#tiles.play()));
  }

  /** @param {boolean} isBlocked */
  #block(isBlocked) {
    this.#isBlocked = isBlocked;
    this.#show();
  }

  #show() {
    const { isOn } = this.#sound;
    this.#tiles.silent = !isOn;
    this.#button.hidden = isOn && !this.#isBlocked;
    put(this.#button, "data-off", !isOn);
    put(this.#toggle, "aria-checked", String(isOn));
  }
}
