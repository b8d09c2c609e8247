/**
 * The button of the chat, and the script behind it, which is fetched when the panel is opened, or when somebody else's chat
 * sends something.
 *
 * Event: `unread` when `unread` changed.
 *
 * @import { Channels } from "../channels/channels.js"
 * @import { Ignored } from "../chat/ignored.js"
 * @import { SoundOutput } from "../media/sound-output.js"
 * @import { Mesh } from "../rtc/mesh.js"
 * @import { Preferences } from "../preferences/preferences.js"
 * @import { SignalingClient } from "../signaling/client.js"
 * @import { People } from "../signaling/people.js"
 * @import { CallControls } from "../ui/call-controls.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 * @import { Signer } from "../verification/keys.js"
 * @import { Call } from "./call.js"
 * @import { Chat } from "./chat.js"
 * @import { FilesLoader } from "./files-loader.js"
 */

import { systemClock } from "../lib/clock.js";
import { part, write } from "../lib/dom.js";
import { gettext } from "../lib/gettext.js";
import { Lazy } from "../lib/lazy.js";
import { listener } from "../lib/listen.js";

/** One panel at a time. */
const NARROW = matchMedia("(width < 52rem)");

export class ChatLoader extends EventTarget {
  /** How many messages are unread. */
  unread = 0;
  #options;
  #root;
  #panel;
  #aside;
  #controls;
  #button;
  /** Those of the meeting. @type {Channels | null} */
  #channels = null;
  /** When we came, in ms since 1970. */
  #since = 0;
  #chat = new Lazy(() => this.#make());
  /** Once it is loaded. @type {Chat | null} */
  #loaded = null;

  /**
   * @param {{root: HTMLElement, client: SignalingClient, people: People, call: Call, controls: CallControls, aside: HTMLElement,
   *   files: FilesLoader, notices: CallNotices, preferences: Preferences, sound: SoundOutput, ignored: Ignored,
   *   signer: Lazy<Signer>, signal: AbortSignal}} options `aside`: the other panel
   */
  constructor({ root, call, controls, aside, ...options }) {
    super();
    this.#options = options;
    this.#root = root;
    this.#controls = controls;
    this.#aside = aside;
    this.#panel = part(root, "chat-panel", HTMLElement);
    this.#button = part(controls, "[data-command=chat]", HTMLElement);
    const on = listener(options.signal);
    on(options.people, "change", () => (this.#button.hidden = !options.people.hasChat || !globalThis.crypto?.subtle));
    on(call, "mesh", (/** @type {Mesh} */ { channels }) => this.#meet(channels));
    on(this.#panel, "close", () => this.#close());
    on(controls, "command", ({ command }) => this.#obey(command));
    options.signal.addEventListener("abort", () => this.#end());
  }

  /** @param {Channels} channels of the meeting, anew when we are somebody else */
  #meet(channels) {
    this.#channels = channels;
    this.#since = Date.now();
    this.#loaded?.join(channels.chat, this.#since);
    channels.chat.addEventListener("message", () => void this.#chat.get().catch(() => {}), { once: true, signal: this.#options.signal });
  }

  /** Opens the private conversation with somebody. @param {string} peer */
  message(peer) {
    void this.#open(peer);
  }

  /** Whether there is a chat. */
  get isThere() {
    return !this.#button.hidden;
  }

  /** To whom files go that are offered now: the name of one participant, or "" for everybody. */
  get recipient() {
    return this.#loaded?.recipient ?? "";
  }

  /** In the conversation that the chat shows. @param {readonly File[]} files */
  async offer(files) {
    await this.#open();
    await this.#loaded?.offer(files);
  }

  /** Lets the person choose files for somebody alone. @param {string} peer */
  async pickFor(peer) {
    await this.#open(peer);
    this.#loaded?.pick();
  }

  /** @param {string} command */
  #obey(command) {
    if (command === "people" && NARROW.matches) this.#close();
    if (command !== "chat") return;
    if (this.#panel.hidden) void this.#open();
    else this.#close();
  }

  #end() {
    this.#show(false);
    this.#count(0);
  }

  #close() {
    if (this.#panel.hidden) return;
    this.#show(false);
    if (!document.activeElement?.checkVisibility()) this.#button.focus();
  }

  /** @param {string} [peer] the conversation; without it, the one that is shown */
  async #open(peer) {
    const { notices, signal } = this.#options;
    this.#show(true);
    if (NARROW.matches && !this.#aside.hidden) this.#aside.dispatchEvent(new CustomEvent("close"));
    try {
      const chat = await this.#chat.get();
      if (!signal.aborted) chat.opened(peer);
    } catch {
      if (signal.aborted) return;
      this.#close();
      notices.say(gettext("The chat could not be loaded. Check your connection, then open it again."));
    }
  }

  /** @param {boolean} isOpen */
  #show(isOpen) {
    this.#panel.hidden = !isOpen;
    this.#controls.press("chat", isOpen);
  }

  async #make() {
    const [{ Chat, ChatPanel }, signer] = await Promise.all([import("./chat.js"), this.#options.signer.get()]);
    this.#options.signal.throwIfAborted();
    const header = part(this.#root, ".call-header", HTMLElement);
    const panel = part(this.#root, "chat-panel", ChatPanel);
    const open = () => void this.#open();
    const unread = (/** @type {number} */ count) => this.#count(count);
    this.#loaded = new Chat({ ...this.#options, signer, root: this.#root, header, panel, open, unread, clock: systemClock });
    if (this.#channels) this.#loaded.join(this.#channels.chat, this.#since);
    return this.#loaded;
  }

  /** @param {number} count */
  #count(count) {
    this.unread = count;
    const badge = part(this.#button, "[data-part=unread]", HTMLElement);
    badge.hidden = count === 0;
    write(part(badge, "span", HTMLElement), String(count));
    this.dispatchEvent(new CustomEvent("unread"));
  }
}
