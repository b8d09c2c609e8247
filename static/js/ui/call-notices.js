import { gettext } from "../lib/gettext.js";
import { h, icon } from "../lib/dom.js";

const SHOWN_MS = 5000;
/** More hide the meeting. */
const MOST = 4;

/**
 * What happens, said once: shown for a while and read out politely. A notice with an action stays until it is done, dismissed or retracted.
 * All are in the top layer, above full screen and dialogs.
 *
 * @typedef {{key?: string, action?: {label: string, run: () => void}, stays?: boolean}} NoticeOptions `key`: replaces the notice with the same key;
 *   `stays`: until it is retracted, or dismissed
 */
export class CallNotices extends HTMLElement {
  /** Where it is while nothing is above the page. @type {Element | null} */
  #home = null;
  #lifetime = new AbortController();

  connectedCallback() {
    this.setAttribute("role", "log");
    this.setAttribute("aria-live", "polite");
    this.setAttribute("aria-relevant", "additions text");
    this.#home ??= this.parentElement;
    this.popover = "manual";
    this.showPopover();
    this.#lifetime = new AbortController();
    const { signal } = this.#lifetime;
    document.addEventListener("fullscreenchange", () => this.#raise(), { signal });
    const dialogs = new MutationObserver(() => this.#raise());
    dialogs.observe(document, { subtree: true, attributeFilter: ["open"] });
    signal.addEventListener("abort", () => dialogs.disconnect());
  }

  /** Whatever it was put into may leave the page. */
  disconnectedCallback() {
    this.#lifetime.abort();
    queueMicrotask(() => !this.isConnected && this.#home?.isConnected && this.#home.append(this));
  }

  /**
   * @param {string} text
   * @param {NoticeOptions} [options]
   */
  say(text, { key = text, action, stays = Boolean(action) } = {}) {
    this.retract(key);
    const notice = h("div", { class: "notice", "data-key": key }, h("p", {}, text));
    if (action) notice.append(this.#action(notice, action));
    if (stays) notice.append(this.#dismiss(notice));
    this.append(notice);
    if (!stays) setTimeout(() => notice.remove(), SHOWN_MS);
    this.#drop();
    this.#raise();
  }

  /** The oldest go, those without an action first. */
  #drop() {
    const notices = [...this.querySelectorAll(".notice")];
    const order = [...notices.filter((notice) => !notice.querySelector("button")), ...notices.filter((notice) => notice.querySelector("button"))];
    for (const notice of order.slice(0, Math.max(0, notices.length - MOST))) notice.remove();
  }

  /** Beside a modal dialog or what is in full screen, all is inert; so it goes inside. */
  #raise() {
    const place = document.querySelector("dialog:modal") ?? document.querySelector("main :fullscreen") ?? this.#home;
    if (place && this.parentElement !== place) place.append(this);
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
