import { gettext, interpolate } from "../lib/gettext.js";
import { h, icon, write } from "../lib/dom.js";
import { isFree } from "../lib/keys.js";

/** Where Page up and Page down scroll. */
const SCROLLS = "people-panel, [popover]";

/**
 * The pages of the tiles: buttons, and Page up and Page down. Hidden when there is one page.
 *
 * Event: `page` {step}.
 */
export class TilePager extends HTMLElement {
  #lifetime = new AbortController();
  #previous = this.#button("previous", gettext("Previous page"), -1);
  #next = this.#button("next", gettext("Next page"), 1);
  #status = h("p", { role: "status" });

  connectedCallback() {
    this.#lifetime = new AbortController();
    document.addEventListener("keydown", (event) => this.#key(event), { signal: this.#lifetime.signal });
    if (!this.#previous.isConnected) this.append(this.#previous, this.#status, this.#next);
  }

  disconnectedCallback() {
    this.#lifetime.abort();
  }

  /**
   * @param {number} page from 0
   * @param {number} pages
   */
  show(page, pages) {
    this.hidden = pages < 2;
    this.#previous.disabled = page === 0;
    this.#next.disabled = page >= pages - 1;
    write(this.#status, pages < 2 ? "" : interpolate(gettext("Page %(page)s of %(pages)s"), { page: page + 1, pages }));
  }

  /**
   * @param {string} name
   * @param {string} label
   * @param {number} step
   */
  #button(name, label, step) {
    const button = h("button", { type: "button", class: "button button-icon button-small", "aria-label": label, title: label }, icon(name));
    button.addEventListener("click", () => this.#turn(step));
    return button;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = { PageUp: -1, PageDown: 1 }[event.key];
    if (!step || !isFree(event) || !this.checkVisibility()) return;
    if (event.target instanceof Element && event.target.closest(SCROLLS)) return;
    event.preventDefault();
    this.#turn(step);
  }

  /** @param {number} step */
  #turn(step) {
    this.dispatchEvent(new CustomEvent("page", { detail: { step } }));
  }
}

customElements.define("tile-pager", TilePager);
