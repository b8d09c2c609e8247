/**
 * Where the others are heard: the loudspeaker that was chosen, and the button for when the browser plays nothing without a gesture.
 *
 * @import { Devices } from "../media/devices.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 * @import { Tiles } from "./stage/tiles.js"
 */

import { onGesture } from "../lib/gestures.js";
import { gettext } from "../lib/gettext.js";
import { listener } from "../lib/listen.js";

export class Loudspeaker {
  #tiles;
  #devices;
  #button;

  /** @param {{root: HTMLElement, button: HTMLElement, tiles: Tiles, devices: Devices, notices: CallNotices, signal: AbortSignal}} options */
  constructor({ root, button, tiles, devices, notices, signal }) {
    this.#tiles = tiles;
    this.#devices = devices;
    this.#button = button;
    for (const type of ["change", "preferred"]) devices.addEventListener(type, () => this.#choose(), { signal });
    const on = listener(signal);
    on(root, "blocked", () => (button.hidden = false));
    on(root, "unsinkable", () => notices.say(gettext("The speaker that you chose cannot be used now. Sound comes from another one."), { key: "speaker" }));
    onGesture(root.ownerDocument, () => void this.#play(), signal);
    signal.addEventListener("abort", () => (button.hidden = true));
    this.#choose();
  }

  #choose() {
    this.#tiles.sink = this.#devices.preferred("speaker");
  }

  async #play() {
    if (!this.#button.hidden) this.#button.hidden = await this.#tiles.play();
  }
}
