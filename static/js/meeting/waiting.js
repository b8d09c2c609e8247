/**
 * Those who wait to come in, and what a host decides about one, several or all of them. Loaded with the first.
 *
 * @import { SignalingClient } from "../signaling/client.js"
 * @import { People } from "../signaling/people.js"
 */

import { part } from "../lib/dom.js";
import { listener } from "../lib/listen.js";
import { DenialDialog } from "../ui/denial-dialog.js";
import { WaitingList } from "../ui/waiting-list.js";

export class Waiting {
  #client;
  #people;
  #list;
  #dialog;

  /** @param {{root: HTMLElement, client: Pick<SignalingClient, "send">, people: People, signal: AbortSignal}} options */
  constructor({ root, client, people, signal }) {
    this.#client = client;
    this.#people = people;
    this.#list = part(root, "waiting-list", WaitingList);
    this.#dialog = part(root, "denial-dialog", DenialDialog);
    const on = listener(signal);
    on(people, "change", () => this.#show());
    on(this.#list, "admit", ({ ids }) => this.#admit(ids));
    on(this.#list, "deny", ({ ids }) => this.#ask(ids));
    on(this.#dialog, "deny", ({ ids, reason }) => this.#deny(ids, reason));
    signal.addEventListener("abort", () => (this.#list.people = []));
    this.#show();
  }

  #show() {
    const { waiting, queue } = this.#people;
    this.#list.people = [...waiting.values()].map((person) => ({
      ...person,
      note: Object.hasOwn(queue.notes, person.id) ? queue.notes[person.id] : "",
    }));
  }

  /** @param {readonly string[]} ids */
  #admit(ids) {
    if (this.#people.hasLobby) this.#client.send({ type: "admit", ids });
    else for (const id of ids) this.#client.send({ type: "admit", id });
  }

  /** A server of the release before tells nobody a reason. @param {readonly string[]} ids */
  #ask(ids) {
    if (this.#people.hasLobby) this.#dialog.ask(ids, ids.map((id) => this.#people.waiting.get(id)?.name ?? ""));
    else this.#deny(ids, "");
  }

  /**
   * @param {readonly string[]} ids
   * @param {string} reason
   */
  #deny(ids, reason) {
    if (this.#people.hasLobby) this.#client.send({ type: "deny", ids, reason });
    else for (const id of ids) this.#client.send({ type: "deny", id });
  }
}
