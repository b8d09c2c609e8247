/**
 * What a meeting has besides people, sound and video. See `extras-loader.js` for when it is fetched.
 *
 * A feature of the kind is a line here.
 *
 * @import { Tone } from "../media/chime.js"
 * @import { Options } from "./extras-loader.js"
 */

import { removeLeftovers } from "../files/leftovers.js";
import { part } from "../lib/dom.js";
import { storage } from "../lib/storage.js";
import { chime } from "../media/chime.js";
import { RemovalDialog } from "../ui/removal-dialog.js";
import { Verifier } from "../verification/keys.js";
import { Elapsed } from "./elapsed.js";
import { Handover } from "./handover.js";
import { hostActions } from "./host-actions.js";
import { HostForm } from "./host-form.js";
import { HostTools } from "./host-tools.js";
import { Moderation } from "./moderation.js";
import { OwnLimits } from "./own-limits.js";
import { personActions } from "./person-actions.js";
import { PersonMenus } from "./person-menus.js";
import { PresenceSounds } from "./presence-sounds.js";
import { Presenting } from "./presenting.js";
import { Proofs } from "./proofs.js";
import { Removal } from "./removal.js";
import { RightsEditor } from "./rights-editor.js";
import { Surface } from "./surface.js";
import { Verification } from "./verification.js";
import { canSetVolume, Voices } from "./voices.js";
import { WhoWaits } from "./who-waits.js";

export class Extras {
  #sounds;
  #surface;
  #verification;
  #hostTools;

  /** @param {Options & {joinedAt: number}} options `joinedAt`: by the clock */
  constructor({
    root, client, people, call, local, controls, panel, grid, tiles, stage, chat, files, preferences, sound, ignored,
    signer, notices, network, joinedAt, clock, signal,
  }) {
    new Elapsed({ root: controls, client, people, joinedAt, storage: storage("sessionStorage"), clock, wall: () => Date.now(), signal });
    const play = (/** @type {readonly Tone[]} */ tones, /** @type {number} */ loudness) => {
      if (sound.isOn && globalThis.AudioContext) chime(tones, loudness, new AudioContext());
    };
    this.#sounds = new PresenceSounds({ people, controls, preferences, play, clock, signal });
    this.#surface = new Surface({ root, controls, preferences });
    new Presenting({ grid, local, signal });
    this.limits = new OwnLimits({ root, client, people, local, notices, clock, signal });
    const lobby = root.querySelector("form[data-part=lobby]");
    if (lobby instanceof HTMLFormElement) new WhoWaits({ form: lobby, people, notices, network, wall: () => Date.now(), signal });
    void removeLeftovers(clock, signal);
    const removal = part(root, "removal-dialog", RemovalDialog);
    const form = new HostForm({ root, network });
    new Removal({ dialog: removal, client, people, lock: form.has("uses") ? () => form.toggleLock() : null, notices, network, signal });
    const voices = new Voices({ tiles, signal });
    const moderation = new Moderation({ client, people, call, signal });
    const rights = new RightsEditor({ root, client, people, form, notices, signal });
    this.#hostTools = new HostTools({ root, client, people, controls, panel, moderation, rights, form, notices, signal });
    const ofHosts = hostActions({ client, people, call, moderation, rights, form, notices });
    const offers = personActions({ client, people, call, stage, chat, files, ignored, voices, setsVolume: canSetVolume(), removal, ofHosts });
    this.handover = new Handover({ root, people, form, notices, signal });
    this.#verification = this.#verify({ root, people, call, signer, notices, clock, signal });
    controls.offer("verify", this.#verification !== null);
    this.menus = new PersonMenus({ root, people, tiles, offers, signal });
  }

  /**
   * @param {Pick<Options, "root" | "people" | "call" | "signer" | "notices" | "clock" | "signal">} options
   * @returns {Verification | null} null where there is no WebCrypto: the page came over plain HTTP
   */
  #verify({ root, people, call, signer, notices, clock, signal }) {
    const { subtle } = globalThis.crypto;
    if (!subtle) return null;
    const proofs = new Proofs({ people, call, signer, verifier: new Verifier(subtle), clock, signal });
    return new Verification({ root, people, proofs, notices, words, subtle, signal });
  }

  /** @param {string} command */
  obey(command) {
    if (command === "presence-sounds") this.#sounds.toggle();
    if (command === "verify") this.#verification?.open();
    this.#hostTools.obey(command);
    this.#surface.obey(command);
  }
}

/** Few people look at the code: its words are fetched for those who do. */
async function words() {
  return (await import("@scure/bip39/wordlists/english.js")).wordlist;
}
