/**
 * The button and the choice of raised hands. The rest of them is loaded with the first hand that anybody raises.
 *
 * @import { Level } from "../media/levels.js"
 * @import { LocalMedia } from "../media/local-media.js"
 * @import { Preferences } from "../preferences/preferences.js"
 * @import { SignalingClient } from "../signaling/client.js"
 * @import { People } from "../signaling/people.js"
 * @import { CallControls } from "../ui/call-controls.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 * @import { PeoplePanel } from "../ui/people-panel.js"
 * @import { Tiles } from "./stage/tiles.js"
 */

import { Bucket } from "../lib/bucket.js";
import { systemClock } from "../lib/clock.js";
import { part, put } from "../lib/dom.js";
import { gettext } from "../lib/gettext.js";
import { Lazy } from "../lib/lazy.js";
import { listener } from "../lib/listen.js";

export class HandLoader {
  #people;
  #controls;
  #notices;
  #preferences;
  #signal;
  #hands;

  /**
   * @param {{client: Pick<SignalingClient, "send">, people: People, local: Pick<LocalMedia, "sending">,
   *   level: Pick<Level, "read">, controls: CallControls, panel: PeoplePanel, tiles: EventTarget & Pick<Tiles, "all">,
   *   notices: CallNotices, preferences: Preferences, signal: AbortSignal}} options
   */
  constructor(options) {
    const { people, controls, notices, preferences, signal } = options;
    this.#people = people;
    this.#controls = controls;
    this.#notices = notices;
    this.#preferences = preferences;
    this.#signal = signal;
    this.#hands = new Lazy(async () => {
      const { Hands } = await import("./hands.js");
      signal.throwIfAborted();
      return new Hands({ ...options, budget: (rate) => new Bucket({ ...rate, clock: systemClock }), clock: systemClock });
    });
    const on = listener(signal);
    on(people, "change", () => this.#follow());
    on(controls, "command", ({ command }) => this.#obey(command));
    this.#showPreference();
  }

  #follow() {
    this.#controls.offer("hand", this.#people.takesHands);
    if (this.#people.hands.length) this.#hands.get().catch(() => {});
  }

  /** @param {string} command */
  #obey(command) {
    if (command === "hand") return void this.#toggle();
    if (command !== "lowers-hand") return;
    this.#preferences.lowersHand = !this.#preferences.lowersHand;
    this.#showPreference();
  }

  async #toggle() {
    try {
      (await this.#hands.get()).toggle();
    } catch {
      if (!this.#signal.aborted) this.#notices.say(gettext("This could not be loaded. Check your connection, then try again."));
    }
  }

  #showPreference() {
    put(part(this.#controls, "[data-command=lowers-hand]", HTMLElement), "aria-checked", String(this.#preferences.lowersHand));
  }
}
