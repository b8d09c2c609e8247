/**
 * Lets a host allow and forbid uses, to one person or to everybody but hosts, in a dialog that shows what holds.
 *
 * @import { SignalingClient } from "../signaling/client.js"
 * @import { People } from "../signaling/people.js"
 * @import { Use } from "../signaling/protocol.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 * @import { HostForm } from "./host-form.js"
 */

import { gettext, interpolate } from "../lib/gettext.js";
import { listener } from "../lib/listen.js";
import { USES } from "../signaling/restrictions.js";
import { RightsDialog } from "../ui/rights-dialog.js";

export class RightsEditor {
  #client;
  #people;
  #form;
  #notices;
  #dialog = new RightsDialog();
  /** Whose rights are shown; "" those of everybody. */
  #id = "";

  /**
   * @param {{root: HTMLElement, client: Pick<SignalingClient, "send">, people: EventTarget &
   *   Pick<People, "present" | "limit" | "hostsOnly" | "writers">, form: Pick<HostForm, "post">, notices: CallNotices,
   *   signal: AbortSignal}} options
   */
  constructor({ root, client, people, form, notices, signal }) {
    this.#client = client;
    this.#people = people;
    this.#form = form;
    this.#notices = notices;
    root.append(this.#dialog);
    const on = listener(signal);
    on(people, "change", () => this.#dialog.isOpen && this.#show());
    on(this.#dialog, "allow", ({ use, on: isOn }) => this.#allow(use, isOn));
    signal.addEventListener("abort", () => this.#dialog.remove());
  }

  /** @param {string} [id] of a participant; without it, of everybody but hosts */
  open(id = "") {
    this.#id = id;
    if (this.#show()) this.#dialog.open();
  }

  /** @returns {boolean} false if the person is not there */
  #show() {
    const person = this.#people.present.get(this.#id);
    if (this.#id && !person) return (this.#dialog.close(), false);
    this.#dialog.shown = person ? this.#ofPerson(person) : this.#ofEverybody();
    return true;
  }

  /** @param {{id: string, name: string}} person */
  #ofPerson({ id, name }) {
    const rights = USES.map((use) => {
      const limit = this.#people.limit(id, use);
      return { use, ...descriptions()[use], on: limit === null || limit === "stopped", isFixed: limit === "everyone" };
    });
    const note = rights.some(({ isFixed }) => isFixed) ? gettext("What is dimmed only hosts may use in this meeting.") : "";
    return { title: interpolate(gettext("What %(name)s may use"), { name }), note, rights };
  }

  #ofEverybody() {
    const { hostsOnly, writers } = this.#people;
    const isOn = (/** @type {Use} */ use) => (use === "chat" ? writers === "everyone" : !hostsOnly.includes(use));
    const rights = USES.map((use) => ({ use, ...descriptions()[use], on: isOn(use) }));
    return { title: gettext("What everybody may use"), note: gettext("For everybody but hosts, now and in later meetings of this room."), rights };
  }

  /** @param {Use} use @param {boolean} on */
  #allow(use, on) {
    if (this.#id) this.#client.send(on ? { type: "free", use, ids: [this.#id] } : { type: "restrict", use, how: "forbidden", ids: [this.#id] });
    else
      this.#form
        .post("uses", { use, hosts_only: on ? "no" : "yes" })
        .catch(() => this.#notices.say(gettext("This could not be changed. Try again."), { key: "rights" }));
  }
}

/** @returns {Record<Use, {icon: string, label: string}>} */
function descriptions() {
  return {
    microphone: { icon: "microphone", label: gettext("Microphone") },
    camera: { icon: "camera", label: gettext("Camera") },
    screen: { icon: "screen", label: gettext("Sharing a screen") },
    chat: { icon: "chat", label: gettext("Writing in the chat") },
    files: { icon: "file", label: gettext("Offering files") },
    reactions: { icon: "react", label: gettext("Reactions") },
  };
}
