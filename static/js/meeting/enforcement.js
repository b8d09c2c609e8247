/**
 * Enforces the restrictions that the server states, and the stops of hosts while the server is away. What somebody else may not use is not
 * received from them, whatever their browser says and sends. What we may not use is turned off. Chat, files and reactions ask `people.limit`
 * themselves.
 *
 * @import { Media } from "../channels/protocols/control.js"
 * @import { LocalMedia } from "../media/local-media.js"
 * @import { Peer } from "../rtc/pair/peer.js"
 * @import { People } from "../signaling/people.js"
 * @import { Call } from "./call.js"
 */

import { listener } from "../lib/listen.js";
import { stopped } from "./stops.js";

const SWITCHES = /** @type {const} */ (["microphone", "camera", "screen"]);

export class Enforcement {
  #people;
  #call;
  #local;
  #signal;

  /**
   * @param {{people: EventTarget & Pick<People, "self" | "present" | "limit">, call: EventTarget & Pick<Call, "peers" | "stops">,
   *   local: Pick<LocalMedia, "bar">, signal: AbortSignal}} options
   */
  constructor({ people, call, local, signal }) {
    this.#people = people;
    this.#call = call;
    this.#local = local;
    this.#signal = signal;
    const on = listener(signal);
    on(people, "change", () => this.#enforceSoon());
    on(call, "moderation", () => this.#enforceSoon());
    on(call, "peer", (/** @type {Peer} */ peer) => this.#meet(peer));
    signal.addEventListener("abort", () => SWITCHES.forEach((slot) => local.bar(slot, false)), { once: true });
  }

  /** @param {Peer} peer */
  #meet(peer) {
    peer.permit(this.#permitted(peer.id, this.#stopped));
    peer.addEventListener("moderation", () => this.#enforceSoon());
  }

  /** By hosts without the server. */
  get #stopped() {
    const { peers, stops } = this.#call;
    const said = [...peers.values()].map((peer) => /** @type {const} */ ([peer.id, peer.stops]));
    return stopped(this.#people.present, [...said, [this.#people.self, stops]]);
  }

  /** When the whole frame was read: `welcomed` comes before `restrictions`. */
  #enforceSoon() {
    queueMicrotask(() => this.#signal.aborted || this.#enforce());
  }

  #enforce() {
    const isStopped = this.#stopped;
    const { self } = this.#people;
    for (const [id, peer] of this.#call.peers) peer.permit(this.#permitted(id, isStopped));
    for (const slot of SWITCHES) this.#local.bar(slot, this.#people.limit(self, slot) !== null || isStopped(self, slot));
  }

  /** @param {string} id @param {ReturnType<typeof stopped>} isStopped @returns {Media} */
  #permitted(id, isStopped) {
    const [microphone, camera, screen] = SWITCHES.map((use) => this.#people.limit(id, use) === null && !isStopped(id, use));
    return { microphone, camera, screen, sound: screen };
  }
}
