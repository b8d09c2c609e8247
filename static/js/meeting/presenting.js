/**
 * Says that one's screen is shared, with a button that stops it: above the tiles, and in whatever is in full screen. Loaded with the first
 * screen that is shared.
 *
 * @import { LocalMedia } from "../media/local-media.js"
 */

import { h, icon } from "../lib/dom.js";
import { gettext } from "../lib/gettext.js";
import { listener } from "../lib/listen.js";

export class Presenting {
  #bar;
  #grid;
  #local;

  /** @param {{grid: HTMLElement, local: Pick<LocalMedia, "sending" | "turn"> & EventTarget, signal: AbortSignal}} options `grid`: of the tiles */
  constructor({ grid, local, signal }) {
    const stop = h("button", { type: "button", class: "button button-small" }, gettext("Stop presenting"));
    stop.addEventListener("click", () => void local.turn("screen", false));
    const label = gettext("You are presenting your screen.");
    this.#bar = h("div", { class: "presenting", role: "group", "aria-label": label }, icon("screen"), h("p", {}, label), stop);
    this.#grid = grid;
    this.#local = local;
    listener(signal)(local, "track", ({ slot }) => slot === "screen" && this.#show());
    document.addEventListener("fullscreenchange", () => this.#show(), { signal });
    signal.addEventListener("abort", () => this.#bar.remove());
    this.#show();
  }

  #show() {
    if (!this.#local.sending("screen")) return this.#bar.remove();
    const full = document.fullscreenElement;
    if (full?.localName === "video-tile") full.append(this.#bar);
    else this.#grid.before(this.#bar);
  }
}
