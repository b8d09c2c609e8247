/**
 * How many are here, whether somebody knocks, and what is unread in the chat: in the page's title, on its buttons, and as a sound.
 *
 * @import { SoundOutput } from "../media/sound-output.js"
 * @import { People } from "../signaling/people.js"
 * @import { CallControls } from "../ui/call-controls.js"
 * @import { ChatLoader } from "./chat-loader.js"
 */

import { Batch } from "../lib/batch.js";
import { systemClock } from "../lib/clock.js";
import { part, write } from "../lib/dom.js";
import { gettext, interpolate, ngettext } from "../lib/gettext.js";
import { listener } from "../lib/listen.js";

/** Knocks within this time make one sound. */
const TOGETHER_MS = 400;

export class Headcount {
  #root;
  #people;
  #chat;
  #name;

  /**
   * @param {{root: HTMLElement, people: People, chat: ChatLoader, controls: CallControls, sound: SoundOutput, name: string,
   *   signal: AbortSignal}} options `name`: of the meeting
   */
  constructor({ root, people, chat, controls, sound, name, signal }) {
    this.#root = root;
    this.#people = people;
    this.#chat = chat;
    this.#name = name;
    const on = listener(signal);
    on(people, "change", () => this.#show());
    on(chat, "unread", () => this.#show());
    /** @type {Batch<{name: string}>} */
    const knocks = new Batch({ ms: TOGETHER_MS, clock: systemClock, signal, done: (persons) => void ringFor(persons, sound.isOn) });
    on(people, "knocked", ({ participant }) => knocks.add(participant));
    on(controls, "command", ({ command }) => command === "notify" && void Notification.requestPermission().then(() => this.#show()));
    signal.addEventListener("abort", () => (document.title = name));
  }

  #show() {
    const { present, waiting, room } = this.#people;
    const count = present.size;
    const words = interpolate(gettext("%(what)s · %(name)s"), { what: wish([...waiting.values()]), name: this.#name });
    const title = waiting.size ? words : interpolate(gettext("%(name)s (%(count)s)"), { name: this.#name, count });
    const { unread } = this.#chat;
    document.title = unread ? interpolate(gettext("(%(unread)s) %(title)s"), { unread, title }) : title;
    const isUndecided = globalThis.Notification?.permission === "default";
    part(this.#root, "[data-command=notify]", HTMLElement).hidden = !isUndecided || !this.#people.may("admit");
    for (const element of this.#root.querySelectorAll("[data-part=count]")) write(element, String(count));
    this.#root.toggleAttribute("data-alone", count === 1);
    this.#root.toggleAttribute("data-locked", room?.locked ?? false);
    const knocks = part(this.#root, "[data-part=knocks]", HTMLElement);
    knocks.hidden = waiting.size === 0;
    write(part(knocks, "span", HTMLElement), String(waiting.size));
  }
}

/** @param {readonly {name: string}[]} persons who wait */
function wish(persons) {
  const count = persons.length;
  if (count === 1) return interpolate(gettext("%(name)s would like to come in"), persons[0]);
  return interpolate(ngettext("%(count)s person would like to come in", "%(count)s people would like to come in", count), { count });
}

/** Without the script the notice and the title have to do. @param {readonly {name: string}[]} persons @param {boolean} hasSound */
async function ringFor(persons, hasSound) {
  const text = wish(persons);
  const { AudioContext, Notification } = globalThis;
  await import("./doorbell.js").then(({ ring }) => ring(text, hasSound, { AudioContext, Notification, document }), () => {});
}
