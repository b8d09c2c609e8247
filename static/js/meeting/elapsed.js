/**
 * How long one has been in the meeting. The clock of this browser counts from joining on; that it may be wrong does not matter. A reload
 * goes on counting, and so does joining afresh after the connection was lost.
 *
 * @import { Clock } from "../lib/clock.js"
 * @import { People } from "../signaling/people.js"
 */

import { write } from "../lib/dom.js";
import { listener } from "../lib/listen.js";

const KEY = "joined";

export class Elapsed {
  #elements;
  #storage;
  #clock;
  #wall;
  #signal;
  /** By the clock. */
  #since;

  /**
   * @param {object} options
   * @param {ParentNode} options.root
   * @param {EventTarget} options.client
   * @param {Pick<People, "self">} options.people
   * @param {number} options.joinedAt by the clock
   * @param {Pick<Storage, "getItem" | "setItem">} options.storage of this tab
   * @param {Clock} options.clock
   * @param {() => number} options.wall ms since 1970: spans a reload, which the clock does not
   * @param {AbortSignal} options.signal
   */
  constructor({ root, client, people, joinedAt, storage, clock, wall, signal }) {
    this.#elements = [...root.querySelectorAll("[data-part=elapsed]")];
    this.#storage = storage;
    this.#clock = clock;
    this.#wall = wall;
    this.#signal = signal;
    this.#since = this.#before(people.self) ?? joinedAt;
    this.#keep(people.self);
    this.#count();
    listener(signal)(client, "welcomed", ({ id }) => this.#keep(id));
    signal.addEventListener("abort", () => this.#show(0));
  }

  /** When we joined, by the clock, if the page was loaded again since. @param {string} id our own */
  #before(id) {
    const [kept, at] = (this.#storage.getItem(KEY) ?? "").split(" ");
    const ago = this.#wall() - Number(at);
    return kept === id && ago >= 0 ? this.#clock.now() - ago : null;
  }

  /** @param {string} id our own */
  #keep(id) {
    try {
      this.#storage.setItem(KEY, `${id} ${this.#wall() - this.#clock.now() + this.#since}`);
    } catch {
      // The storage is full or blocked: after a reload it counts anew.
    }
  }

  #count() {
    const elapsed = this.#clock.now() - this.#since;
    this.#show(Math.floor(elapsed / 1000));
    this.#clock.after(1000 - (elapsed % 1000), () => this.#count(), this.#signal);
  }

  /** @param {number} seconds */
  #show(seconds) {
    for (const element of this.#elements) write(element, duration(seconds));
  }
}

/**
 * @param {number} seconds
 * @returns {string} such as 4:07 or 1:04:07
 */
export function duration(seconds) {
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
