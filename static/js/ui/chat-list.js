/**
 * The messages of one conversation that are shown: those that are searched for, from the end back. Rows are kept by the id of the message.
 *
 * @import { Message } from "./chat-row.js"
 */

import { h } from "../lib/dom.js";
import { gettext } from "../lib/gettext.js";
import { folded } from "../lib/search.js";
import { ChatRow } from "./chat-row.js";
import { Excerpt } from "./excerpt.js";
import { RovingFocus } from "./roving-focus.js";

/** How near to the end one has to be to follow it. */
const NEAR = 80;

export class ChatList {
  element = h("ol", { class: "chat-list", role: "list", "aria-label": gettext("Messages"), "aria-describedby": "chat-keys" });
  #act;
  #roving;
  /** @type {Map<string, ChatRow>} */
  #rows = new Map();
  /** @type {readonly Message[]} */
  #messages = [];
  /** What is searched for; "" if nothing is. */
  #wanted = "";
  /** @type {Excerpt<Message>} */
  #excerpt = new Excerpt();
  /** Whether the end is shown, and what follows. */
  #isAtEnd = true;
  #top = 0;
  #isScrolling = false;

  /**
   * @param {object} options
   * @param {(message: Message, button: HTMLButtonElement) => void} options.act called when a button of a message is pressed
   * @param {() => void} options.leave called when the person leaves the list with the keyboard
   */
  constructor({ act, leave }) {
    this.#act = act;
    this.#roving = new RovingFocus({ list: this.element, earlier: () => this.#goBack(), leave });
    this.element.addEventListener("click", ({ target }) => this.#press(target));
    this.element.addEventListener("scroll", () => this.#scrolled());
  }

  get messages() {
    return this.#messages;
  }

  /** @param {readonly Message[]} messages of the conversation, in order */
  set messages(messages) {
    this.#messages = messages;
    if (this.#isAtEnd) this.#showEnd();
    else this.#showOn();
  }

  /** Shows only the messages whose author or text has these words. @param {string} words "" for all */
  search(words) {
    this.#wanted = folded(words);
    this.#showEnd();
  }

  /** Goes to the end with the next frame, whose layout is made anyway: to scroll at once, the page would be laid out twice. */
  follow() {
    this.#isAtEnd = true;
    if (this.#isScrolling) return;
    this.#isScrolling = true;
    requestAnimationFrame(() => {
      this.#isScrolling = false;
      this.element.scrollTop = this.element.scrollHeight;
      this.#top = this.element.scrollTop;
    });
  }

  /** @param {EventTarget | null} target */
  #press(target) {
    const button = target instanceof Element ? target.closest("button") : null;
    const message = this.#messages.find(({ id }) => id === button?.closest("li[data-id]")?.getAttribute("data-id"));
    if (button && message) this.#act(message, button);
  }

  // Which are shown

  /** One looks elsewhere than at the end. */
  #showOn() {
    const found = this.#found;
    this.#draw(this.#excerpt.of(found), found.length);
  }

  #showEnd() {
    const found = this.#found;
    this.#draw(this.#excerpt.end(found), found.length);
    this.follow();
  }

  /** Only going back leaves the end: the list also grows below, and shrinks above. */
  #scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = this.element;
    if (scrollTop + clientHeight >= scrollHeight - NEAR) this.#isAtEnd = true;
    else if (scrollTop < this.#top && !this.#isScrolling) this.#isAtEnd = false;
    this.#top = scrollTop;
    if (scrollTop < NEAR) this.#goBack();
  }

  /** Shows earlier messages, and keeps those in place that are shown. */
  #goBack() {
    const found = this.#found;
    if (this.#rows.size === found.length) return;
    const below = this.element.scrollHeight - this.element.scrollTop;
    this.#draw(this.#excerpt.earlier(found), found.length);
    this.element.scrollTop = this.element.scrollHeight - below;
  }

  get #found() {
    const wanted = this.#wanted;
    return wanted ? this.#messages.filter(({ author, text }) => folded(`${author.name} ${text}`).includes(wanted)) : this.#messages;
  }

  // Rows

  /** @param {readonly Message[]} shown the last of those found @param {number} count of those found */
  #draw(shown, count) {
    this.#removeOthers(new Set(shown.map(({ id }) => id)));
    let before = null;
    for (const [place, message] of [...shown.entries()].reverse()) {
      const row = this.#row(message.id);
      row.show(message, count - shown.length + place + 1, count);
      this.#insert(row.element, before);
      before = row.element;
    }
    this.#roving.update();
  }

  /** @param {ReadonlySet<string>} ids of the messages that stay */
  #removeOthers(ids) {
    for (const [id, row] of this.#rows) if (!ids.has(id)) (row.element.remove(), this.#rows.delete(id));
  }

  /** @param {string} id */
  #row(id) {
    const row = this.#rows.get(id) ?? new ChatRow(id);
    this.#rows.set(id, row);
    return row;
  }

  /** A row that is in its place is not moved: it would lose the focus. @param {HTMLElement} row @param {HTMLElement | null} before */
  #insert(row, before) {
    if (row.nextSibling !== before || row.parentElement !== this.element) this.element.insertBefore(row, before);
  }
}
