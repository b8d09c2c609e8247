/**
 * One message in the list of the chat. What somebody wrote is only ever text.
 *
 * @import { ShownName } from "../lib/names.js"
 * @typedef {{emoji: string, names: string[], isOwn: boolean}} Reaction
 * @typedef {object} Message
 * @property {string} id
 * @property {ShownName} author
 * @property {boolean} isOwn
 * @property {number} time ms since 1970
 * @property {string} text
 * @property {boolean} isEdited
 * @property {boolean} isDeleted
 * @property {boolean} isFile whether a file is offered, whose name is `text`
 * @property {HTMLElement | null} card of the file, once it can be shown
 * @property {{name: string, text: string} | null} quote
 * @property {readonly Reaction[]} reactions
 */

import { pieces } from "../chat/markup.js";
import { h, put, write } from "../lib/dom.js";
import { gettext, interpolate } from "../lib/gettext.js";
import { writeName } from "../lib/name-label.js";

/** The reader's. */
const locale = document.documentElement.lang || undefined;

export class ChatRow {
  element;
  #who = h("span", { class: "chat-who", dir: "auto" });
  #time = h("time", { class: "muted" });
  #quote = h("p", { class: "chat-quote", dir: "auto" });
  #text = h("div", { class: "chat-text", dir: "auto" });
  /** Of a file. @type {HTMLElement | null} */
  #card = null;
  #reactions = h("div", { class: "chat-reactions" });
  #actions = h("div", { class: "chat-actions" });
  /** What is shown now. */
  #shown = "";

  /** @param {string} id */
  constructor(id) {
    const from = h("p", { class: "chat-from", id: `from-${id}` }, this.#who, this.#time);
    this.#text.id = `text-${id}`;
    const label = `${from.id} ${this.#text.id}`;
    this.element = h(
      "li",
      { class: "chat-message", "data-id": id, tabindex: "-1", "aria-labelledby": label },
      from,
      this.#quote,
      this.#text,
      this.#reactions,
      this.#actions,
    );
  }

  /** @param {Message} message @param {number} place among those found, from 1 @param {number} count of those found */
  show({ card, ...message }, place, count) {
    put(this.element, "aria-posinset", String(place));
    put(this.element, "aria-setsize", String(count));
    this.#attach(card);
    const shown = JSON.stringify(message);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const focused = this.element.contains(document.activeElement) ? document.activeElement : null;
    this.#write(message);
    if (focused && !focused.isConnected) (this.#reaction(focused.getAttribute("data-emoji")) ?? this.element).focus();
  }

  /** @param {string | null} emoji @returns {HTMLElement | undefined} */
  #reaction(emoji) {
    return [...this.#reactions.querySelectorAll("button")].find((one) => one.getAttribute("data-emoji") === emoji);
  }

  /** @param {Omit<Message, "card">} message */
  #write(message) {
    const { author, isOwn, time, isEdited, isDeleted, isFile, quote, reactions } = message;
    const moment = new Date(time);
    put(this.element, "data-own", isOwn);
    writeName(this.#who, author);
    write(this.#time, clockTime(moment) + (isEdited && !isDeleted ? ` · ${gettext("edited")}` : ""));
    this.#time.dateTime = moment.toISOString();
    this.#time.title = moment.toLocaleString(locale);
    this.#quote.hidden = !quote;
    if (quote) write(this.#quote, interpolate(gettext("%(name)s: %(text)s"), quote));
    this.#text.replaceChildren(...words(message));
    this.#reactions.replaceChildren(...reactions.map(reaction));
    if (isDeleted) this.#actions.replaceChildren();
    else if (!this.#actions.childElementCount) this.#actions.append(...actions(isOwn, isFile));
  }

  /** A card stays where it is: what is pressed in it keeps the focus. @param {HTMLElement | null} card */
  #attach(card) {
    const last = this.#card;
    const isFocused = last?.contains(document.activeElement);
    this.#card = card;
    this.#text.hidden = card !== null;
    if (card && card !== last) this.#text.after(card);
    if (!card) last?.remove();
    if (!card && isFocused) this.element.focus();
  }
}

/** @param {Date} moment */
function clockTime(moment) {
  const isToday = moment.toDateString() === new Date().toDateString();
  return moment.toLocaleString(locale, isToday ? { timeStyle: "short" } : { dateStyle: "short", timeStyle: "short" });
}

/** @param {Omit<Message, "card">} message @returns {(Node | string)[]} */
function words({ text, isFile, isDeleted }) {
  if (isDeleted) return [h("em", { class: "muted" }, isFile ? gettext("This file was withdrawn.") : gettext("This message was deleted."))];
  return isFile ? [text] : pieces(text).map(node);
}

/** @param {import("../chat/markup.js").Piece} piece @returns {Node} */
function node(piece) {
  switch (piece.kind) {
    case "link":
      return h("a", { href: piece.url, target: "_blank", rel: "noopener noreferrer", dir: "ltr", tabindex: "-1" }, piece.text);
    case "emphasis":
      return h("em", {}, piece.text);
    case "code":
      return h("code", {}, piece.text);
    case "block":
      return h("pre", {}, h("code", {}, piece.text));
    default:
      return document.createTextNode(piece.text);
  }
}

/** @param {Reaction} reaction */
function reaction({ emoji, names, isOwn }) {
  const label = interpolate(gettext("%(emoji)s by %(names)s"), { emoji, names: names.join(", ") });
  return h(
    "button",
    { type: "button", class: "chat-reaction", tabindex: "-1", "data-emoji": emoji, "aria-pressed": String(isOwn), "aria-label": label, title: label },
    `${emoji} ${names.length}`,
  );
}

/** A file is withdrawn on its card. @param {boolean} isOwn @param {boolean} isFile */
function actions(isOwn, isFile) {
  const common = [action("answer", gettext("Answer")), action("react", gettext("React"))];
  if (isFile) return common;
  const all = [...common, action("copy", gettext("Copy"))];
  return isOwn ? [...all, action("edit", gettext("Edit")), action("delete", gettext("Delete"))] : all;
}

/** @param {string} name @param {string} label */
function action(name, label) {
  return h("button", { type: "button", class: "chat-action", tabindex: "-1", "data-action": name }, label);
}
