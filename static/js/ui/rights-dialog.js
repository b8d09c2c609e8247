import { dialogTitle } from "../lib/dialog-title.js";
import { h, icon, put, write } from "../lib/dom.js";

/**
 * What somebody, or everybody, may use: a dialog with a switch for each use. The switches show what is, and change when that does.
 *
 * Event: `allow` {use, on} when a switch is pressed.
 *
 * @typedef {{use: string, icon: string, label: string, on: boolean, isFixed?: boolean}} RightSwitch `isFixed`: it cannot be changed here
 */
export class RightsDialog extends HTMLElement {
  #title = h("h2", { id: "rights-title" });
  #note = h("p", { class: "muted small" });
  #list = h("div");
  #dialog = h("dialog", { class: "dialog", "aria-labelledby": "rights-title", closedby: "any" });
  /** By use. @type {Map<string, {button: HTMLButtonElement, label: HTMLElement}>} */
  #switches = new Map();

  connectedCallback() {
    if (this.childElementCount) return;
    this.#dialog.append(h("div", { class: "dialog-body" }, dialogTitle(this.#title), this.#note, this.#list));
    this.append(this.#dialog);
  }

  get isOpen() {
    return this.#dialog.open;
  }

  open() {
    if (!this.isOpen) this.#dialog.showModal();
  }

  close() {
    this.#dialog.close();
  }

  /** @param {{title: string, note: string, rights: readonly RightSwitch[]}} shown always of the same uses */
  set shown({ title, note, rights }) {
    write(this.#title, title);
    write(this.#note, note);
    this.#note.hidden = !note;
    for (const right of rights) this.#show(right);
    for (const [use, { button }] of this.#switches) button.hidden = !rights.some((right) => right.use === use);
  }

  /** @param {RightSwitch} right */
  #show({ use, icon: name, label, on, isFixed = false }) {
    const shown = this.#switches.get(use) ?? this.#add(use, name);
    write(shown.label, label);
    put(shown.button, "aria-checked", String(on));
    put(shown.button, "aria-disabled", isFixed ? "true" : null);
  }

  /** @param {string} use @param {string} name of its icon */
  #add(use, name) {
    const label = h("span");
    const button = h("button", { type: "button", class: "menu-item", role: "switch" }, icon(name), label);
    button.addEventListener("click", () => this.#press(use, button));
    this.#list.append(button);
    const made = { button, label };
    this.#switches.set(use, made);
    return made;
  }

  /** @param {string} use @param {HTMLButtonElement} button */
  #press(use, button) {
    if (button.getAttribute("aria-disabled")) return;
    this.dispatchEvent(new CustomEvent("allow", { detail: { use, on: button.getAttribute("aria-checked") !== "true" } }));
  }
}

customElements.define("rights-dialog", RightsDialog);
