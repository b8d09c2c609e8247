/**
 * The switches of thrift on the page, and one's own camera, which goes off with the pictures.
 *
 * @import { LocalMedia } from "../media/local-media.js"
 * @import { Thrift } from "../preferences/data-saver.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 */

import { part, put } from "../lib/dom.js";
import { gettext } from "../lib/gettext.js";

export class Saver {
  #root;
  #thrift;
  #local;
  #notices;

  /** @param {{root: HTMLElement, thrift: Thrift, local: LocalMedia, notices: CallNotices, signal: AbortSignal}} options */
  constructor({ root, thrift, local, notices, signal }) {
    this.#root = root;
    this.#thrift = thrift;
    this.#local = local;
    this.#notices = notices;
    thrift.addEventListener("change", () => this.#follow(), { signal });
    this.#badge.addEventListener("click", () => (thrift.mode = "none"), { signal });
    this.#show();
  }

  get #badge() {
    return part(this.#root, "[data-part=thrift]", HTMLButtonElement);
  }

  #show() {
    const { mode } = this.#thrift;
    for (const element of this.#root.querySelectorAll("[data-thrift]")) put(element, "aria-checked", String(element.getAttribute("data-thrift") === mode));
    this.#badge.hidden = mode !== "audio";
  }

  #follow() {
    this.#show();
    const key = "thrift";
    const { mode } = this.#thrift;
    if (mode === "save") return this.#notices.say(gettext("Saving data: pictures are smaller."), { key });
    if (mode === "audio") return this.#quiet(key);
    const action = { label: gettext("Turn on my camera"), run: () => void this.#local.turn("camera", true) };
    this.#notices.say(gettext("Pictures are shown as usual."), { key, action: this.#local.state("camera").on ? undefined : action });
  }

  /** @param {string} key */
  #quiet(key) {
    void this.#local.turn("camera", false);
    const action = { label: gettext("Show pictures"), run: () => (this.#thrift.mode = "none") };
    this.#notices.say(gettext("Audio only: no pictures are received, and your camera is off."), { key, action });
  }
}
