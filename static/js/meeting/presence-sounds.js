/**
 * A soft sound when others come or go: one for all who do so together. A switch in the menu of the call turns it off.
 *
 * @import { Clock } from "../lib/clock.js"
 * @import { Tone } from "../media/chime.js"
 * @import { Preferences } from "../preferences/preferences.js"
 * @import { People } from "../signaling/people.js"
 * @import { CallControls } from "../ui/call-controls.js"
 * @typedef {(tones: readonly Tone[], loudness: number) => void} Play
 */

import { Batch } from "../lib/batch.js";
import { part, put } from "../lib/dom.js";
import { listener } from "../lib/listen.js";

const TOGETHER_MS = 1500;
const LOUDNESS = 0.04;
const JOINED = [
  { pitch: 520, at: 0 },
  { pitch: 780, at: 0.12 },
];
const LEFT = [
  { pitch: 520, at: 0 },
  { pitch: 390, at: 0.12 },
];

export class PresenceSounds {
  #controls;
  #preferences;
  #play;

  /** @param {{people: People, controls: CallControls, preferences: Preferences, play: Play, clock: Clock, signal: AbortSignal}} options */
  constructor({ people, controls, preferences, play, clock, signal }) {
    this.#controls = controls;
    this.#preferences = preferences;
    this.#play = play;
    /** @type {Batch<readonly Tone[]>} */
    const together = new Batch({ ms: TOGETHER_MS, clock, signal, done: (sounds) => this.#sound(sounds) });
    const on = listener(signal);
    on(people, "joined", () => together.add(JOINED));
    on(people, "left", () => together.add(LEFT));
    this.#show();
  }

  /** When some come and others go, the sound is the one for coming. @param {(readonly Tone[])[]} sounds */
  #sound(sounds) {
    if (this.#preferences.presenceSounds) this.#play(sounds.includes(JOINED) ? JOINED : LEFT, LOUDNESS);
  }

  toggle() {
    this.#preferences.presenceSounds = !this.#preferences.presenceSounds;
    this.#show();
  }

  #show() {
    put(part(this.#controls, "[data-command=presence-sounds]", HTMLElement), "aria-checked", String(this.#preferences.presenceSounds));
  }
}
