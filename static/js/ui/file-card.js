import { h, icon, put, write } from "../lib/dom.js";
import { gettext, interpolate } from "../lib/gettext.js";

/** @type {readonly FileAction[]} */
const ORDER = ["get", "resume", "pause", "save", "show", "cancel", "withdraw"];

/**
 * A file in the chat: what it is, how much of it is here, and what one can do with it. Not a live region: what is worth saying is announced
 * once, elsewhere. In a list, the list moves the focus to its buttons (`roving-focus.js`).
 *
 * Event: `act` {action}.
 *
 * @import { Face, FileAction } from "./file-face.js"
 */
export class FileCard extends HTMLElement {
  #name = h("strong", { dir: "auto" });
  #about = h("span", { class: "muted small" });
  #progress = h("progress", { max: "1" });
  #note = h("p", { class: "file-note small" });
  #people = h("ul", { class: "file-people small muted", role: "list" });
  #actions = h("div", { class: "file-actions" });
  /** @type {Map<FileAction, HTMLButtonElement>} */
  #buttons = new Map(ORDER.map((action) => [action, this.#button(action)]));
  #label = "";

  connectedCallback() {
    if (this.childElementCount) return;
    for (const button of this.#buttons.values()) button.tabIndex = this.closest("li") ? -1 : 0;
    this.#actions.append(...this.#buttons.values());
    const title = h("div", { class: "file-title" }, icon("file"), h("span", { class: "file-words" }, this.#name, this.#about));
    this.append(title, this.#progress, this.#note, this.#people, this.#actions);
  }

  /** @param {Face} face */
  set face({ name, about, note, progress, actions, isAgain, people }) {
    write(this.#name, name);
    write(this.#about, about);
    write(this.#note, note);
    this.#note.hidden = !note;
    this.#progress.hidden = progress === null;
    if (progress !== null) this.#progress.value = progress;
    put(this.#progress, "aria-label", interpolate(gettext("Progress of %(name)s"), { name }));
    this.#list(people);
    const focused = [...this.#buttons.values()].find((button) => button === document.activeElement);
    for (const [action, button] of this.#buttons) button.hidden = !actions.includes(action);
    this.#entitle(name, isAgain);
    this.#actions.hidden = actions.length === 0;
    // When the button with the focus disappears, the first one that is left gets it.
    if (focused?.hidden) [...this.#buttons.values()].find((button) => !button.hidden)?.focus();
  }

  /** The labels say of which file. @param {string} name @param {boolean} isAgain */
  #entitle(name, isAgain) {
    const label = JSON.stringify([name, isAgain]);
    if (label === this.#label) return;
    this.#label = label;
    for (const [action, button] of this.#buttons) {
      const [short, long] = words(action, isAgain);
      write(button, short);
      put(button, "aria-label", interpolate(long, { name }));
    }
  }

  /** @param {readonly string[]} people */
  #list(people) {
    for (const [place, words] of people.entries()) write(this.#people.children[place] ?? this.#people.appendChild(h("li", { dir: "auto" })), words);
    while (this.#people.children.length > people.length) this.#people.lastElementChild?.remove();
    this.#people.hidden = people.length === 0;
  }

  /** @param {FileAction} action */
  #button(action) {
    const button = h("button", { type: "button", class: `button button-small${action === "get" ? " button-primary" : ""}`, "data-file": action });
    button.addEventListener("click", () => this.dispatchEvent(new CustomEvent("act", { detail: { action } })));
    return button;
  }
}

/**
 * @param {FileAction} action
 * @param {boolean} isAgain
 * @returns {[string, string]} on the button, and for screen readers
 */
function words(action, isAgain) {
  switch (action) {
    case "get":
      return isAgain ? [gettext("Try again"), gettext("Try again to get %(name)s")] : [gettext("Get"), gettext("Get %(name)s")];
    case "pause":
      return [gettext("Pause"), gettext("Pause %(name)s")];
    case "resume":
      return [gettext("Go on"), gettext("Go on with %(name)s")];
    case "cancel":
      return [gettext("Cancel"), gettext("Cancel %(name)s")];
    case "save":
      return [gettext("Save"), gettext("Save %(name)s")];
    case "show":
      return [gettext("Show"), gettext("Show %(name)s")];
    case "withdraw":
      return [gettext("Withdraw"), gettext("Withdraw %(name)s")];
  }
}

customElements.define("file-card", FileCard);
