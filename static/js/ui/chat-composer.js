/**
 * Where one writes in the chat: the text, the message that it answers or changes, and files to offer.
 *
 * @import { Message } from "./chat-row.js"
 * @import { EmojiPicker } from "./emoji-picker.js"
 */

import { TEXT_LENGTH } from "../chat/entry.js";
import { h, put, write } from "../lib/dom.js";
import { gettext, interpolate } from "../lib/gettext.js";
import { iconButton } from "../lib/icon-button.js";

export class ChatComposer {
  element = h("form", { class: "chat-form" });
  #quote = h("p", { class: "chat-quote" });
  #cancel = h("button", { type: "button", class: "button button-small" }, gettext("Cancel"));
  #context = h("div", { class: "chat-context", hidden: true }, this.#quote, this.#cancel);
  #text = h("textarea", {
    rows: "2",
    maxlength: String(TEXT_LENGTH),
    "aria-label": gettext("Message"),
    placeholder: gettext("Write a message"),
    dir: "auto",
    enterkeyhint: "send",
  });
  #send = h("button", { class: "button button-primary button-small" }, gettext("Send"));
  #attach = iconButton("attach", gettext("Offer files"), () => this.pick());
  #files = h("input", { type: "file", multiple: true, hidden: true });
  #outbox = h("div", { class: "chat-outbox" });
  #picker;
  #changeable;
  #emit;
  /** What is done with what one writes. @type {{type: "answer" | "edit", id: string} | null} */
  #about = null;

  /**
   * @param {object} options
   * @param {EmojiPicker} options.picker
   * @param {() => Message | undefined} options.changeable the last message that one may change
   * @param {(type: "say" | "edit" | "typing" | "offer", detail: object) => void} options.emit
   */
  constructor({ picker, changeable, emit }) {
    this.#picker = picker;
    this.#changeable = changeable;
    this.#emit = emit;
    this.#build();
    this.#cancel.addEventListener("click", () => this.leave());
    this.#text.addEventListener("keydown", (event) => this.#key(event));
    this.#text.addEventListener("input", () => (this.#fit(), this.#text.value && emit("typing", {})));
    this.#text.addEventListener("paste", (event) => this.#paste(event));
    this.#files.addEventListener("change", () => this.#chosen());
    this.element.addEventListener("submit", (event) => (event.preventDefault(), this.#submit()));
  }

  #build() {
    const label = gettext("Insert an emoji");
    const emoji = h("button", { type: "button", class: "button button-small", "aria-label": label, title: label }, "🙂");
    emoji.addEventListener("click", () => this.#picker.open((picked) => this.#insert(picked)));
    const tools = h("span", { class: "chat-tools" }, emoji, this.#attach);
    this.element.append(this.#outbox, this.#context, this.#text, h("div", { class: "chat-send" }, tools, this.#files, this.#send));
  }

  /** Whether one cannot write now. */
  get isClosed() {
    return this.#text.disabled;
  }

  /** Whether what one writes answers or changes a message. */
  get hasContext() {
    return this.#about !== null;
  }

  /** @param {string} closed why one cannot write @param {string} filesClosed why one cannot offer files; both "" if one can */
  close(closed, filesClosed) {
    for (const field of [this.#text, this.#send]) field.disabled = Boolean(closed);
    this.#attach.disabled = Boolean(closed || filesClosed);
    put(this.#attach, "title", filesClosed || gettext("Offer files"));
  }

  focus() {
    this.#text.focus();
  }

  /** Gives back what could not be sent, unless something else is written already. @param {string} text */
  restore(text) {
    if (!this.#text.value) this.#text.value = text;
    this.#fit();
  }

  /** Shows what is being prepared, until it is removed. @param {HTMLElement} card */
  prepare(card) {
    this.#outbox.append(card);
  }

  /** Nothing is written, nor prepared. */
  clear() {
    this.#reset();
    this.#outbox.replaceChildren();
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

  // Text

  /** @param {KeyboardEvent} event */
  #key(event) {
    // 229: Safari sends the Enter that ends a composition after it.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    }
    if (event.key === "ArrowUp" && !this.#text.value) this.#changeLast(event);
  }

  /** @param {KeyboardEvent} event */
  #changeLast(event) {
    const last = this.#changeable();
    if (!last) return;
    event.preventDefault();
    this.enter("edit", last);
  }

  #submit() {
    const text = this.#text.value.replace(/\r\n?/g, "\n").trim();
    if (!text || this.isClosed) return;
    const about = this.#about;
    if (about?.type === "edit") this.#emit("edit", { id: about.id, text });
    else this.#emit("say", { text, about: about?.id ?? "" });
    this.leave();
  }

  /** @param {string} emoji */
  #insert(emoji) {
    this.#text.setRangeText(emoji, this.#text.selectionStart, this.#text.selectionEnd, "end");
    this.#text.focus();
  }

  /** The field grows with its text. */
  #fit() {
    this.#text.rows = Math.min(8, Math.max(2, this.#text.value.split("\n").length));
  }

  // Answers and changes

  /** What one writes now answers or changes this message. @param {"answer" | "edit"} type @param {Message} message */
  enter(type, { id, author, text }) {
    this.#about = { type, id };
    write(
      this.#quote,
      type === "edit" ? gettext("You change your message.") : interpolate(gettext("You answer %(name)s: %(text)s"), { name: author.name, text }),
    );
    this.#context.hidden = false;
    if (type === "edit") this.#text.value = text;
    this.#fit();
    this.#text.focus();
  }

  /** Begins anew. */
  leave() {
    this.#reset();
    this.#text.focus();
  }

  /** Drops an answer or a change, which belongs to the conversation of its message. */
  dropContext() {
    if (this.#about) this.#reset();
  }

  #reset() {
    this.#about = null;
    this.#context.hidden = true;
    this.#text.value = "";
    this.#fit();
  }
}
