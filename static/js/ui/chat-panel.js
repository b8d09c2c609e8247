/**
 * The chat: one conversation at a time, and a place to write.
 *
 * Events: `say` {text, about}, `edit` {id, text}, `delete` {id}, `react` {id, emoji, on}, `typing`, `choose` {peer}, `chime` {on},
 * `offer` {files}, `fetch` {on}, `close`.
 *
 * @import { Message } from "./chat-row.js"
 * @typedef {{peer: string, name: string, unread: number}} Choice `peer`: "" for everybody
 */

import { h, write } from "../lib/dom.js";
import { gettext, interpolate } from "../lib/gettext.js";
import { iconButton } from "../lib/icon-button.js";
import { ChatComposer } from "./chat-composer.js";
import { ChatList } from "./chat-list.js";
import { ChatMenu } from "./chat-menu.js";
import { EmojiPicker } from "./emoji-picker.js";

export class ChatPanel extends HTMLElement {
  #title = h("h2", { id: "chat-title", tabindex: "-1" }, gettext("Chat"));
  #choice = h("select", { "aria-label": gettext("Conversation") });
  #search = h("input", { type: "search", placeholder: gettext("Search"), "aria-label": gettext("Search the chat") });
  #nothing = h("p", { class: "muted" });
  #status = h("p", { class: "chat-status muted small", "aria-live": "off" });
  #picker = new EmojiPicker();
  #list = new ChatList({ act: (message, button) => this.#act(message, button), leave: () => this.#focus() });
  #composer = new ChatComposer({ picker: this.#picker, changeable: () => this.#changeable, emit: (type, detail) => this.#emit(type, detail) });
  #menu = new ChatMenu({ conversation: () => this.#conversation, emit: (type, detail) => this.#emit(type, detail) });
  /** The conversation that is shown; "" is that of everybody. */
  #peer = "";
  /** The conversations that are offered now. */
  #offered = "";
  /** By action of a button. @type {Record<string, (message: Message, button: HTMLButtonElement) => void>} */
  #actions = {
    answer: (message) => this.#composer.enter("answer", message),
    edit: (message) => this.#composer.enter("edit", message),
    delete: ({ id }) => this.#emit("delete", { id }),
    react: ({ id }) => this.#picker.open((emoji) => this.#emit("react", { id, emoji, on: true })),
    copy: ({ text }, button) => void navigator.clipboard.writeText(text).then(() => write(button, gettext("Copied")), () => {}),
  };

  connectedCallback() {
    if (this.childElementCount) return;
    this.#build();
    this.#search.addEventListener("input", () => this.#list.search(this.#search.value));
    this.#choice.addEventListener("change", () => this.#choose());
    this.addEventListener("keydown", (event) => this.#escape(event));
    for (const type of ["say", "edit"]) this.addEventListener(type, () => this.#list.follow());
  }

  #build() {
    const more = iconButton("more", gettext("More"));
    more.setAttribute("popovertarget", this.#menu.element.id);
    const close = iconButton("close", gettext("Close"), () => this.#emit("close", {}));
    this.append(
      h("header", { class: "panel-title" }, this.#title, h("span", { class: "chat-tools" }, more, close)),
      h("div", { class: "chat-head" }, this.#choice, this.#search),
      this.#list.element,
      h(
        "p",
        { id: "chat-keys", hidden: true },
        gettext("Arrow up and down move between messages, arrow right into a message, Escape back to where you write."),
      ),
      this.#nothing,
      this.#status,
      this.#composer.element,
      this.#picker.element,
      this.#menu.element,
    );
  }

  focusFirst() {
    this.#list.follow();
    this.#focus();
  }

  /** @param {{choices: readonly Choice[], peer: string}} conversations */
  set conversations({ choices, peer }) {
    if (peer !== this.#peer) this.#composer.dropContext();
    this.#peer = peer;
    const offered = JSON.stringify([choices, peer]);
    if (offered === this.#offered || (this.#choice.matches(":focus") && this.#choice.options.length === choices.length)) return;
    this.#offered = offered;
    this.#choice.replaceChildren(...choices.map((choice) => option(choice, choice.peer === peer)));
    this.#choice.value = peer;
  }

  /** @param {readonly Message[]} messages of the conversation, in order */
  set messages(messages) {
    this.#list.messages = messages;
  }

  /**
   * Who has opened the panel before one can write gets the focus into the field as soon as one can: letters are shortcuts elsewhere.
   *
   * @param {{nothing: string, closed: string, filesClosed?: string, status: string}} texts `closed`: why one cannot write; `filesClosed`: why one
   *   cannot offer files; "" if one can
   */
  set texts({ nothing, closed, filesClosed = "", status }) {
    write(this.#nothing, nothing);
    this.#nothing.hidden = this.#list.messages.length > 0;
    write(this.#status, closed || status);
    this.#composer.close(closed, filesClosed);
    if (!closed && this.#title.matches(":focus")) this.#composer.focus();
  }

  /** @param {boolean} on */
  set chimes(on) {
    this.#menu.chimes = on;
  }

  /** @param {boolean} on whether files of members are fetched by themselves */
  set fetches(on) {
    this.#menu.fetches = on;
  }

  /** Gives back what could not be sent, unless something else is written already. @param {string} text */
  restore(text) {
    this.#composer.restore(text);
  }

  /** Shows what is being prepared, until it is removed. @param {HTMLElement} card */
  prepare(card) {
    this.#composer.prepare(card);
  }

  /** Lets the person choose files. */
  pick() {
    this.#composer.pick();
  }

  /** Nothing of a meeting that is over stays. */
  clear() {
    this.#composer.clear();
    this.#list.messages = [];
    this.#search.value = "";
    this.#list.search("");
    this.#choice.replaceChildren();
    this.#offered = "";
    write(this.#status, "");
  }

  #focus() {
    if (this.#composer.isClosed) this.#title.focus();
    else this.#composer.focus();
  }

  /** @param {KeyboardEvent} event */
  #escape(event) {
    if (event.key !== "Escape" || event.isComposing) return;
    if (this.#composer.hasContext) this.#composer.leave();
    else if (!this.querySelector(":popover-open")) this.#emit("close", {});
  }

  #choose() {
    this.#composer.dropContext();
    this.#list.follow();
    this.#emit("choose", { peer: this.#choice.value });
  }

  /** @param {Message} message @param {HTMLButtonElement} button of the message, that was pressed */
  #act(message, button) {
    const { emoji, action } = button.dataset;
    if (emoji) this.#emit("react", { id: message.id, emoji, on: button.getAttribute("aria-pressed") !== "true" });
    if (action) this.#actions[action]?.(message, button);
  }

  /** The last message that one may change. */
  get #changeable() {
    return this.#list.messages.findLast(({ isOwn, isDeleted, isFile }) => isOwn && !isDeleted && !isFile);
  }

  /** What is saved. */
  get #conversation() {
    return { messages: this.#list.messages, title: this.#choice.selectedOptions[0]?.text ?? "" };
  }

  /**
   * @param {string} type
   * @param {object} detail
   */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** @param {Choice} choice @param {boolean} selected */
function option({ peer, name, unread }, selected) {
  const label = peer ? interpolate(gettext("Only %(name)s"), { name }) : gettext("Everybody");
  return h("option", { value: peer, selected }, unread ? `${label} (${unread})` : label);
}

customElements.define("chat-panel", ChatPanel);
