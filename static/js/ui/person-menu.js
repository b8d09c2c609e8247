import { h, icon, put, write } from "../lib/dom.js";

/**
 * A menu beside the button that opened it: what one can do with a person, or a host with everybody. Its items are buttons, switches and
 * sliders. They keep their place and the focus while what they say changes.
 *
 * @typedef {object} Action
 * @property {string} icon
 * @property {string} label
 * @property {boolean} [on] of a switch: whether it is on
 * @property {number} [value] of a slider, from 0 to 1
 * @property {(value: number) => void} run gets the value of a slider
 */

/** Between the menu and the edges of the page, in px. */
const MARGIN = 8;

export class PersonMenu extends HTMLElement {
  #lifetime = new AbortController();
  /** The button that opened it. @type {HTMLElement | null} */
  #opener = null;
  /** By place in the list of actions. @type {Map<number, Item>} */
  #items = new Map();

  connectedCallback() {
    this.className = "menu person-menu";
    this.popover = "auto";
    put(this, "role", "group");
    this.#lifetime = new AbortController();
    const { signal } = this.#lifetime;
    this.addEventListener("toggle", (event) => event.newState === "closed" && this.#closed(), { signal });
    window.addEventListener("resize", () => this.close(), { signal });
  }

  disconnectedCallback() {
    this.#lifetime.abort();
    this.#closed();
  }

  get isOpen() {
    return this.matches(":popover-open");
  }

  /** @param {HTMLElement} opener */
  open(opener) {
    this.#closed();
    this.#opener = opener;
    put(opener, "aria-expanded", "true");
    this.showPopover();
    this.#place(opener.getBoundingClientRect());
    /** @type {HTMLElement | null} */ (this.querySelector("button:not([hidden])"))?.focus();
  }

  close() {
    if (this.isOpen) this.hidePopover();
  }

  /**
   * @param {object} shown
   * @param {string} shown.label
   * @param {readonly (Action | null)[]} shown.actions null for those that do not apply now; an action keeps its place
   */
  set shown({ label, actions }) {
    put(this, "aria-label", label);
    for (const [place, action] of actions.entries()) this.#show(place, action);
  }

  /**
   * @param {number} place
   * @param {Action | null} action
   */
  #show(place, action) {
    const item = this.#items.get(place);
    if (action && !item) return void this.#items.set(place, this.#add(place, action));
    if (item) item.element.hidden = !action;
    if (action) item?.show(action);
  }

  /**
   * @param {number} place
   * @param {Action} action
   */
  #add(place, action) {
    const item = new Item(action, () => this.close());
    const next = [...this.#items].filter(([other]) => other > place).sort(([a], [b]) => a - b)[0];
    this.insertBefore(item.element, next?.[1].element ?? null);
    return item;
  }

  /** Below the opener, or above it where there is more space. @param {DOMRect} opener */
  #place({ left, right, top, bottom }) {
    const { offsetWidth: width, offsetHeight: height } = this;
    const x = this.matches(":dir(rtl)") ? left : right - width;
    const y = bottom + height + MARGIN <= innerHeight ? bottom : top - height;
    this.style.left = `${within(x, innerWidth - width)}px`;
    this.style.top = `${within(y, innerHeight - height)}px`;
  }

  #closed() {
    this.#opener?.removeAttribute("aria-expanded");
    this.#opener = null;
  }
}

class Item {
  element;
  #label = h("span");
  #control;
  /** @type {Action} */
  #action;

  /**
   * @param {Action} action
   * @param {() => void} done closes the menu
   */
  constructor(action, done) {
    this.#action = action;
    if (action.value === undefined) {
      this.#control = h("button", { type: "button", class: "menu-item" }, icon(action.icon), this.#label);
      this.#control.addEventListener("click", () => {
        if (this.#action.on === undefined) done();
        this.#action.run(0);
      });
      this.element = this.#control;
    } else {
      const slider = h("input", { type: "range", min: "0", max: "100", step: "5" });
      slider.addEventListener("input", () => this.#action.run(slider.valueAsNumber / 100));
      this.#control = slider;
      this.element = h("label", { class: "menu-item menu-slider" }, icon(action.icon), this.#label, slider);
    }
    this.show(action);
  }

  /** @param {Action} action of the same kind */
  show(action) {
    this.#action = action;
    write(this.#label, action.label);
    if (action.on !== undefined) {
      put(this.#control, "role", "switch");
      put(this.#control, "aria-checked", String(action.on));
    }
    if (action.value !== undefined) /** @type {HTMLInputElement} */ (this.#control).value = String(Math.round(action.value * 100));
  }
}

/**
 * @param {number} position
 * @param {number} most
 */
function within(position, most) {
  return Math.max(MARGIN, Math.min(position, most - MARGIN));
}

customElements.define("person-menu", PersonMenu);
