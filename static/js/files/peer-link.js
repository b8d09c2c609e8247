/**
 * What is asked of one peer and what comes from it, byte by byte, and what is sent to it. Outlives the connections to the peer.
 *
 * @import { BytesChannel } from "../channels/bytes-channel.js"
 * @import { FilesMessage, Part } from "../channels/protocols/files.js"
 * @import { RoomChannel } from "../channels/room-channel.js"
 * @import { Clock } from "../lib/clock.js"
 * @typedef {{file: string, piece: number}} Wanted
 */

import { readPart } from "../channels/protocols/files.js";
import { Bucket } from "../lib/bucket.js";
import { Sender } from "./sender.js";

/** Of what we have: so often a peer is told. */
const REQUESTS = { rate: 5, burst: 200 };

export class PeerLink {
  #id;
  #channel;
  #bytes;
  #clock;
  #requests;
  /** What was asked for and has not come, by the number of the ask. @type {Map<number, Wanted>} */
  #asks = new Map();
  #asked = 0;
  /** Bytes that were asked for and have not come. */
  #due = 0;
  /** Bytes that have come on this connection, and how many of them were acknowledged. */
  #got = 0;
  #told = 0;
  #gotAt = 0;

  /**
   * @param {object} options
   * @param {string} options.id
   * @param {RoomChannel<FilesMessage>} options.channel
   * @param {BytesChannel} options.bytes
   * @param {(wanted: Wanted) => Promise<Uint8Array<ArrayBuffer> | null>} options.read what the peer asks for; null if it does not get it
   * @param {() => readonly number[]} options.sizes see {@link Sender}
   * @param {Clock} options.clock
   */
  constructor({ id, channel, bytes, read, sizes, clock }) {
    this.#id = id;
    this.#channel = channel;
    this.#bytes = bytes;
    this.#clock = clock;
    this.#requests = new Bucket({ ...REQUESTS, clock });
    const refuse = (/** @type {{ask: number}} */ { ask }) => channel.post(id, { type: "cannot", ask });
    this.sender = new Sender({ send: (frame) => bytes.send(id, frame), read, refuse, sizes, clock });
  }

  /** Whether one more question of what we have is answered, which is then counted. */
  admits() {
    return this.#requests.take(1) === 1;
  }

  /** There is a new connection. */
  begin() {
    this.sender.reset();
    this.#asks.clear();
    this.#due = this.#got = this.#told = 0;
  }

  /** @param {Wanted} wanted @param {number} length bytes @returns {number} the number of the ask */
  ask({ file, piece }, length) {
    const ask = (this.#asked += 1);
    this.#asks.set(ask, { file, piece });
    this.#due += length;
    this.#channel.post(this.#id, { type: "ask", file, piece, ask });
    return ask;
  }

  /** It is not wanted any more. @param {number} ask */
  skip(ask) {
    this.#asks.delete(ask);
    this.#channel.post(this.#id, { type: "skip", ask });
  }

  /** Nothing more will come of it. @param {number} ask @returns {Wanted | undefined} what it was */
  settle(ask) {
    const wanted = this.#asks.get(ask);
    this.#asks.delete(ask);
    return wanted;
  }

  /** @param {ArrayBuffer} frame @returns {{wanted: Wanted, part: Part} | null} null if it was not asked for, or is not wanted any more */
  take(frame) {
    this.#got += frame.byteLength;
    this.#gotAt = this.#clock.now();
    const part = readPart(frame);
    if (!part || part.data.length > this.#due) {
      this.#bytes.exceed(this.#id, frame.byteLength);
      return null;
    }
    this.#due -= part.data.length;
    const wanted = this.#asks.get(part.ask);
    return wanted ? { wanted, part } : null;
  }

  /** Says what has come. */
  acknowledge() {
    if (this.#got === this.#told) return;
    this.#told = this.#got;
    this.#channel.post(this.#id, { type: "got", bytes: this.#got, at: Math.round(this.#gotAt) });
  }
}
