/**
 * The files of a meeting, which are loaded when somebody offers the first one.
 *
 * @import { Channels } from "../channels/channels.js"
 * @import { Mesh } from "../rtc/mesh.js"
 * @import { People } from "../signaling/people.js"
 * @import { Call } from "./call.js"
 * @import { Files } from "./files.js"
 */

import { systemClock } from "../lib/clock.js";
import { KeptIds } from "../lib/kept-ids.js";
import { Lazy } from "../lib/lazy.js";
import { listener } from "../lib/listen.js";
import { storage } from "../lib/storage.js";

export class FilesLoader {
  /** Once they are loaded. @type {Files | null} */
  loaded = null;
  /** Participants whose files are not wanted, by their ids, which no two meetings share. */
  unwanted = new KeptIds(storage("sessionStorage"), "refused-files");
  /** Those of the meeting. @type {Channels | null} */
  #channels = null;
  #files;

  /** @param {{people: People, call: Call, signal: AbortSignal}} options */
  constructor(options) {
    this.#files = new Lazy(async () => {
      const { Files } = await import("./files.js");
      this.loaded = await Files.make({ ...options, unwanted: this.unwanted, clock: systemClock });
      if (this.#channels) this.loaded.join(this.#channels);
      return this.loaded;
    });
    listener(options.signal)(options.call, "mesh", (/** @type {Mesh} */ { channels }) => this.#meet(channels));
  }

  /** @returns {Promise<Files>} those of the meeting; rejects when they could not be loaded, or the meeting has ended */
  get() {
    return this.#files.get();
  }

  /** @param {Channels} channels of the meeting, anew when we are somebody else */
  #meet(channels) {
    this.#channels = channels;
    this.loaded?.join(channels);
  }
}
