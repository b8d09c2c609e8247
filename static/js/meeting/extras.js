/**
 * What a meeting has besides people, sound and video. See `extras-loader.js` for when it is fetched.
 *
 * A feature of the kind is a line here.
 *
 * @import { Options } from "./extras-loader.js"
 */

import { storage } from "../lib/storage.js";
import { chime } from "../media/chime.js";
import { Elapsed } from "./elapsed.js";
import { PresenceSounds } from "./presence-sounds.js";
import { Presenting } from "./presenting.js";
import { Surface } from "./surface.js";

export class Extras {
  #sounds;
  #surface;

  /** @param {Options & {joinedAt: number}} options `joinedAt`: by the clock */
  constructor({ root, client, people, local, controls, grid, preferences, joinedAt, clock, signal }) {
    new Elapsed({ root: controls, client, people, joinedAt, storage: storage("sessionStorage"), clock, wall: () => Date.now(), signal });
    this.#sounds = new PresenceSounds({ people, controls, preferences, play, clock, signal });
    this.#surface = new Surface({ root, controls, preferences });
    new Presenting({ grid, local, signal });
  }

  /** @param {string} command */
  obey(command) {
    if (command === "presence-sounds") this.#sounds.toggle();
    this.#surface.obey(command);
  }
}

/** @type {import("./presence-sounds.js").Play} */
function play(tones, loudness) {
  if (globalThis.AudioContext) chime(tones, loudness, new AudioContext());
}
