/**
 * The chat: one conversation at a time, and a place to write. Rows are kept by the id of the message. What others wrote is only ever text.
 *
 * Events: `say` {text, about}, `edit` {id, text}, `delete` {id}, `react` {id, emoji, on}, `typing`, `choose` {peer}, `chime` {on},
 * `offer` {files}, `fetch` {on}, `close`.
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
 * @typedef {{peer: string, name: string, unread: number}} Choice `peer`: "" for everybody
 */

import { TEXT_LENGTH } from "../chat/entry.js";
import { pieces } from "../chat/markup.js";
import { asPage, asText } from "../chat/saved.js";
import { h, icon, put, write } from "../lib/dom.js";
import { gettext, interpolate } from "../lib/gettext.js";
import { writeName } from "../lib/name-label.js";
import { folded } from "../lib/search.js";
import { Excerpt } from "./excerpt.js";
import { RovingFocus } from "./roving-focus.js";

const EMOJI = [..."👍👎👏🙏🎉😀😂🙂😉😍😎🤔😮😢😡🙈💪👀🔥⭐✅❌❓"].concat("❤️");
/** How near to the end one has to be to follow it. */
const NEAR = 80;

export class ChatPanel extends HTMLElement {
  #title = h("h2", { id: "chat-title", tabindex: "-1" }, gettext("Chat"));
  #choice = h("select", { "aria-label": gettext("Conversation") });
  #search = h("input", { type: "search", placeholder: gettext("Search"), "aria-label": gettext("Search the chat") });
  #list = h("ol", { class: "chat-list", role: "list", "aria-label": gettext("Messages"), "aria-describedby": "chat-keys" });
  #nothing = h("p", { class: "muted" });
  #status = h("p", { class: "chat-status muted small", "aria-live": "off" });
  #quote = h("p", { class: "chat-quote" });
  #cancel = h("button", { type: "button", class: "button button-small" }, gettext("Cancel"));
  #context = h("div", { class: "chat-context", hidden: true }, this.#quote, this.#cancel);
  #text = h("textarea", { rows: "2", maxlength: String(TEXT_LENGTH), "aria-label": gettext("Message"), placeholder: gettext("Write a message"), dir: "auto", enterkeyhint: "send" });
  #send = h("button", { class: "button button-primary button-small" }, gettext("Send"));
  #attach = button(icon("attach"), gettext("Offer files"), () => this.pick());
  #files = h("input", { type: "file", multiple: true, hidden: true });
  #outbox = h("div", { class: "chat-outbox" });
  #form = h("form", { class: "chat-form" });
  #picker = h("div", { class: "menu chat-emoji", popover: "auto", role: "group", "aria-label": gettext("Emoji") });
  #chime = h("button", { type: "button", class: "menu-item", role: "switch" }, icon("sound"), gettext("Sound for new messages"));
  #fetch = h("button", { type: "button", class: "menu-item", role: "switch" }, icon("file"), gettext("Get members' files without asking"));
  /** @type {Map<string, Row>} */
  #rows = new Map();
  /** @type {readonly Message[]} */
  #messages = [];
  /** The conversation that is shown; "" is that of everybody. */
  #peer = "";
  /** @type {Excerpt<Message>} */
  #excerpt = new Excerpt();
  /** Whether the end is shown, and what follows. */
  #isAtEnd = true;
  #top = 0;
  #isScrolling = false;
  /** The conversations that are offered now. */
  #offered = "";
  #roving = new RovingFocus({ list: this.#list, earlier: () => this.#goBack(), leave: () => (this.#text.disabled ? this.#title : this.#text).focus() });
  /** What is done with what one writes. @type {{type: "answer" | "edit", id: string} | null} */
  #about = null;
  /** @type {(emoji: string) => void} */
  #pick = () => {};

  connectedCallback() {
    if (this.childElementCount) return;
    this.#build();
    this.#list.addEventListener("click", ({ target }) => this.#act(target));
    this.#list.addEventListener("scroll", () => this.#scrolled());
    this.#search.addEventListener("input", () => this.#showEnd());
    this.#choice.addEventListener("change", () => this.#choose());
    this.#cancel.addEventListener("click", () => this.#leave());
    this.#text.addEventListener("keydown", (event) => this.#key(event));
    this.#text.addEventListener("input", () => (this.#fit(), this.#text.value && this.#emit("typing", {})));
    this.#text.addEventListener("paste", (event) => this.#paste(event));
    this.#files.addEventListener("change", () => this.#chosen());
    this.#form.addEventListener("submit", (event) => (event.preventDefault(), this.#submit()));
    this.#picker.addEventListener("click", ({ target }) => target instanceof HTMLButtonElement && this.#picked(target));
    this.addEventListener("keydown", (event) => this.#escape(event));
  }

  #build() {
    const close = button(icon("close"), gettext("Close"), () => this.#emit("close", {}));
    const tools = h("div", { class: "menu chat-menu", id: "chat-menu", popover: "auto" }, this.#chime, this.#fetch, this.#tool(gettext("Save as text"), () => this.#saveText()), this.#tool(gettext("Save as HTML"), () => this.#savePage()));
    this.#chime.addEventListener("click", () => this.#emit("chime", { on: this.#chime.getAttribute("aria-checked") !== "true" }));
    this.#fetch.addEventListener("click", () => this.#emit("fetch", { on: this.#fetch.getAttribute("aria-checked") !== "true" }));
    const more = button(icon("more"), gettext("More"), () => {});
    more.setAttribute("popovertarget", "chat-menu");
    const emoji = h("button", { type: "button", class: "button button-small", "aria-label": gettext("Insert an emoji"), title: gettext("Insert an emoji") }, "🙂");
    emoji.addEventListener("click", () => this.#open((picked) => this.#insert(picked)));
    for (const one of EMOJI) this.#picker.append(h("button", { type: "button", class: "chat-pick" }, one));
    const extras = h("span", { class: "chat-tools" }, emoji, this.#attach);
    this.#form.append(this.#outbox, this.#context, this.#text, h("div", { class: "chat-send" }, extras, this.#files, this.#send));
    this.append(
      h("header", { class: "panel-title" }, this.#title, h("span", { class: "chat-tools" }, more, close)),
      h("div", { class: "chat-head" }, this.#choice, this.#search),
      this.#list,
      h("p", { id: "chat-keys", hidden: true }, gettext("Arrow up and down move between messages, arrow right into a message, Escape back to where you write.")),
      this.#nothing,
      this.#status,
      this.#form,
      this.#picker,
      tools,
    );
  }

  focusFirst() {
    this.#follow();
    if (this.#text.disabled) this.#title.focus();
    else this.#text.focus();
  }

  /** @param {{choices: readonly Choice[], peer: string}} conversations */
  set conversations({ choices, peer }) {
    if (peer !== this.#peer && this.#about) this.#reset();
    this.#peer = peer;
    const options = choices.map(({ peer: id, name, unread }) => {
      const label = id ? interpolate(gettext("Only %(name)s"), { name }) : gettext("Everybody");
      return h("option", { value: id, selected: id === peer }, unread ? `${label} (${unread})` : label);
    });
    const offered = JSON.stringify([choices, peer]);
    if (offered === this.#offered || (this.#choice.matches(":focus") && this.#choice.options.length === options.length)) return;
    this.#offered = offered;
    this.#choice.replaceChildren(...options);
    this.#choice.value = peer;
  }

  /** @param {readonly Message[]} messages of the conversation, in order */
  set messages(messages) {
    this.#messages = messages;
    if (this.#isAtEnd) this.#showEnd();
    else this.#showOn();
  }

  /** One looks elsewhere than at the end. */
  #showOn() {
    const found = this.#found;
    this.#draw(this.#excerpt.of(found), found.length);
  }

  #showEnd() {
    const found = this.#found;
    this.#draw(this.#excerpt.end(found), found.length);
    this.#follow();
  }

  /** Goes to the end with the next frame, whose layout is made anyway: to scroll at once, the page would be laid out twice. */
  #follow() {
    this.#isAtEnd = true;
    if (this.#isScrolling) return;
    this.#isScrolling = true;
    requestAnimationFrame(() => {
      this.#isScrolling = false;
      this.#list.scrollTop = this.#list.scrollHeight;
      this.#top = this.#list.scrollTop;
    });
  }

  /** Only going back leaves the end: the list also grows below, and shrinks above. */
  #scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = this.#list;
    if (scrollTop + clientHeight >= scrollHeight - NEAR) this.#isAtEnd = true;
    else if (scrollTop < this.#top && !this.#isScrolling) this.#isAtEnd = false;
    this.#top = scrollTop;
    if (scrollTop < NEAR) this.#goBack();
  }

  /** Shows earlier messages, and keeps those in place that are shown. */
  #goBack() {
    const found = this.#found;
    if (this.#rows.size === found.length) return;
    const below = this.#list.scrollHeight - this.#list.scrollTop;
    this.#draw(this.#excerpt.earlier(found), found.length);
    this.#list.scrollTop = this.#list.scrollHeight - below;
  }

  /** The messages that one looks for. */
  get #found() {
    const wanted = folded(this.#search.value);
    return wanted ? this.#messages.filter(({ author, text }) => folded(`${author.name} ${text}`).includes(wanted)) : this.#messages;
  }

  /** @param {readonly Message[]} shown the last of those found @param {number} count of those found */
  #draw(shown, count) {
    const ids = new Set(shown.map(({ id }) => id));
    for (const [id, row] of this.#rows) if (!ids.has(id)) (row.element.remove(), this.#rows.delete(id));
    let place = count;
    let before = null;
    for (const message of shown.toReversed()) {
      const row = this.#rows.get(message.id) ?? new Row(message.id);
      this.#rows.set(message.id, row);
      row.show(message, place, count);
      if (row.element.nextSibling !== before || row.element.parentElement !== this.#list) this.#list.insertBefore(row.element, before);
      before = row.element;
      place -= 1;
    }
    this.#roving.update();
  }

  /**
   * Who has opened the panel before one can write gets the focus into the field as soon as one can: letters are shortcuts elsewhere.
   *
   * @param {{nothing: string, closed: string, filesClosed?: string, status: string}} texts `closed`: why one cannot write; `filesClosed`: why one
   *   cannot offer files; "" if one can
   */
  set texts({ nothing, closed, filesClosed = "", status }) {
    write(this.#nothing, nothing);
    this.#nothing.hidden = this.#messages.length > 0;
    write(this.#status, closed || status);
    for (const field of [this.#text, this.#send]) field.disabled = Boolean(closed);
    this.#attach.disabled = Boolean(closed || filesClosed);
    put(this.#attach, "title", filesClosed || gettext("Offer files"));
    if (!closed && this.#title.matches(":focus")) this.#text.focus();
  }

  /** Gives back what could not be sent, unless something else is written already. @param {string} text */
  restore(text) {
    if (!this.#text.value) this.#text.value = text;
    this.#fit();
  }

  /** Nothing of a meeting that is over stays. */
  clear() {
    this.#reset();
    this.#search.value = "";
    this.#choice.replaceChildren();
    this.#offered = "";
    this.messages = [];
    this.#outbox.replaceChildren();
    write(this.#status, "");
  }

  /** @param {boolean} on */
  set chimes(on) {
    put(this.#chime, "aria-checked", String(on));
  }

  /** @param {boolean} on whether files of members are fetched by themselves */
  set fetches(on) {
    put(this.#fetch, "aria-checked", String(on));
  }

  /** Shows what is being prepared, until it is removed. @param {HTMLElement} card */
  prepare(card) {
    this.#outbox.append(card);
  }

  // Files

  /** Lets the person choose files, as a press on the button does. */
  pick() {
    if (!this.#attach.disabled) this.#files.click();
  }

  /** Text that comes with a picture of itself is pasted as text. @param {ClipboardEvent} event */
  #paste(event) {
    const { clipboardData: data } = event;
    if (!data?.files.length || data.types.includes("text/plain")) return;
    event.preventDefault();
    this.#emit("offer", { files: [...data.files] });
  }

  #chosen() {
    const files = [...(this.#files.files ?? [])];
    this.#files.value = "";
    if (files.length) this.#emit("offer", { files });
  }

  // Writing

  /** @param {KeyboardEvent} event */
  #key(event) {
    // 229: Safari sends the Enter that ends a composition after it.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    }
    if (event.key === "ArrowUp" && !this.#text.value) this.#editLast(event);
  }

  /** @param {KeyboardEvent} event */
  #editLast(event) {
    const last = this.#messages.findLast(({ isOwn, isDeleted, isFile }) => isOwn && !isDeleted && !isFile);
    if (!last) return;
    event.preventDefault();
    this.#enter("edit", last);
  }

  /** @param {KeyboardEvent} event */
  #escape(event) {
    if (event.key !== "Escape" || event.isComposing) return;
    if (this.#about) this.#leave();
    else if (!this.querySelector(":popover-open")) this.#emit("close", {});
  }

  #submit() {
    const text = this.#text.value.replace(/\r\n?/g, "\n").trim();
    if (!text || this.#text.disabled) return;
    const about = this.#about;
    if (about?.type === "edit") this.#emit("edit", { id: about.id, text });
    else this.#emit("say", { text, about: about?.id ?? "" });
    this.#leave();
    this.#follow();
  }

  /** @param {"answer" | "edit"} type @param {Message} message */
  #enter(type, { id, author, text }) {
    this.#about = { type, id };
    write(this.#quote, type === "edit" ? gettext("You change your message.") : interpolate(gettext("You answer %(name)s: %(text)s"), { name: author.name, text }));
    this.#context.hidden = false;
    if (type === "edit") this.#text.value = text;
    this.#fit();
    this.#text.focus();
  }

  #leave() {
    this.#reset();
    this.#text.focus();
  }

  /** Nothing is written now. */
  #reset() {
    this.#about = null;
    this.#context.hidden = true;
    this.#text.value = "";
    this.#fit();
  }

  /** An answer or a change belongs to the conversation of its message. */
  #choose() {
    if (this.#about) this.#reset();
    this.#follow();
    this.#emit("choose", { peer: this.#choice.value });
  }

  /** The field grows with its text. */
  #fit() {
    this.#text.rows = Math.min(8, Math.max(2, this.#text.value.split("\n").length));
  }

  /** @param {string} emoji */
  #insert(emoji) {
    this.#text.setRangeText(emoji, this.#text.selectionStart, this.#text.selectionEnd, "end");
    this.#text.focus();
  }

  // Emoji

  /** The browser gives the focus back where it was. @param {(emoji: string) => void} pick */
  #open(pick) {
    this.#pick = pick;
    this.#picker.showPopover();
    this.#picker.querySelector("button")?.focus();
  }

  /** @param {HTMLButtonElement} button */
  #picked(button) {
    this.#picker.hidePopover();
    this.#pick(button.textContent);
  }

  // Messages

  /** @param {EventTarget | null} target */
  #act(target) {
    const pressed = target instanceof Element ? target.closest("button") : null;
    const message = this.#messages.find(({ id }) => id === pressed?.closest("li[data-id]")?.getAttribute("data-id"));
    if (!pressed || !message) return;
    const { id } = message;
    const emoji = pressed.getAttribute("data-emoji");
    const react = (/** @type {string} */ picked, /** @type {boolean} */ on) => this.#emit("react", { id, emoji: picked, on });
    if (emoji) return react(emoji, pressed.getAttribute("aria-pressed") !== "true");
    const action = pressed.getAttribute("data-action");
    if (action === "answer" || action === "edit") this.#enter(action, message);
    if (action === "delete") this.#emit("delete", { id });
    if (action === "react") this.#open((picked) => react(picked, true));
    if (action === "copy") void navigator.clipboard.writeText(message.text).then(() => write(pressed, gettext("Copied")), () => {});
  }

  #saveText() {
    save("chat.txt", "text/plain", asText(this.#messages, locale()));
  }

  #savePage() {
    save("chat.html", "text/html", asPage(this.#messages, { title: this.#choice.selectedOptions[0]?.text ?? "", locale: locale() }));
  }

  /** @param {string} label @param {() => void} run */
  #tool(label, run) {
    const tool = h("button", { type: "button", class: "menu-item", popovertarget: "chat-menu", popovertargetaction: "hide" }, label);
    tool.addEventListener("click", run);
    return tool;
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
    this.element = h("li", { class: "chat-message", "data-id": id, tabindex: "-1", "aria-labelledby": label }, from, this.#quote, this.#text, this.#reactions, this.#actions);
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
    const { author, isOwn, time, text, isEdited, isDeleted, isFile, quote, reactions } = message;
    const moment = new Date(time);
    put(this.element, "data-own", isOwn);
    writeName(this.#who, author);
    write(this.#time, clockTime(moment) + (isEdited && !isDeleted ? ` · ${gettext("edited")}` : ""));
    this.#time.dateTime = moment.toISOString();
    this.#time.title = moment.toLocaleString(locale());
    this.#quote.hidden = !quote;
    if (quote) write(this.#quote, interpolate(gettext("%(name)s: %(text)s"), quote));
    this.#text.replaceChildren(...(isDeleted ? [h("em", { class: "muted" }, isFile ? gettext("This file was withdrawn.") : gettext("This message was deleted."))] : isFile ? [text] : pieces(text).map(node)));
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

/** The reader's. */
function locale() {
  return document.documentElement.lang || undefined;
}

/** @param {string} name @param {string} type @param {string} content */
function save(name, type, content) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** @param {Date} moment */
function clockTime(moment) {
  const isToday = moment.toDateString() === new Date().toDateString();
  return moment.toLocaleString(locale(), isToday ? { timeStyle: "short" } : { dateStyle: "short", timeStyle: "short" });
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
  return h("button", { type: "button", class: "chat-reaction", tabindex: "-1", "data-emoji": emoji, "aria-pressed": String(isOwn), "aria-label": label, title: label }, `${emoji} ${names.length}`);
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

/** @param {Node} face @param {string} label @param {() => void} run */
function button(face, label, run) {
  const made = h("button", { type: "button", class: "button button-quiet button-icon button-small", "aria-label": label, title: label }, face);
  made.addEventListener("click", run);
  return made;
}

customElements.define("chat-panel", ChatPanel);
