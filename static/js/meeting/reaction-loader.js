/**
 * Fetches the script of reactions with the first one, sent or received.
 *
 * @import { Mesh } from "../rtc/mesh.js"
 * @import { People } from "../signaling/people.js"
 * @import { CallControls } from "../ui/call-controls.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 * @import { Tiles } from "./stage/tiles.js"
 */

import { Bucket } from "../lib/bucket.js";
import { systemClock } from "../lib/clock.js";
import { gettext } from "../lib/gettext.js";
import { Lazy } from "../lib/lazy.js";
import { listener } from "../lib/listen.js";

const COMMAND = /^react-/;

export class ReactionLoader {
  #notices;
  #signal;
  #reactions;
  /** @type {Mesh | null} */
  #mesh = null;

  /**
   * @param {{call: EventTarget, controls: CallControls, people: People, tiles: Tiles, stage: Element, notices: CallNotices,
   *   signal: AbortSignal}} options `stage`: over which reactions float of people who are not shown
   */
  constructor({ call, controls, ...options }) {
    this.#notices = options.notices;
    this.#signal = options.signal;
    this.#reactions = new Lazy(async () => {
      const { Reactions } = await import("./reactions.js");
      this.#signal.throwIfAborted();
      const send = (/** @type {string} */ reaction) => this.#mesh?.react(reaction);
      return new Reactions({
        ...options,
        send,
        random: Math.random,
        budget: (rate) => new Bucket({ ...rate, clock: systemClock }),
        clock: systemClock,
      });
    });
    const on = listener(this.#signal);
    on(call, "mesh", (/** @type {Mesh} */ mesh) => this.#follow(mesh));
    on(controls, "command", ({ command }) => COMMAND.test(command) && void this.#react(command.replace(COMMAND, "")));
  }

  /** @param {Mesh} mesh */
  #follow(mesh) {
    this.#mesh = mesh;
    listener(this.#signal)(mesh, "reaction", (received) => void this.#reactions.get().then((reactions) => reactions.receive(received), () => {}));
  }

  /** @param {string} reaction */
  async #react(reaction) {
    try {
      (await this.#reactions.get()).react(reaction);
    } catch {
      if (!this.#signal.aborted) this.#notices.say(gettext("This could not be loaded. Check your connection, then try again."));
    }
  }
}
