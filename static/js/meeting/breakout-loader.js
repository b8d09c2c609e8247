/**
 * Breakout rooms: what they need is fetched when there are some, or when a host opens the dialog.
 *
 * @import { SignalingClient } from "../signaling/client.js"
 * @import { People } from "../signaling/people.js"
 * @import { CallControls } from "../ui/call-controls.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 */

import { systemClock } from "../lib/clock.js";
import { gettext, interpolate } from "../lib/gettext.js";
import { Lazy } from "../lib/lazy.js";
import { listener } from "../lib/listen.js";

export class BreakoutLoader {
  #people;
  #controls;
  #notices;
  #signal;
  #breakouts;
  /** When the rooms close, by the clock; null if that is open. @type {number | null} */
  #endsAt = null;

  /**
   * @param {{root: HTMLElement, client: SignalingClient, people: People, controls: CallControls, notices: CallNotices,
   *   signal: AbortSignal}} options
   */
  constructor(options) {
    const { client, people, controls, notices, signal } = options;
    this.#people = people;
    this.#controls = controls;
    this.#notices = notices;
    this.#signal = signal;
    this.#breakouts = new Lazy(async () => {
      const { Breakouts } = await import("./breakouts.js");
      signal.throwIfAborted();
      return new Breakouts({ ...options, endsAt: () => this.#endsAt, clock: systemClock });
    });
    const on = listener(signal);
    on(client, "welcomed", () => (this.#endsAt = null));
    on(client, "countdown", ({ seconds }) => this.#count(seconds));
    on(client, "broadcast", ({ id, name, text }) => this.#tell(id, name, text));
    on(people, "change", () => this.#follow());
    on(controls, "command", ({ command }) => command === "breakouts" && this.#open());
  }

  /** @param {number | undefined} seconds */
  #count(seconds) {
    this.#endsAt = seconds === undefined ? null : systemClock.now() + seconds * 1000;
    this.#breakouts.get().then((breakouts) => breakouts.follow(), () => {});
  }

  #follow() {
    const { breakouts, takesBreakouts } = this.#people;
    const isOffered = takesBreakouts && (this.#people.may("divide") || (breakouts.rooms.length > 0 && breakouts.choose));
    this.#controls.offer("breakouts", isOffered);
    if (breakouts.rooms.length) this.#breakouts.get().catch(() => {});
  }

  async #open() {
    try {
      (await this.#breakouts.get()).open();
    } catch {
      if (!this.#signal.aborted) this.#notices.say(gettext("This could not be loaded. Check your connection, then try again."));
    }
  }

  /** @param {string} id @param {string} name @param {string} text what a host or an administrator says to everybody */
  #tell(id, name, text) {
    if (id === this.#people.self) return this.#notices.say(gettext("Your message was sent to all rooms."), { key: "broadcast" });
    const format = this.#people.breakouts.rooms.length ? gettext("%(name)s to all rooms: %(text)s") : gettext("%(name)s to everybody: %(text)s");
    this.#notices.say(interpolate(format, { name, text }), { key: `broadcast ${text}`, stays: true });
  }
}
