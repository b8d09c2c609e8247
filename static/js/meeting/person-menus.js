/**
 * The menu of a person, opened from their row in the list of people or from their tile.
 *
 * @import { People } from "../signaling/people.js"
 * @import { Offer } from "./person-actions.js"
 * @import { Tiles } from "./stage/tiles.js"
 */

import { gettext, interpolate } from "../lib/gettext.js";
import { PersonMenu } from "../ui/person-menu.js";
import { keyOf } from "./stage/tiles.js";

export class PersonMenus {
  #people;
  #tiles;
  #offers;
  #menu = new PersonMenu();
  /** Whose menu is open. */
  #id = "";

  /**
   * @param {{root: HTMLElement, people: EventTarget & Pick<People, "present" | "self">, tiles: Pick<Tiles, "of">,
   *   offers: readonly Offer[], signal: AbortSignal}} options
   */
  constructor({ root, people, tiles, offers, signal }) {
    this.#people = people;
    this.#tiles = tiles;
    this.#offers = offers;
    root.append(this.#menu);
    people.addEventListener("change", () => this.#menu.isOpen && this.#show(), { signal });
    signal.addEventListener("abort", () => this.#menu.remove());
  }

  /**
   * @param {string} id of whom
   * @param {HTMLElement} opener the button
   */
  open(id, opener) {
    this.#id = id;
    if (this.#show()) this.#menu.open(opener);
  }

  /** @returns {boolean} whether the person is there */
  #show() {
    const { present, self } = this.#people;
    const person = present.get(this.#id);
    if (!person) this.#menu.close();
    else
      this.#menu.shown = {
        label: interpolate(gettext("Actions for %(name)s"), { name: person.name }),
        actions: this.#actions({ person, isSelf: this.#id === self, tile: this.#tiles.of(keyOf(this.#id, self)) }),
      };
    return Boolean(person);
  }

  /** What an action changes is shown at once. @param {import("./person-actions.js").Subject} subject */
  #actions(subject) {
    return this.#offers.map((offer) => {
      const action = offer(subject);
      return action && { ...action, run: (/** @type {number} */ value) => (action.run(value), this.#menu.isOpen && this.#show()) };
    });
  }
}
