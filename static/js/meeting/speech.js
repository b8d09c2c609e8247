/**
 * Who speaks, by everybody's audio levels: shown on the tiles and on the stage. Reminds a person who talks into a muted microphone.
 *
 * Event: `watched` when {@link Speech.isWatched} has changed for somebody.
 *
 * @import { Level } from "../media/levels.js"
 * @import { LocalMedia } from "../media/local-media.js"
 * @import { SoundOutput } from "../media/sound-output.js"
 * @import { People } from "../signaling/people.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 * @import { Call } from "./call.js"
 * @import { Stage } from "./stage/stage.js"
 * @import { Tiles } from "./stage/tiles.js"
 */

import { gettext } from "../lib/gettext.js";
import { listener } from "../lib/listen.js";
import { MutedTalk } from "../media/levels.js";
import { Speakers } from "../media/speakers.js";
import { keyOf } from "./stage/tiles.js";

const READ_MS = 150;

export class Speech extends EventTarget {
  #people;
  #call;
  #local;
  #level;
  #sound;
  #tiles;
  #stage;
  #notices;
  #speakers = new Speakers();
  #mutedTalk = new MutedTalk();

  /**
   * @param {{people: People, call: Call, local: LocalMedia, level: Level, sound: SoundOutput, tiles: Tiles, stage: Stage, notices: CallNotices,
   *   signal: AbortSignal}} options
   */
  constructor({ people, call, local, level, sound, tiles, stage, notices, signal }) {
    super();
    this.#people = people;
    this.#call = call;
    this.#local = local;
    this.#level = level;
    this.#sound = sound;
    this.#tiles = tiles;
    this.#stage = stage;
    this.#notices = notices;
    listener(signal)(local, "track", ({ slot, track }) => slot === "microphone" && track && notices.retract("muted"));
    const timer = setInterval(() => people.self && this.#read(performance.now()), READ_MS);
    signal.addEventListener("abort", () => clearInterval(timer));
  }

  /** Whether somebody is to be shown as one who speaks or spoke a moment ago. @param {string} id */
  isWatched(id) {
    return this.#speakers.isWatched(id);
  }

  /** @param {number} now */
  #read(now) {
    const { self } = this.#people;
    const level = this.#level.read();
    const muted = !this.#local.sending("microphone");
    const peers = [...this.#call.peers.values()].map((peer) => /** @type {const} */ ([peer.id, peer.media.microphone ? peer.level() : 0]));
    const levels = new Map([/** @type {const} */ ([self, muted ? 0 : level]), ...peers]);
    if (this.#speakers.update(levels, now)) this.dispatchEvent(new CustomEvent("watched"));
    const { holder, speaking } = this.#speakers;
    for (const id of levels.keys()) this.#tiles.speak(keyOf(id, self), speaking.has(id));
    this.#stage.showSpeaking({ speaker: holder && keyOf(holder, self), speaking: [...speaking].map((id) => keyOf(id, self)), now });
    if (this.#mutedTalk.update(muted ? level : 0, now)) this.#remind();
  }

  /** Not where the person hears the meeting on another device: they speak there. */
  #remind() {
    if (!this.#sound.isOn) return;
    const action = { label: gettext("Turn on"), run: () => void this.#local.turn("microphone", true) };
    this.#notices.say(gettext("Your microphone is off. Nobody hears you."), { key: "muted", action });
  }
}
