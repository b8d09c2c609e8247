/**
 * Stops people: through the server, or while it is away by our own word to every browser, which counts if we are a host. When the server is
 * back it is told, and our word ends as soon as its own holds.
 *
 * @import { Stop } from "../channels/protocols/control.js"
 * @import { SignalingClient } from "../signaling/client.js"
 * @import { People } from "../signaling/people.js"
 * @import { Call } from "./call.js"
 */

import { MOST_NAMED } from "../channels/protocols/control.js";
import { listener } from "../lib/listen.js";

export class Moderation {
  #client;
  #people;
  #call;

  /**
   * @param {{client: EventTarget & Pick<SignalingClient, "send">, people: EventTarget & Pick<People, "present" | "limit" | "may">,
   *   call: Pick<Call, "stops" | "moderate">, signal: AbortSignal}} options
   */
  constructor({ client, people, call, signal }) {
    this.#client = client;
    this.#people = people;
    this.#call = call;
    const on = listener(signal);
    on(client, "welcomed", () => this.#tell());
    on(people, "change", () => this.#follow());
  }

  /** @param {Stop["use"]} use @param {string[]} ids of whom */
  stop(use, ids) {
    if (this.#client.send({ type: "restrict", use, how: "stopped", ids })) return;
    const others = this.#call.stops.filter((stop) => stop.use !== use || !ids.includes(stop.id));
    this.#call.moderate([...others, ...ids.map((id) => ({ id, use }))].slice(-MOST_NAMED));
  }

  /** The server is back. */
  #tell() {
    for (const [use, stops] of Map.groupBy(this.#call.stops, (stop) => stop.use)) {
      this.#client.send({ type: "restrict", use, how: "stopped", ids: stops.map(({ id }) => id) });
    }
  }

  /** What the server says to somebody now, and who has left, need our word no more. Whoever is detached has not heard the server yet. */
  #follow() {
    const { stops } = this.#call;
    const isNeeded = (/** @type {Stop} */ { id, use }) => {
      const person = this.#people.present.get(id);
      return person !== undefined && (person.link === "detached" || this.#people.limit(id, use) === null);
    };
    const needed = this.#people.may("restrict") ? stops.filter(isNeeded) : [];
    if (needed.length < stops.length) this.#call.moderate(needed);
  }
}
