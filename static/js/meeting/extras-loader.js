/**
 * Fetches the script of what a meeting has besides people, sound and video: a moment after joining, so that the first picture does not
 * wait for it, or as soon as it is used.
 *
 * @import { Ignored } from "../chat/ignored.js"
 * @import { Clock } from "../lib/clock.js"
 * @import { LocalMedia } from "../media/local-media.js"
 * @import { SoundOutput } from "../media/sound-output.js"
 * @import { Preferences } from "../preferences/preferences.js"
 * @import { SignalingClient } from "../signaling/client.js"
 * @import { People } from "../signaling/people.js"
 * @import { CallControls } from "../ui/call-controls.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 * @import { PeoplePanel } from "../ui/people-panel.js"
 * @import { TileAction } from "../ui/tile-actions.js"
 * @import { TileGrid } from "../ui/tile-grid.js"
 * @import { VideoTile } from "../ui/video-tile.js"
 * @import { Signer } from "../verification/keys.js"
 * @import { Call } from "./call.js"
 * @import { ChatLoader } from "./chat-loader.js"
 * @import { FilesLoader } from "./files-loader.js"
 * @import { OwnLimits } from "./own-limits.js"
 * @import { Stage } from "./stage/stage.js"
 * @import { Tiles } from "./stage/tiles.js"
 * @typedef {object} Options
 * @property {HTMLElement} root has the elements of a call
 * @property {SignalingClient} client
 * @property {People} people
 * @property {Call} call
 * @property {LocalMedia} local
 * @property {CallControls} controls
 * @property {PeoplePanel} panel
 * @property {TileGrid} grid
 * @property {Tiles} tiles
 * @property {Stage} stage
 * @property {ChatLoader} chat
 * @property {FilesLoader} files
 * @property {Preferences} preferences
 * @property {SoundOutput} sound
 * @property {Ignored} ignored
 * @property {Lazy<Signer>} signer
 * @property {CallNotices} notices
 * @property {Pick<Window, "fetch">} network
 * @property {Clock} clock
 * @property {AbortSignal} signal
 */

import { gettext } from "../lib/gettext.js";
import { Lazy } from "../lib/lazy.js";
import { listener } from "../lib/listen.js";

const AFTER_MS = 2000;

export class ExtrasLoader {
  /** By the clock; null before. @type {number | null} */
  #joinedAt = null;
  #people;
  #tiles;
  #notices;
  #clock;
  #signal;
  #extras;

  /** @param {Options} options */
  constructor(options) {
    const { client, people, local, controls, panel, grid, tiles, notices, clock, signal } = options;
    this.#people = people;
    this.#tiles = tiles;
    this.#notices = notices;
    this.#clock = clock;
    this.#signal = signal;
    this.#extras = new Lazy(async () => {
      const { Extras } = await import("./extras.js");
      signal.throwIfAborted();
      return new Extras({ ...options, joinedAt: this.#joinedAt ?? clock.now() });
    });
    const on = listener(signal);
    on(client, "welcomed", () => this.#join());
    on(controls, "command", ({ command }) => void this.#obey(command));
    on(panel, "menu", ({ id, opener }) => this.#open(id, opener));
    on(people, "change", () => people.isLimited && this.#limits(() => {}));
    on(client, "asked", (asked) => this.#limits((limits) => limits.ask(asked)));
    on(local, "cut", ({ slot }) => this.#limits((limits) => limits.cut(slot)));
    on(local, "barred", (turned) => this.#limits((limits) => limits.turn(turned)));
    grid.addEventListener("act", (event) => this.#act(/** @type {CustomEvent} */ (event).detail), { signal });
  }

  /** @param {{action: TileAction, opener: HTMLElement}} act of a tile */
  #act({ action, opener }) {
    if (action !== "more") return;
    const key = this.#tiles.idOf(/** @type {VideoTile} */ (opener.closest("video-tile")));
    void this.#open(key === "self" ? this.#people.self : key, opener);
  }

  /** @param {string} command */
  async #obey(command) {
    try {
      (await this.#extras.get()).obey(command);
    } catch {
      if (command === "verify") this.#excuse();
    }
  }

  /**
   * The menu of a person.
   *
   * @param {string} id
   * @param {HTMLElement} opener
   */
  async #open(id, opener) {
    try {
      (await this.#extras.get()).menus.open(id, opener);
    } catch {
      this.#excuse();
    }
  }

  /** Leaves, after the last host was asked who hosts then. @param {() => void} leave */
  leave(leave) {
    if (this.#people.heir) this.#extras.get().then(({ handover }) => handover.ask(leave), leave);
    else leave();
  }

  #excuse() {
    if (!this.#signal.aborted) this.#notices.say(gettext("This could not be loaded. Check your connection, then try again."));
  }

  /** @param {(limits: OwnLimits) => void} tell */
  #limits(tell) {
    this.#extras.get().then(({ limits }) => tell(limits), () => {});
  }

  #join() {
    this.#joinedAt ??= this.#clock.now();
    this.#clock.after(AFTER_MS, () => this.#extras.get().catch(() => {}), this.#signal);
  }
}
