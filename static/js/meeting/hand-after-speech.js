/**
 * Lowers our hand when we have spoken: a notice says so first, and keeps it up if one wants. Once for each time that it is raised.
 *
 * @import { Clock } from "../lib/clock.js"
 * @import { Level } from "../media/levels.js"
 * @import { LocalMedia } from "../media/local-media.js"
 * @import { Preferences } from "../preferences/preferences.js"
 * @import { OwnHand } from "../signaling/own-hand.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 */

import { gettext } from "../lib/gettext.js";
import { SpokenTime } from "../media/levels.js";

const READS_MS = 150;
const SPOKEN_MS = 4000;
const PATIENCE_MS = 6000;
const KEY = "hand spoken";

export class HandAfterSpeech {
  #hand;
  #local;
  #level;
  #preferences;
  #notices;
  #clock;
  #signal;
  /** Of the present hand; null while it is down. @type {AbortController | null} */
  #raised = null;

  /**
   * @param {{hand: OwnHand, local: Pick<LocalMedia, "sending">, level: Pick<Level, "read">, preferences: Preferences, notices: CallNotices,
   *   clock: Clock, signal: AbortSignal}} options
   */
  constructor({ hand, local, level, preferences, notices, clock, signal }) {
    this.#hand = hand;
    this.#local = local;
    this.#level = level;
    this.#preferences = preferences;
    this.#notices = notices;
    this.#clock = clock;
    this.#signal = signal;
    hand.addEventListener("change", () => this.#follow(), { signal });
  }

  #follow() {
    if (this.#hand.isRaised === (this.#raised !== null)) return;
    this.#raised?.abort();
    this.#notices.retract(KEY);
    this.#raised = this.#hand.isRaised ? new AbortController() : null;
    if (this.#raised) this.#read(new SpokenTime(), AbortSignal.any([this.#raised.signal, this.#signal]));
  }

  /**
   * @param {SpokenTime} spoken
   * @param {AbortSignal} signal
   */
  #read(spoken, signal) {
    const level = this.#local.sending("microphone") ? this.#level.read() : 0;
    if (spoken.update(level, this.#clock.now()) < SPOKEN_MS) this.#clock.after(READS_MS, () => this.#read(spoken, signal), signal);
    else if (this.#preferences.lowersHand) this.#ask(signal);
  }

  /** @param {AbortSignal} signal */
  #ask(signal) {
    const keep = new AbortController();
    const action = { label: gettext("Keep it raised"), run: () => keep.abort() };
    this.#notices.say(gettext("You have spoken. Your hand is lowered in a moment."), { key: KEY, action });
    this.#clock.after(PATIENCE_MS, () => (this.#hand.isRaised = false), AbortSignal.any([keep.signal, signal]));
  }
}
