/**
 * A host removes somebody: what they want of guests besides is done first, because only who is inside has a known network. A guest who is
 * not kept out can come back as another one, so locking the meeting is offered.
 *
 * @import { SignalingClient } from "../signaling/client.js"
 * @import { People, Person } from "../signaling/people.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 * @import { RemovalDialog } from "../ui/removal-dialog.js"
 * @typedef {{id: string, ban: boolean, network: boolean, wait: boolean}} Wish
 */

import { part } from "../lib/dom.js";
import { gettext, interpolate } from "../lib/gettext.js";
import { listener } from "../lib/listen.js";

const PATIENCE_MS = 5000;

export class Removal {
  #dialog;
  #client;
  #people;
  #lock;
  #notices;
  #network;

  /**
   * @param {{dialog: RemovalDialog, client: Pick<SignalingClient, "send">, people: Pick<People, "present" | "room" | "may">, lock: () => void,
   *   notices: CallNotices, network: Pick<Window, "fetch">, signal: AbortSignal}} options `lock`: locks the meeting
   */
  constructor({ dialog, client, people, lock, notices, network, signal }) {
    this.#dialog = dialog;
    this.#client = client;
    this.#people = people;
    this.#lock = lock;
    this.#notices = notices;
    this.#network = network;
    listener(signal)(dialog, "remove", (wish) => this.#remove(wish));
  }

  /** @param {Wish} wish */
  async #remove({ id, ban, network, wait }) {
    if (ban && (network || wait)) await this.#hold(id, network, wait).catch(() => this.#complain());
    const person = this.#people.present.get(id);
    if (this.#client.send({ type: "remove", id, ban }) && person) this.#offerLock(person);
  }

  /** @param {Person} person who was removed */
  #offerLock({ name, role }) {
    if (role !== "guest" || this.#people.room?.locked || !this.#people.may("lock")) return;
    const action = { label: gettext("Lock the meeting"), run: this.#lock };
    this.#notices.say(interpolate(gettext("%(name)s is removed, and could come back as another guest."), { name }), { key: "removed", action });
  }

  /**
   * @param {string} id
   * @param {boolean} network
   * @param {boolean} wait
   */
  async #hold(id, network, wait) {
    const form = part(this.#dialog, "[data-part=guests]", HTMLElement);
    const body = new FormData();
    body.set("csrfmiddlewaretoken", part(form, "[name=csrfmiddlewaretoken]", HTMLInputElement).value);
    if (network) body.set("network", id);
    if (wait) body.set("wait", "yes");
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const { ok } = await this.#network.fetch(form.dataset.action ?? "", { method: "POST", body, redirect: "error", signal });
    if (!ok) throw new Error("refused");
  }

  #complain() {
    this.#notices.say(gettext("Guests can still enter as before: this could not be changed. In the settings of this meeting you can let them wait."));
  }
}
