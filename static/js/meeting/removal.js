/**
 * A host removes somebody. What the host also wants done against a guest is done first: the server knows the network of a guest only while
 * the guest is in the meeting. A guest who is not kept out can come back as another one, so locking the meeting is offered.
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
import { formData, post } from "../lib/post.js";

export class Removal {
  #dialog;
  #client;
  #people;
  #lock;
  #notices;
  #network;

  /**
   * @param {{dialog: RemovalDialog, client: Pick<SignalingClient, "send">, people: Pick<People, "present" | "room" | "may">,
   *   lock: (() => void) | null, notices: CallNotices, network: Pick<Window, "fetch">, signal: AbortSignal}} options `lock`:
   *   locks the meeting; null where that is not possible
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
    if (role !== "guest" || this.#people.room?.locked || !this.#people.may("lock") || !this.#lock) return;
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
    const body = formData(form, { ...(network && { network: id }), ...(wait && { wait: "yes" }) });
    await post(this.#network, form.dataset.action ?? "", body);
  }

  #complain() {
    this.#notices.say(gettext("Guests can still enter as before: this could not be changed. In the settings of this meeting you can let them wait."));
  }
}
