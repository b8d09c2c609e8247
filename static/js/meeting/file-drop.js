/**
 * Files can be dropped anywhere on a call. Without this the browser would open them in place of the meeting. The target says who gets them.
 *
 * @import { CallNotices } from "../ui/call-notices.js"
 * @import { ChatLoader } from "./chat-loader.js"
 */

import { h, icon, write } from "../lib/dom.js";
import { gettext, interpolate } from "../lib/gettext.js";

export class FileDrop {
  #stage;
  #chat;
  #notices;
  #words = h("p");
  #target;
  /** What was entered last: when that is left, nothing else was entered. @type {EventTarget | null} */
  #entered = null;

  /** @param {{stage: HTMLElement, chat: ChatLoader, notices: CallNotices, signal: AbortSignal}} options `stage`: where one sees the call */
  constructor({ stage, chat, notices, signal }) {
    this.#stage = stage;
    this.#chat = chat;
    this.#notices = notices;
    this.#target = h("div", { class: "drop-target", hidden: true }, icon("attach"), this.#words);
    stage.append(this.#target);
    signal.addEventListener("abort", () => this.#target.remove());
    addEventListener("dragenter", (event) => this.#enter(event), { signal });
    addEventListener("dragover", (event) => this.#over(event), { signal });
    addEventListener("dragleave", (event) => event.target === this.#entered && this.#leave(), { signal });
    addEventListener("drop", (event) => this.#drop(event), { signal });
  }

  /** @param {DragEvent} event */
  #enter(event) {
    if (!this.#takes(event)) return;
    this.#entered = event.target;
    const name = this.#chat.recipient;
    write(
      this.#words,
      name
        ? interpolate(gettext("Drop files here to offer them to %(name)s alone."), { name })
        : gettext("Drop files here to offer them to everybody."),
    );
    this.#target.hidden = !this.#chat.isThere;
  }

  /** @param {DragEvent} event */
  #over(event) {
    if (!this.#takes(event) || !event.dataTransfer) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = this.#chat.isThere ? "copy" : "none";
  }

  #leave() {
    this.#entered = null;
    this.#target.hidden = true;
  }

  /** @param {DragEvent} event */
  #drop(event) {
    if (!this.#takes(event) || !event.dataTransfer) return;
    event.preventDefault();
    this.#leave();
    const files = [...event.dataTransfer.items]
      .filter(({ kind }) => kind === "file")
      .map((item) => (item.webkitGetAsEntry()?.isDirectory ? null : item.getAsFile()));
    const chosen = files.filter((file) => file !== null);
    if (chosen.length < files.length)
      this.#notices.say(gettext("A folder cannot be offered. Put it into an archive, then offer that."), { key: "file" });
    if (chosen.length && this.#chat.isThere) void this.#chat.offer(chosen);
  }

  /** @param {DragEvent} event */
  #takes({ dataTransfer }) {
    return Boolean(dataTransfer?.types.includes("Files")) && this.#stage.checkVisibility();
  }
}
