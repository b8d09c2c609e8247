/**
 * Sends pieces to one peer, in the order in which they were asked for, as fast as the window to the peer permits.
 *
 * @import { Clock } from "../lib/clock.js"
 * @typedef {{file: string, piece: number, ask: number}} Asked
 * @typedef {Asked & {data: Uint8Array<ArrayBuffer>, offset: number}} Current
 */

import { HEADER, writePart } from "../channels/protocols/files.js";
import { Window } from "./window.js";

/** Of one peer, that wait to be sent. */
const MOST_WAITING = 256;

export class Sender {
  #send;
  #read;
  #refuse;
  #sizes;
  #clock;
  /** @type {Asked[]} */
  #waiting = [];
  /** @type {Current | null} */
  #current = null;
  /** What is being read of the store. @type {Asked | null} */
  #reading = null;
  #window;

  /**
   * @param {object} options
   * @param {(frame: Uint8Array<ArrayBuffer>) => boolean} options.send false if it cannot be sent
   * @param {(asked: Asked) => Promise<Uint8Array<ArrayBuffer> | null>} options.read null if it is not here
   * @param {(asked: Asked) => void} options.refuse called with what is not sent
   * @param {() => readonly number[]} options.sizes of the windows to all peers that are sent to now
   * @param {Clock} options.clock
   */
  constructor({ send, read, refuse, sizes, clock }) {
    this.#send = send;
    this.#read = read;
    this.#refuse = refuse;
    this.#sizes = sizes;
    this.#clock = clock;
    this.#window = new Window(clock.now());
  }

  /** The size of the window; 0 while nothing is to be sent. */
  get use() {
    return this.#current || this.#reading || this.#waiting.length ? this.#window.size : 0;
  }

  /** There is a new connection. What was asked on the one before is asked again. */
  reset() {
    this.#waiting = [];
    this.#current = null;
    this.#reading = null;
    this.#window = new Window(this.#clock.now());
  }

  /** @param {Asked} asked */
  ask(asked) {
    if (this.#waiting.length >= MOST_WAITING) return this.#refuse(asked);
    this.#waiting.push(asked);
    this.#pump();
  }

  /** Does not send these, or the rest of these, any more. @param {(asked: Asked) => boolean} isOver */
  drop(isOver) {
    this.#waiting = this.#waiting.filter((asked) => !isOver(asked));
    if (this.#reading && isOver(this.#reading)) this.#reading = null;
    if (this.#current && isOver(this.#current)) this.#current = null;
    this.#pump();
  }

  /** @param {number} bytes that the peer has got since the connection began @param {number} at when the last of them came, by its clock */
  got(bytes, at) {
    this.#window.got(bytes, at, this.#clock.now(), this.#sizes());
    this.#pump();
  }

  /** To be called about once a second. @param {boolean} isStrained whether the path is needed for something more important */
  giveWay(isStrained) {
    this.#window.giveWay(isStrained);
  }

  #pump() {
    for (;;) {
      if (!this.#current) return this.#next();
      const now = this.#clock.now();
      const frame = this.#window.frame(now, this.#sizes());
      if (!frame || !this.#sendPart(this.#current, frame - HEADER, now)) return;
    }
  }

  /** @param {Current} current @param {number} length at most @param {number} now */
  #sendPart(current, length, now) {
    const { ask, data, offset } = current;
    const part = data.subarray(offset, offset + length);
    if (!this.#send(writePart({ ask, offset, data: part }))) return false;
    this.#window.send(HEADER + part.length, now);
    current.offset += part.length;
    if (current.offset === data.length) this.#current = null;
    return true;
  }

  #next() {
    if (this.#reading) return;
    const asked = this.#waiting.shift();
    if (asked) void this.#take(asked);
  }

  /** @param {Asked} asked */
  async #take(asked) {
    this.#reading = asked;
    const data = await this.#read(asked).catch(() => null);
    if (this.#reading !== asked) return;
    this.#reading = null;
    if (data) this.#current = { ...asked, data, offset: 0 };
    else this.#refuse(asked);
    this.#pump();
  }
}
