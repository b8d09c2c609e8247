/**
 * The menu of the chat: what a person wants of it, and saving what is shown.
 *
 * @import { Said } from "../chat/saved.js"
 */

import { asPage, asText } from "../chat/saved.js";
import { h, icon, put } from "../lib/dom.js";
import { gettext } from "../lib/gettext.js";

/** The reader's. */
const locale = document.documentElement.lang || undefined;

export class ChatMenu {
  element = h("div", { class: "menu chat-menu", id: "chat-menu", popover: "auto" });
  #chime = choice("sound", gettext("Sound for new messages"));
  #fetch = choice("file", gettext("Get members' files without asking"));
  #conversation;

  /**
   * @param {object} options
   * @param {() => {messages: readonly Said[], title: string}} options.conversation that is saved
   * @param {(type: "chime" | "fetch", detail: {on: boolean}) => void} options.emit
   */
  constructor({ conversation, emit }) {
    this.#conversation = conversation;
    this.#chime.addEventListener("click", () => emit("chime", { on: !isOn(this.#chime) }));
    this.#fetch.addEventListener("click", () => emit("fetch", { on: !isOn(this.#fetch) }));
    this.element.append(
      this.#chime,
      this.#fetch,
      command(gettext("Save as text"), () => this.#saveText()),
      command(gettext("Save as HTML"), () => this.#savePage()),
    );
  }

  /** @param {boolean} on */
  set chimes(on) {
    put(this.#chime, "aria-checked", String(on));
  }

  /** @param {boolean} on */
  set fetches(on) {
    put(this.#fetch, "aria-checked", String(on));
  }

  #saveText() {
    save("chat.txt", "text/plain", asText(this.#conversation().messages, locale));
  }

  #savePage() {
    const { messages, title } = this.#conversation();
    save("chat.html", "text/html", asPage(messages, { title, locale }));
  }
}

/** @param {string} name of its icon @param {string} label */
function choice(name, label) {
  return h("button", { type: "button", class: "menu-item", role: "switch" }, icon(name), label);
}

/** @param {Element} item */
function isOn(item) {
  return item.getAttribute("aria-checked") === "true";
}

/** @param {string} label @param {() => void} run */
function command(label, run) {
  const button = h("button", { type: "button", class: "menu-item", popovertarget: "chat-menu", popovertargetaction: "hide" }, label);
  button.addEventListener("click", run);
  return button;
}

/** @param {string} name @param {string} type @param {string} content */
function save(name, type, content) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
