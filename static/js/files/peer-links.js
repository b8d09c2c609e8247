/**
 * The links to everybody with whom files are exchanged.
 *
 * @import { BytesChannel } from "../channels/bytes-channel.js"
 * @import { FilesMessage } from "../channels/protocols/files.js"
 * @import { RoomChannel } from "../channels/room-channel.js"
 * @import { Clock } from "../lib/clock.js"
 * @import { Wanted } from "./peer-link.js"
 */

import { Later } from "../lib/later.js";
import { PeerLink } from "./peer-link.js";

export class PeerLinks {
  #channel;
  #bytes;
  #read;
  #clock;
  #telling;
  /** @type {Map<string, PeerLink>} */
  #all = new Map();

  /**
   * @param {object} options
   * @param {RoomChannel<FilesMessage>} options.channel
   * @param {BytesChannel} options.bytes
   * @param {(to: string, wanted: Wanted) => Promise<Uint8Array<ArrayBuffer> | null>} options.read what a peer asks for; null if it does not get it
   * @param {Clock} options.clock
   * @param {AbortSignal} options.signal
   */
  constructor({ channel, bytes, read, clock, signal }) {
    this.#channel = channel;
    this.#bytes = bytes;
    this.#read = read;
    this.#clock = clock;
    this.#telling = new Later(() => this.#acknowledge(), signal);
  }

  /** @param {string} id @returns {PeerLink} always the same, until it is forgotten */
  of(id) {
    const known = this.#all.get(id);
    if (known) return known;
    const read = (/** @type {Wanted} */ wanted) => this.#read(id, wanted);
    const link = new PeerLink({ id, channel: this.#channel, bytes: this.#bytes, read, sizes: () => this.#sizes(), clock: this.#clock });
    this.#all.set(id, link);
    return link;
  }

  /** @param {string} from @param {ArrayBuffer} frame */
  take(from, frame) {
    const taken = this.of(from).take(frame);
    this.#telling.ask();
    return taken;
  }

  /** @param {string} id @param {boolean} isStrained whether the path to it is needed for something more important */
  giveWay(id, isStrained) {
    this.#all.get(id)?.sender.giveWay(isStrained);
  }

  /** @param {string} id of a peer that is gone */
  forget(id) {
    this.#all.delete(id);
  }

  #acknowledge() {
    for (const link of this.#all.values()) link.acknowledge();
  }

  /** Of the windows to peers that are sent to now. */
  #sizes() {
    return [...this.#all.values()].map(({ sender }) => sender.use).filter(Boolean);
  }
}
