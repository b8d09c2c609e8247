import { h, part, put, write } from "../lib/dom.js";
import { gettext, interpolate } from "../lib/gettext.js";

/**
 * Who has raised a hand, in order. Its heading, list and button come with the page.
 *
 * Event: `lower` {id}; without `id`: all.
 *
 * @typedef {{id: string, name: string, lowers: boolean}} RaisedHand `lowers`: whether oneself may lower it
 */
export class RaisedHands extends HTMLElement {
  /** By id. @type {Map<string, HTMLElement>} */
  #items = new Map();

  connectedCallback() {
    this.#all.addEventListener("click", () => this.#lower({}));
  }

  get #all() {
    return part(this, "[data-part=all]", HTMLButtonElement);
  }

  /** @param {{hands: readonly RaisedHand[], lowersAll: boolean}} state */
  set state({ hands, lowersAll }) {
    const list = part(this, "ol", HTMLElement);
    const ids = new Set(hands.map(({ id }) => id));
    for (const [id, item] of this.#items) if (!ids.has(id)) this.#drop(id, item);
    for (const [place, hand] of hands.entries()) {
      const item = this.#items.get(hand.id) ?? this.#item(hand.id);
      show(item, hand);
      // Whatever has the focus is not moved.
      if (list.children[place] !== item) list.insertBefore(item, list.children[place] ?? null);
    }
    write(part(this, "[data-part=raised]", HTMLElement), String(hands.length));
    this.#all.hidden = !lowersAll;
    this.hidden = hands.length === 0;
  }

  /**
   * @param {string} id
   * @param {HTMLElement} item
   */
  #drop(id, item) {
    item.remove();
    this.#items.delete(id);
  }

  /** @param {string} id */
  #item(id) {
    const lower = h("button", { type: "button", class: "button button-small" }, gettext("Lower"));
    lower.addEventListener("click", () => this.#lower({ id }));
    const item = h("li", {}, h("span", { class: "person-name", dir: "auto" }), lower);
    this.#items.set(id, item);
    return item;
  }

  /** @param {{id?: string}} detail */
  #lower(detail) {
    this.dispatchEvent(new CustomEvent("lower", { detail }));
  }
}

/**
 * @param {HTMLElement} item
 * @param {RaisedHand} hand
 */
function show(item, hand) {
  write(part(item, ".person-name", HTMLElement), hand.name);
  const lower = part(item, "button", HTMLButtonElement);
  put(lower, "aria-label", interpolate(gettext("Lower the hand of %(name)s"), { name: hand.name }));
  lower.hidden = !hand.lowers;
}

customElements.define("raised-hands", RaisedHands);
