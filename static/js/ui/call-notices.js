import { gettext } from "../lib/gettext.js";
import { h, icon } from "../lib/dom.js";

const SHOWN_MS = 5000;
const SHOWN_WITH_ACTION_MS = 15_000;

/**
 * What happens, said once: shown for a while and read out politely.
 *
 * @typedef {{key?: string, action?: {label: string, run: () => void}, stays?: boolean}} NoticeOptions
 *   `key`: replaces the notice with the same key; `stays`: until dismissed
 */
export class CallNotices extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "log");
    this.setAttribute("aria-live", "polite");
    this.setAttribute("aria-relevant", "additions text");
  }

  /**
   * @param {string} text
   * @param {NoticeOptions} [options]
   */
  say(text, { key = text, action, stays = false } = {}) {
    this.retract(key);
    const notice = h("div", { class: "notice", "data-key": key }, h("p", {}, text));
    if (action) notice.append(this.#action(notice, action));
    if (action || stays) notice.append(this.#dismiss(notice));
    this.append(notice);
    if (!stays) setTimeout(() => notice.remove(), action ? SHOWN_WITH_ACTION_MS : SHOWN_MS);
  }

  /**
   * Read out, not shown: what one sees anyway.
   *
   * @param {string} text
   */
  announce(text) {
    const line = h("p", { class: "visually-hidden" }, text);
    this.append(line);
    setTimeout(() => line.remove(), SHOWN_MS);
  }

  /** @param {string} key */
  retract(key) {
    for (const notice of this.querySelectorAll("[data-key]")) if (notice.getAttribute("data-key") === key) notice.remove();
  }

  /**
   * @param {string} prefix of keys
   * @param {readonly string[]} except these keys
   */
  retractAll(prefix, except) {
    for (const notice of this.querySelectorAll("[data-key]")) {
      const key = notice.getAttribute("data-key") ?? "";
      if (key.startsWith(prefix) && !except.includes(key)) notice.remove();
    }
  }

  /**
   * @param {HTMLElement} notice
   * @param {{label: string, run: () => void}} action
   */
  #action(notice, { label, run }) {
    const button = h("button", { type: "button", class: "button button-small" }, label);
    button.addEventListener("click", () => {
      notice.remove();
      run();
    });
    return button;
  }

  /** @param {HTMLElement} notice */
  #dismiss(notice) {
    const button = h("button", { type: "button", class: "button button-quiet button-icon button-small", "aria-label": gettext("Dismiss") }, icon("close"));
    button.addEventListener("click", () => notice.remove());
    return button;
  }
}

customElements.define("call-notices", CallNotices);
