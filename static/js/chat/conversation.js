/**
 * One conversation of one participant: its log, and what is missing there, which is asked of one peer at a time.
 *
 * @import { Point } from "../channels/protocols/chat.js"
 * @import { Clock } from "../lib/clock.js"
 */

import { Log } from "./log.js";

/** How long a peer may take to begin to answer; then another one is asked. */
const ANSWER_MS = 1000;
/** What comes in an answer later than this is news. */
const SETTLED_MS = 3000;

export class Conversation {
  log = new Log();
  #want;
  #clock;
  #signal;
  #since;
  /** Vectors of peers that have what is missing here. @type {Map<string, readonly Point[]>} */
  #offers = new Map();
  /** The peer that was asked; "" if none. */
  #asked = "";
  /** Ends the wait for its answer. */
  #wait = new AbortController();
  /** Whether an answer has come. */
  #isAnswered = false;

  /**
   * @param {object} options
   * @param {string} options.peer the other one of a private conversation, else ""
   * @param {(id: string, vector: readonly Point[]) => void} options.want asks a peer for what is not in this vector
   * @param {Clock} options.clock
   * @param {AbortSignal} options.signal
   */
  constructor({ peer, want, clock, signal }) {
    this.peer = peer;
    this.#want = want;
    this.#clock = clock;
    this.#signal = signal;
    this.#since = clock.now();
  }

  /** Whether a peer is answering with what was there before us. @param {string} id */
  isHistoryFrom(id) {
    return this.#asked === id && !this.#isAnswered && this.#clock.now() - this.#since < SETTLED_MS;
  }

  /**
   * A peer has said what it has.
   *
   * @param {string} id
   * @param {readonly Point[]} vector
   * @param {boolean} isEnd whether it has said so at the end of an answer
   */
  compare(id, vector, isEnd) {
    const wasAsked = isEnd && this.#asked === id;
    if (wasAsked) this.#settle();
    // What is still missing after the answer was refused here.
    if (!wasAsked && this.log.lacks(vector)) this.#offers.set(id, vector);
    else this.#offers.delete(id);
    this.#askNext();
  }

  /** Asks a peer, unless another one is being asked. @param {string} id */
  ask(id) {
    if (this.#asked) return;
    this.#asked = id;
    this.#want(id, this.log.vectorFor(this.#offers.get(id) ?? []));
    this.#watch(id, this.log.entries.length);
  }

  /** @param {string} id whom not to ask any more */
  drop(id) {
    this.#offers.delete(id);
    if (this.#asked !== id) return;
    this.#settle();
    this.#askNext();
  }

  /** Asks nobody any more until somebody says again what they have. */
  rest() {
    this.#offers.clear();
    this.#settle();
  }

  #askNext() {
    for (const [id, vector] of this.#offers) {
      if (this.log.lacks(vector)) return this.ask(id);
      this.#offers.delete(id);
    }
  }

  /** @param {string} id @param {number} count of entries before */
  #watch(id, count) {
    const late = () => {
      const now = this.log.entries.length;
      if (now > count) this.#watch(id, now);
      else this.drop(id);
    };
    this.#clock.after(ANSWER_MS, late, AbortSignal.any([this.#wait.signal, this.#signal]));
  }

  #settle() {
    this.#asked = "";
    this.#isAnswered = true;
    this.#wait.abort();
    this.#wait = new AbortController();
  }
}
