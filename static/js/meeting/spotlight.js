/**
 * Whom hosts want large for everybody, on our stage; and whom we want large, if we are a host.
 *
 * @import { Peer } from "../rtc/pair/peer.js"
 * @import { People } from "../signaling/people.js"
 * @import { Call } from "./call.js"
 * @import { Stage } from "./stage/stage.js"
 */

import { listener } from "../lib/listen.js";
import { toggled, united } from "./spotlights.js";
import { keyOf } from "./stage/tiles.js";

export class Spotlight {
  #people;
  #call;
  #stage;

  /** @param {{people: People, call: Call, stage: Stage, signal: AbortSignal}} options */
  constructor({ people, call, stage, signal }) {
    this.#people = people;
    this.#call = call;
    this.#stage = stage;
    const on = listener(signal);
    on(people, "change", () => this.#show());
    on(call, "peer", (/** @type {Peer} */ peer) => peer.addEventListener("spotlight", () => this.#show()));
    on(stage, "spotlight", ({ key }) => this.#choose(toggled(call.spotlit, key === "self" ? people.self : key)));
  }

  /** @param {readonly string[]} ids */
  #choose(ids) {
    this.#call.spotlight(ids);
    this.#show();
  }

  /** Ends our own spotlight when we have lost the right to it. */
  #show() {
    const { present, self } = this.#people;
    const { peers, spotlit } = this.#call;
    const offers = this.#people.may("spotlight");
    if (!offers && spotlit.length) return this.#choose([]);
    const said = [...peers.values()].map((peer) => /** @type {const} */ ([peer.id, peer.spotlit]));
    const keys = (/** @type {Iterable<string>} */ ids) => new Set([...ids].map((id) => keyOf(id, self)));
    this.#stage.spotlights = { shown: keys(united(present, [...said, [self, spotlit]])), own: keys(spotlit), offers };
  }
}
