/**
 * How many are here, whether somebody knocks, and what is unread in the chat: in the page's title, on its buttons, and as a sound.
 *
 * @import { People } from "../signaling/people.js"
 * @import { CallControls } from "../ui/call-controls.js"
 * @import { ChatLoader } from "./chat-loader.js"
 */

import { part, write } from "../lib/dom.js";
import { gettext, interpolate } from "../lib/gettext.js";
import { listener } from "../lib/listen.js";

export class Headcount {
  #root;
  #people;
  #chat;
  #name;

  /** @param {{root: HTMLElement, people: People, chat: ChatLoader, controls: CallControls, name: string, signal: AbortSignal}} options `name`: of the meeting */
  constructor({ root, people, chat, controls, name, signal }) {
    this.#root = root;
    this.#people = people;
    this.#chat = chat;
    this.#name = name;
    const on = listener(signal);
    on(people, "change", () => this.#show());
    on(chat, "unread", () => this.#show());
    on(people, "knocked", ({ participant }) => void ringFor(participant));
    on(controls, "command", ({ command }) => command === "notify" && void Notification.requestPermission().then(() => this.#show()));
    signal.addEventListener("abort", () => (document.title = name));
  }

  #show() {
    const { present, waiting, room } = this.#people;
    const count = present.size;
    const [waits] = waiting.values();
    const title = waits ? gettext("%(person)s would like to come in · %(name)s") : gettext("%(name)s (%(count)s)");
    const words = interpolate(title, { name: this.#name, count, person: waits?.name });
    const { unread } = this.#chat;
    document.title = unread ? interpolate(gettext("(%(unread)s) %(title)s"), { unread, title: words }) : words;
    const isUndecided = globalThis.Notification?.permission === "default";
    part(this.#root, "[data-command=notify]", HTMLElement).hidden = !isUndecided || !this.#people.may("admit");
    for (const element of this.#root.querySelectorAll("[data-part=count]")) write(element, String(count));
    this.#root.toggleAttribute("data-alone", count === 1);
    this.#root.toggleAttribute("data-locked", room?.locked ?? false);
    part(this.#root, "[data-part=knocks]", HTMLElement).hidden = waiting.size === 0;
  }
}

/** Without the script the notice and the title have to do. @param {{name: string}} participant */
async function ringFor({ name }) {
  const text = interpolate(gettext("%(name)s would like to come in"), { name });
  const { AudioContext, Notification } = globalThis;
  await import("./doorbell.js").then(({ ring }) => ring(text, { AudioContext, Notification, document }), () => {});
}
