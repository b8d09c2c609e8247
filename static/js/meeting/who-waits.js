/**
 * The buttons with which a host says who waits before coming in: they show the present setting, and post their form without leaving the page.
 *
 * @import { People } from "../signaling/people.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 */

import { put } from "../lib/dom.js";
import { gettext } from "../lib/gettext.js";
import { post } from "../lib/post.js";

export class WhoWaits {
  #form;
  #people;
  #notices;
  #network;
  #wall;

  /**
   * @param {{form: HTMLFormElement, people: People, notices: CallNotices, network: Pick<Window, "fetch">, wall: () => number,
   *   signal: AbortSignal}} options
   */
  constructor({ form, people, notices, network, wall, signal }) {
    this.#form = form;
    this.#people = people;
    this.#notices = notices;
    this.#network = network;
    this.#wall = wall;
    form.addEventListener("submit", (event) => this.#submit(event), { signal });
    people.addEventListener("change", () => this.#show(), { signal });
    this.#show();
  }

  #show() {
    this.#form.hidden = !this.#people.hasLobby || !this.#people.may("admit");
    for (const button of this.#form.querySelectorAll("[name=waits]"))
      put(button, "aria-pressed", String(button.getAttribute("value") === this.#waits));
  }

  /** Nobody, while the lobby is open: a host is here, or it is time. */
  get #waits() {
    const { waits, opens, at = Infinity } = this.#people.queue;
    const isOpen = opens === "host" || (opens === "time" && at * 1000 <= this.#wall());
    return isOpen ? "nobody" : waits;
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const failed = () => this.#notices.say(gettext("This could not be changed. Try again."));
    post(this.#network, this.#form.action, new FormData(this.#form, event.submitter)).catch(failed);
  }
}
