import { gettext } from "../lib/gettext.js";
import { h, icon } from "../lib/dom.js";

const SHOWN_MS = 5000;
/** Notices at once. More would hide the meeting. */
const MOST = 4;
const PLACES = ["dialog:modal", "main :fullscreen", "[data-showing='call'] > .call"];

/**
 * Notices: shown for a while, and read by screen readers (`aria-live` "polite"). A notice with an action stays until the action is taken,
 * or it is dismissed or retracted. The notices are in what the person sees: a dialog, the tile in full screen, or the call. They cover no
 * button of a dialog: there, they are its foot.
 *
 * @typedef {{key?: string, action?: {label: string, run: () => void}, stays?: boolean}} NoticeOptions `key`: replaces the notice with the same key;
 *   `stays`: until it is retracted, or dismissed
 */
export class CallNotices extends HTMLElement {
  /** Its place outside the call, while no dialog is open. @type {Element | null} */
  #home = null;
  #lifetime = new AbortController();

  connectedCallback() {
    this.setAttribute("role", "log");
    this.setAttribute("aria-live", "polite");
    this.setAttribute("aria-relevant", "additions text");
    this.setAttribute("aria-label", gettext("Notices"));
    this.#home ??= this.parentElement;
    this.#lifetime = new AbortController();
    const { signal } = this.#lifetime;
    document.addEventListener("fullscreenchange", () => this.#raise(), { signal });
    const dialogs = new MutationObserver(() => this.#raise());
    dialogs.observe(document, { subtree: true, attributeFilter: ["open", "data-showing"] });
    const sizes = new ResizeObserver(() => this.#reach());
    sizes.observe(this);
    signal.addEventListener("abort", () => [dialogs, sizes].forEach((observer) => observer.disconnect()));
  }

  /** The dialog or element that it was moved into may leave the page. */
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

  /** Removes the oldest, those without an action first. */
  #drop() {
    const notices = [...this.querySelectorAll(".notice")];
    const order = [...notices.filter((notice) => !notice.querySelector("button")), ...notices.filter((notice) => notice.querySelector("button"))];
    for (const notice of order.slice(0, Math.max(0, notices.length - MOST))) notice.remove();
  }

  /** A keyboard scrolls what has the focus. */
  #reach() {
    if (this.scrollHeight > this.clientHeight) this.tabIndex = 0;
    else if (!this.matches(":focus")) this.removeAttribute("tabindex");
  }

  /** Everything outside a modal dialog is inert, and outside the element in full screen nothing is seen. */
  #raise() {
    const place = PLACES.map((place) => document.querySelector(place)).find(Boolean) ?? this.#home;
    if (place && this.parentElement !== place) place.append(this);
  }

  /**
   * For screen readers alone: something that can be seen anyway.
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
    const button = h(
      "button",
      { type: "button", class: "button button-quiet button-icon button-small", "aria-label": gettext("Dismiss") },
      icon("close"),
    );
    button.addEventListener("click", () => notice.remove());
    return button;
  }
}

customElements.define("call-notices", CallNotices);
