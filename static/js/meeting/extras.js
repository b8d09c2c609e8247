/**
 * What a meeting has besides people, sound and video. See `extras-loader.js` for when it is fetched.
 *
 * A feature of the kind is a line here.
 *
 * @import { Options } from "./extras-loader.js"
 */

import { part } from "../lib/dom.js";
import { storage } from "../lib/storage.js";
import { chime } from "../media/chime.js";
import { RemovalDialog } from "../ui/removal-dialog.js";
import { Elapsed } from "./elapsed.js";
import { personActions } from "./person-actions.js";
import { PersonMenus } from "./person-menus.js";
import { PresenceSounds } from "./presence-sounds.js";
import { Presenting } from "./presenting.js";
import { Removal } from "./removal.js";
import { Surface } from "./surface.js";
import { canSetVolume, Voices } from "./voices.js";

export class Extras {
  #sounds;
  #surface;

  /** @param {Options & {joinedAt: number}} options `joinedAt`: by the clock */
  constructor({ root, client, people, call, local, controls, grid, tiles, stage, chat, files, preferences, ignored, notices, network, joinedAt, clock, signal }) {
    new Elapsed({ root: controls, client, people, joinedAt, storage: storage("sessionStorage"), clock, wall: () => Date.now(), signal });
    this.#sounds = new PresenceSounds({ people, controls, preferences, play, clock, signal });
    this.#surface = new Surface({ root, controls, preferences });
    new Presenting({ grid, local, signal });
    const removal = part(root, "removal-dialog", RemovalDialog);
    new Removal({ dialog: removal, client, notices, network, signal });
    const voices = new Voices({ tiles, signal });
    const offers = personActions({ client, people, call, stage, chat, files, ignored, voices, setsVolume: canSetVolume(), removal });
    this.menus = new PersonMenus({ root, people, tiles, offers, signal });
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
