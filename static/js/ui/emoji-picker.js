/** A menu of emoji. */

import { h } from "../lib/dom.js";
import { gettext } from "../lib/gettext.js";

const EMOJI = [..."👍👎👏🙏🎉😀😂🙂😉😍😎🤔😮😢😡🙈💪👀🔥⭐✅❌❓"].concat("❤️");

export class EmojiPicker {
  element = h("div", { class: "menu chat-emoji", popover: "auto", role: "group", "aria-label": gettext("Emoji") });
  /** @type {(emoji: string) => void} */
  #pick = () => {};

  constructor() {
    for (const one of EMOJI) this.element.append(h("button", { type: "button", class: "chat-pick" }, one));
    this.element.addEventListener("click", ({ target }) => target instanceof HTMLButtonElement && this.#picked(target));
  }

  /** When it closes, the browser gives the focus back where it was. @param {(emoji: string) => void} pick called with the one that is chosen */
  open(pick) {
    this.#pick = pick;
    this.element.showPopover();
    this.element.querySelector("button")?.focus();
  }

  /** @param {HTMLButtonElement} button */
  #picked(button) {
    this.element.hidePopover();
    this.#pick(button.textContent);
  }
}
