import { h, part, put, write } from "../lib/dom.js";
import { gettext, interpolate, ngettext } from "../lib/gettext.js";
import { writeName } from "../lib/name-label.js";

/**
 * Those who wait to come in, in order. One decides about one of them, about those whose boxes are checked, or about all. Its heading, list and
 * buttons come with the page.
 *
 * Events: `admit` {ids}, `deny` {ids}.
 *
 * @import { ShownName } from "../lib/names.js"
 * @typedef {ShownName & {id: string, note: string}} Knocker
 */
export class WaitingList extends HTMLElement {
  /** By id, in order. @type {Map<string, Item>} */
  #items = new Map();

  connectedCallback() {
    this.#all.addEventListener("change", () => this.#choose(this.#all.checked));
    for (const type of /** @type {const} */ (["admit", "deny"])) this.#button(type).addEventListener("click", () => this.#emit(type, this.#meant));
    this.addEventListener("change", () => this.#count());
  }

  /** @param {readonly Knocker[]} people */
  set people(people) {
    const ids = new Set(people.map(({ id }) => id));
    for (const [id, item] of this.#items) if (!ids.has(id)) this.#drop(id, item);
    for (const person of people) {
      const item = this.#items.get(person.id) ?? this.#add(person.id);
      item.show(person);
    }
    this.hidden = people.length === 0;
    this.#count();
  }

  /** @param {string} id */
  #add(id) {
    const item = new Item((type) => this.#emit(type, [id]));
    this.#items.set(id, item);
    part(this, "ul", HTMLElement).append(item.element);
    return item;
  }

  /** The focus goes to the next one: whoever decides by keyboard decides about one after the other. @param {string} id @param {Item} item */
  #drop(id, item) {
    const hadFocus = item.element.contains(document.activeElement);
    const next = item.element.nextElementSibling ?? item.element.previousElementSibling;
    item.element.remove();
    this.#items.delete(id);
    if (hadFocus && next) part(next, "button", HTMLButtonElement).focus();
  }

  /** @param {boolean} isChosen */
  #choose(isChosen) {
    for (const { box } of this.#items.values()) box.checked = isChosen;
  }

  #count() {
    const chosen = this.#chosen.length;
    const count = this.#items.size;
    write(part(this, "[data-part=number]", HTMLElement), String(count));
    put(this, "data-several", count > 1);
    this.#all.checked = chosen > 0 && chosen === count;
    this.#all.indeterminate = chosen > 0 && chosen < count;
    write(
      this.#button("admit"),
      chosen ? interpolate(ngettext("Let %(count)s in", "Let %(count)s in", chosen), { count: chosen }) : gettext("Let all in"),
    );
    write(
      this.#button("deny"),
      chosen ? interpolate(ngettext("Turn %(count)s away", "Turn %(count)s away", chosen), { count: chosen }) : gettext("Turn all away"),
    );
  }

  get #chosen() {
    return [...this.#items].filter(([, { box }]) => box.checked).map(([id]) => id);
  }

  /** Those whose boxes are checked; if there are none, all. */
  get #meant() {
    const chosen = this.#chosen;
    return chosen.length ? chosen : [...this.#items.keys()];
  }

  get #all() {
    return part(this, "[data-part=all] input", HTMLInputElement);
  }

  /** @param {"admit" | "deny"} type */
  #button(type) {
    return part(this, `[data-part=${type}]`, HTMLButtonElement);
  }

  /**
   * @param {string} type
   * @param {readonly string[]} ids
   */
  #emit(type, ids) {
    this.dispatchEvent(new CustomEvent(type, { detail: { ids } }));
  }
}

class Item {
  box = h("input", { type: "checkbox" });
  #name = h("span", { class: "person-name", dir: "auto" });
  #note = h("span", { class: "person-note", dir: "auto" });
  #admit = h("button", { type: "button", class: "button button-primary button-small" }, gettext("Let in"));
  #deny = h("button", { type: "button", class: "button button-small" }, gettext("Turn away"));
  element = h(
    "li",
    {},
    this.box,
    h("span", { class: "person-words" }, this.#name, this.#note),
    h("span", { class: "person-actions" }, this.#admit, this.#deny),
  );

  /** @param {(type: "admit" | "deny") => void} decide */
  constructor(decide) {
    this.#admit.addEventListener("click", () => decide("admit"));
    this.#deny.addEventListener("click", () => decide("deny"));
  }

  /** @param {Knocker} person */
  show({ note, ...shownName }) {
    const { name } = shownName;
    writeName(this.#name, shownName);
    write(this.#note, note);
    put(this.box, "aria-label", interpolate(gettext("Choose %(name)s"), { name }));
    put(this.#admit, "aria-label", interpolate(gettext("Let %(name)s in"), { name }));
    put(this.#deny, "aria-label", interpolate(gettext("Turn %(name)s away"), { name }));
  }
}

customElements.define("waiting-list", WaitingList);
