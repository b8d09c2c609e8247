/**
 * Sends each peer what we demand of it, whenever that may have changed. Each place that shows video is a consumer.
 *
 * @import { DataSaver } from "../preferences/data-saver.js"
 * @import { Call } from "./call.js"
 * @import { Speech } from "./speech.js"
 * @import { Tiles } from "./stage/tiles.js"
 */

import { listener } from "../lib/listen.js";
import { demands } from "./demands.js";

export class DemandSender {
  #call;
  #tiles;
  #speech;
  #dataSaver;

  /** @param {{call: Call, tiles: Tiles, speech: Speech, dataSaver: DataSaver, signal: AbortSignal}} options */
  constructor({ call, tiles, speech, dataSaver, signal }) {
    this.#call = call;
    this.#tiles = tiles;
    this.#speech = speech;
    this.#dataSaver = dataSaver;
    const on = listener(signal);
    on(call, "peer", () => this.#send());
    on(tiles, "shown", () => this.#send());
    on(speech, "watched", () => this.#send());
    on(dataSaver, "change", () => this.#send());
  }

  #send() {
    const { onPage, inWindow } = this.#tiles;
    const isSpeaking = (/** @type {string} */ id) => this.#speech.isWatched(id);
    const view = { ids: onPage.keys(), isSpeaking, saving: this.#dataSaver.mode, density: devicePixelRatio };
    for (const [id, demand] of demands([onPage, inWindow], view)) this.#call.want(id, demand);
  }
}
