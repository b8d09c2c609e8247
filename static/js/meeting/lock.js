/**
 * The switch with which a host locks the meeting: it shows what is, and posts its form without leaving the page.
 *
 * @import { People } from "../signaling/people.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 */

import { part, put } from "../lib/dom.js";
import { gettext } from "../lib/gettext.js";
import { post } from "../lib/post.js";

export class Lock {
  #form;
  #people;
  #notices;
  #network;

  /** @param {{form: HTMLFormElement, people: People, notices: CallNotices, network: Pick<Window, "fetch">, signal: AbortSignal}} options */
  constructor({ form, people, notices, network, signal }) {
    this.#form = form;
    this.#people = people;
    this.#notices = notices;
    this.#network = network;
    form.addEventListener("submit", (event) => this.#submit(event), { signal });
    people.addEventListener("change", () => this.#show(), { signal });
  }

  #show() {
    const isLocked = this.#people.room?.locked ?? false;
    this.#form.hidden = !this.#people.may("lock");
    put(part(this.#form, "[role=switch]", HTMLElement), "aria-checked", String(isLocked));
    part(this.#form, "[name=locked]", HTMLInputElement).value = isLocked ? "no" : "yes";
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const failed = () => this.#notices.say(gettext("The lock could not be changed. Try again."));
    post(this.#network, this.#form.action, new FormData(this.#form)).catch(failed);
  }
}
