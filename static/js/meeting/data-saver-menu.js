/**
 * The switches of the data saver. *Audio only* turns our own camera off, too.
 *
 * @import { LocalMedia } from "../media/local-media.js"
 * @import { DataSaver } from "../preferences/data-saver.js"
 * @import { CallControls } from "../ui/call-controls.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 */

import { part, put } from "../lib/dom.js";
import { gettext } from "../lib/gettext.js";
import { listener } from "../lib/listen.js";

export class DataSaverMenu {
  #root;
  #dataSaver;
  #local;
  #notices;

  /**
   * @param {{root: HTMLElement, controls: CallControls, dataSaver: DataSaver, local: LocalMedia, notices: CallNotices,
   *   signal: AbortSignal}} options
   */
  constructor({ root, controls, dataSaver, local, notices, signal }) {
    this.#root = root;
    this.#dataSaver = dataSaver;
    this.#local = local;
    this.#notices = notices;
    dataSaver.addEventListener("change", () => this.#follow(), { signal });
    listener(signal)(controls, "command", ({ command }) => (command === "audio" || command === "save") && dataSaver.toggle(command));
    this.#badge.addEventListener("click", () => (dataSaver.mode = "none"), { signal });
    this.#show();
  }

  get #badge() {
    return part(this.#root, "[data-part=data-saver]", HTMLButtonElement);
  }

  #show() {
    const { mode } = this.#dataSaver;
    for (const element of this.#root.querySelectorAll("[data-saving]"))
      put(element, "aria-checked", String(element.getAttribute("data-saving") === mode));
    this.#badge.hidden = mode !== "audio";
  }

  #follow() {
    this.#show();
    const key = "data-saver";
    const { mode } = this.#dataSaver;
    if (mode === "save") return this.#notices.say(gettext("Saving data: pictures are smaller."), { key });
    if (mode === "audio") return this.#quiet(key);
    const action = { label: gettext("Turn on my camera"), run: () => void this.#local.turn("camera", true) };
    this.#notices.say(gettext("Pictures are shown as usual."), { key, action: this.#local.state("camera").on ? undefined : action });
  }

  /** @param {string} key */
  #quiet(key) {
    void this.#local.turn("camera", false);
    const action = { label: gettext("Show pictures"), run: () => (this.#dataSaver.mode = "none") };
    this.#notices.say(gettext("Audio only: no pictures are received, and your camera is off."), { key, action });
  }
}
