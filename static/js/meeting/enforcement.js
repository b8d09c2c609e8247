/**
 * Enforces what the server says that people are kept from, whatever they say and send: of others it is not received, and of us it is not
 * sent. Chat, files and reactions ask `people.limit` themselves.
 *
 * @import { Media } from "../channels/protocols/control.js"
 * @import { LocalMedia } from "../media/local-media.js"
 * @import { Peer } from "../rtc/pair/peer.js"
 * @import { People } from "../signaling/people.js"
 * @import { Call } from "./call.js"
 */

import { listener } from "../lib/listen.js";

const SWITCHES = /** @type {const} */ (["microphone", "camera", "screen"]);

export class Enforcement {
  #people;
  #call;
  #local;
  #signal;

  /**
   * @param {{people: EventTarget & Pick<People, "self" | "limit">, call: EventTarget & Pick<Call, "peers">,
   *   local: Pick<LocalMedia, "bar">, signal: AbortSignal}} options
   */
  constructor({ people, call, local, signal }) {
    this.#people = people;
    this.#call = call;
    this.#local = local;
    this.#signal = signal;
    const on = listener(signal);
    on(people, "change", () => this.#enforceSoon());
    on(call, "peer", (/** @type {Peer} */ peer) => peer.permit(this.#permitted(peer.id)));
    signal.addEventListener("abort", () => SWITCHES.forEach((slot) => local.bar(slot, false)), { once: true });
  }

  /** When the whole frame was read: `welcomed` comes before `restrictions`. */
  #enforceSoon() {
    queueMicrotask(() => this.#signal.aborted || this.#enforce());
  }

  #enforce() {
    const { self } = this.#people;
    for (const [id, peer] of this.#call.peers) peer.permit(this.#permitted(id));
    for (const slot of SWITCHES) this.#local.bar(slot, this.#people.limit(self, slot) !== null);
  }

  /** @param {string} id @returns {Media} */
  #permitted(id) {
    const [microphone, camera, screen] = SWITCHES.map((use) => this.#people.limit(id, use) === null);
    return { microphone, camera, screen, sound: screen };
  }
}
