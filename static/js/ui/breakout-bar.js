import { h, icon, write } from "../lib/dom.js";
import { gettext } from "../lib/gettext.js";

/**
 * Above the tiles while there are breakout rooms: where one is, how long, and what one may do.
 *
 * Events: `help` {asked}, `move` {place}, `open`.
 *
 * @typedef {object} BarState
 * @property {boolean} isOpen whether there are rooms
 * @property {string} where
 * @property {string} left how long; "" if that is open
 * @property {boolean | null} asked whether one asks for help; null if there is nothing to ask
 * @property {boolean} goesBack whether one may go to the main room
 * @property {string} choice what opens the dialog; "" if nothing does
 */
export class BreakoutBar extends HTMLElement {
  #where = h("span", { class: "breakout-where", dir: "auto" });
  #left = h("span", { class: "breakout-left" });
  #help = button(gettext("Ask for help"));
  #back = button(gettext("Go back"));
  #choice = button("");

  connectedCallback() {
    if (this.firstChild) return;
    this.hidden = true;
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", gettext("Breakout room"));
    this.append(icon("breakouts"), this.#where, this.#left, this.#help, this.#choice, this.#back);
    this.#help.addEventListener("click", () => this.#emit("help", { asked: this.#help.ariaPressed !== "true" }));
    this.#back.addEventListener("click", () => this.#emit("move", { place: "" }));
    this.#choice.addEventListener("click", () => this.#emit("open", {}));
  }

  /** @param {BarState} state */
  set state({ isOpen, where, left, asked, goesBack, choice }) {
    this.hidden = !isOpen;
    write(this.#where, where);
    write(this.#left, left);
    this.#left.hidden = left === "";
    this.#help.hidden = asked === null;
    this.#help.ariaPressed = String(asked === true);
    write(this.#help, asked ? gettext("Hosts were asked to help: take back") : gettext("Ask for help"));
    this.#back.hidden = !goesBack;
    this.#choice.hidden = choice === "";
    write(this.#choice, choice);
  }

  /**
   * @param {string} type
   * @param {object} detail
   */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** @param {string} text */
function button(text) {
  return h("button", { type: "button", class: "button button-small" }, text);
}

customElements.define("breakout-bar", BreakoutBar);
