/**
 * A host removes somebody: what they want of guests besides is done first, because only who is inside has a known network.
 *
 * @import { SignalingClient } from "../signaling/client.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 * @import { RemovalDialog } from "../ui/removal-dialog.js"
 * @typedef {{id: string, ban: boolean, network: boolean, wait: boolean}} Wish
 */

import { part } from "../lib/dom.js";
import { gettext } from "../lib/gettext.js";
import { listener } from "../lib/listen.js";

const PATIENCE_MS = 5000;

export class Removal {
  #dialog;
  #client;
  #notices;
  #network;

  /** @param {{dialog: RemovalDialog, client: SignalingClient, notices: CallNotices, network: Pick<Window, "fetch">, signal: AbortSignal}} options */
  constructor({ dialog, client, notices, network, signal }) {
    this.#dialog = dialog;
    this.#client = client;
    this.#notices = notices;
    this.#network = network;
    listener(signal)(dialog, "remove", (wish) => this.#remove(wish));
  }

  /** @param {Wish} wish */
  async #remove({ id, ban, network, wait }) {
    if (ban && (network || wait)) await this.#hold(id, network, wait).catch(() => this.#complain());
    this.#client.send({ type: "remove", id, ban });
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
