import { gettext, interpolate, ngettext } from "../lib/gettext.js";
import { h, icon, part, put, write } from "../lib/dom.js";
import { hue, initials } from "../lib/initials.js";
import { folded } from "../lib/search.js";

/** A longer list has a search field. */
const SEEN_AT_ONCE = 8;

/**
 * The list of those who are in the meeting. Its heading and list come with the page.
 *
 * Events: `menu` {id, opener} when a button asks for what one can do with somebody; `close` when the person closes it.
 *
 * @import { ShownName } from "../lib/names.js"
 * @import { Role } from "../signaling/protocol.js"
 * @typedef {ShownName & {id: string, role: Role, self: boolean, microphone: boolean, camera: boolean, screen: boolean,
 *   condition: string}} Person `condition`: the state of the connection as text, or ""
 */
export class PeoplePanel extends HTMLElement {
  /** @type {Map<string, Row>} */
  #rows = new Map();

  connectedCallback() {
    this.#search.addEventListener("input", () => this.#filter());
    part(this, "[data-part=close]", HTMLButtonElement).addEventListener("click", () => this.#emit("close", {}));
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.#emit("close", {}));
  }

  get #search() {
    return part(this, "[data-part=search]", HTMLInputElement);
  }

  /** @param {readonly Person[]} people */
  set people(people) {
    const list = part(this, "[data-part=people]", HTMLElement);
    keep(this.#rows, people, (row) => row.element.remove());
    for (const person of people) {
      const row = this.#rows.get(person.id) ?? this.#row(person.id);
      row.show(person);
      if (row.element.parentElement !== list) list.append(row.element);
    }
    write(part(this, "[data-part=count]", HTMLElement), String(people.length));
    if (people.length === 0) this.#search.value = "";
    this.#search.hidden = people.length <= SEEN_AT_ONCE && this.#search.value === "";
    this.#filter();
  }

  /** Shows those whose names have what was typed in them. */
  #filter() {
    const wanted = folded(this.#search.value);
    let found = 0;
    for (const { element, name } of this.#rows.values()) {
      element.hidden = !folded(name).includes(wanted);
      if (!element.hidden) found += 1;
    }
    write(
      part(this, "[data-part=found]", HTMLElement),
      wanted ? interpolate(ngettext("%(count)s person found", "%(count)s people found", found), { count: found }) : "",
    );
  }

  /** @param {string} id */
  #row(id) {
    const row = new Row((opener) => this.#emit("menu", { id, opener }));
    this.#rows.set(id, row);
    return row;
  }

  /**
   * @param {string} type
   * @param {object} detail
   */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

class Row {
  element = h("li", { class: "person" });
  #avatar = h("span", { class: "avatar", "aria-hidden": "true" });
  #name = h("span", { class: "person-name", dir: "auto" });
  #note = h("span", { class: "person-note" });
  #screen = state("screen", gettext("Shares a screen"));
  #microphone = state("microphone-off", gettext("Microphone off"));
  #camera = state("camera-off", gettext("Camera off"));
  #more = h("button", { type: "button", class: "button button-quiet button-icon button-small" }, icon("more"));

  #shown = "";

  /** @param {(opener: HTMLElement) => void} open */
  constructor(open) {
    this.#more.addEventListener("click", () => open(this.#more));
    const words = h("span", { class: "person-words" }, this.#name, this.#note);
    this.element.append(this.#avatar, words, h("span", { class: "person-states" }, this.#screen, this.#camera, this.#microphone), this.#more);
  }

  /** As it stands in sentences. */
  get name() {
    return this.#shown;
  }

  /** @param {Person} person */
  show({ name, plain, role, self, microphone, camera, screen, condition }) {
    this.#shown = name;
    write(this.#name, plain);
    write(this.#avatar, initials(plain));
    this.element.style.setProperty("--hue", String(hue(plain)));
    write(this.#note, [self ? gettext("You") : "", roleName(role), condition].filter(Boolean).join(" · "));
    this.#microphone.hidden = microphone;
    this.#camera.hidden = camera;
    this.#screen.hidden = !screen;
    const label = named(gettext("Actions for %(name)s"), name);
    put(this.#more, "aria-label", label);
    put(this.#more, "title", label);
  }
}

/**
 * @param {string} name
 * @param {string} label
 */
function state(name, label) {
  return h("span", { title: label }, icon(name), h("span", { class: "visually-hidden" }, label));
}

/** @param {Role} role */
function roleName(role) {
  return { owner: gettext("Owner"), host: gettext("Host"), member: "", guest: gettext("Guest") }[role];
}

/**
 * @param {string} format
 * @param {string} name
 */
function named(format, name) {
  return interpolate(format, { name });
}

/**
 * Removes what is not in `items`.
 *
 * @template T
 * @param {Map<string, T>} kept
 * @param {readonly {id: string}[]} items
 * @param {(value: T) => void} drop
 */
function keep(kept, items, drop) {
  const ids = new Set(items.map(({ id }) => id));
  for (const [id, value] of kept) {
    if (ids.has(id)) continue;
    drop(value);
    kept.delete(id);
  }
}

customElements.define("people-panel", PeoplePanel);
