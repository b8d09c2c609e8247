/**
 * What the administrators tell everybody: one line above the page, in a meeting too. Whoever closes it does not see this notice again in this
 * browser, which says so to the server by a cookie.
 *
 * `data-id` says which notice it is, and `data-seconds`, where it came with the page, how long it is shown. The height is in the custom
 * property `--notice` of the body.
 *
 * @typedef {{id: string, text: string, at?: number}} Notice `at`: time of the maintenance, in seconds since 1970
 */

import { hasCookie, writeCookie } from "../lib/cookie.js";
import { h, part } from "../lib/dom.js";
import { gettext } from "../lib/gettext.js";

const KEPT_SECONDS = 90 * 24 * 3600;
/** The longest time that a timer of a browser can wait. */
const LONGEST_MS = 2 ** 31 - 1;

export class SiteNotice extends HTMLElement {
  /** Also where the browser keeps no cookies: in a frame of another site. @type {Set<string>} */
  #closed = new Set();
  #size = new ResizeObserver(() => this.#measure());
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #end;

  connectedCallback() {
    this.#size.observe(this);
    if (!this.dataset.id) return;
    this.#addClose();
    this.#end = setTimeout(() => this.withdraw(), Math.min(LONGEST_MS, Number(this.dataset.seconds) * 1000));
  }

  disconnectedCallback() {
    this.#size.disconnect();
    clearTimeout(this.#end);
    this.#measure();
  }

  /** Shows a notice, unless it was closed here. It stays until another is shown, or it is withdrawn. @param {Notice} notice */
  show({ id, text, at }) {
    clearTimeout(this.#end);
    if (id === this.dataset.id) return;
    if (this.#closed.has(id) || hasCookie("notice", id)) return this.withdraw();
    this.dataset.id = id;
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", gettext("Notice"));
    this.#line.replaceChildren(text, ...(at === undefined ? [] : [" ", moment(at)]));
    this.#addClose();
  }

  withdraw() {
    clearTimeout(this.#end);
    this.querySelector("button")?.remove();
    this.#line.replaceChildren();
    for (const name of ["data-id", "role", "aria-label"]) this.removeAttribute(name);
  }

  #close() {
    const { id = "" } = this.dataset;
    writeCookie("notice", id, KEPT_SECONDS);
    this.#closed.add(id);
    this.withdraw();
  }

  #addClose() {
    if (this.querySelector("button")) return;
    const button = h("button", { type: "button", class: "button button-small" }, gettext("Close"));
    button.addEventListener("click", () => this.#close());
    this.append(button);
  }

  #measure() {
    document.body.style.setProperty("--notice", this.isConnected ? `${this.offsetHeight}px` : "0px");
  }

  get #line() {
    return part(this, "p", HTMLElement);
  }
}

/** @param {number} at */
function moment(at) {
  const element = document.createElement("local-time");
  element.append(h("time", { datetime: new Date(at * 1000).toISOString() }));
  return element;
}

customElements.define("site-notice", SiteNotice);
