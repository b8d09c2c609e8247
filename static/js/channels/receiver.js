/**
 * What is received of one peer on one kind of channel. Outlives connections, so that a new one brings no new budget.
 *
 * A frame is parsed only when the budgets of its kind have room for it. Until then it waits; when too many wait, the oldest are dropped.
 * A peer that goes on is cut off for a while.
 *
 * @import { Clock } from "../lib/clock.js"
 * @import { ChannelKind } from "./catalogue.js"
 */

import { Bucket } from "../lib/bucket.js";
import { unpack } from "../lib/frames.js";

/** @template {{type: string}} M */
export class Receiver {
  #kind;
  #deliver;
  #cutOff;
  #clock;
  #signal;
  #messages;
  #bytes;
  #excess;
  /** @type {string[]} */
  #waiting = [];
  #isScheduled = false;
  #cutUntil = -Infinity;

  /**
   * @param {object} options
   * @param {ChannelKind} options.kind
   * @param {(message: M) => void} options.deliver called with each well-formed message, in order
   * @param {() => void} options.cutOff called when the peer has just been cut off
   * @param {Clock} options.clock
   * @param {AbortSignal} options.signal
   */
  constructor({ kind, deliver, cutOff, clock, signal }) {
    this.#kind = kind;
    this.#deliver = deliver;
    this.#cutOff = cutOff;
    this.#clock = clock;
    this.#signal = signal;
    this.#messages = new Bucket({ ...kind.messages, clock });
    this.#bytes = new Bucket({ ...kind.bytes, clock });
    this.#excess = new Bucket({ ...kind.excess, clock });
  }

  /** Whether nothing is received of this peer now, because it has sent far too much. */
  get isCutOff() {
    return this.#clock.now() < this.#cutUntil;
  }

  /** @param {unknown} frame as it came from the channel. Never throws */
  receive(frame) {
    if (this.isCutOff) return;
    if (typeof frame !== "string" || frame.length > this.#kind.bounds.bytes) return this.#exceed();
    this.#waiting.push(frame);
    this.#process();
    if (this.#waiting.length <= this.#kind.waiting) return;
    this.#waiting.shift();
    this.#exceed();
  }

  #process() {
    for (let [frame] = this.#waiting; frame !== undefined; [frame] = this.#waiting) {
      const ms = Math.max(this.#messages.wait(), this.#bytes.wait(frame.length));
      if (ms) return this.#schedule(ms);
      this.#waiting.shift();
      this.#parse(frame);
    }
  }

  /** @param {string} frame */
  #parse(frame) {
    const { messages, refused } = unpack(frame, this.#kind.checks, this.#kind.bounds);
    this.#bytes.spend(frame.length);
    this.#messages.spend(messages.length + refused);
    for (const message of messages) this.#deliver(/** @type {M} */ (message));
  }

  /** @param {number} ms */
  #schedule(ms) {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#clock.after(ms, () => ((this.#isScheduled = false), this.#process()), this.#signal);
  }

  #exceed() {
    if (this.#excess.take(1)) return;
    this.#waiting = [];
    this.#cutUntil = this.#clock.now() + this.#kind.cutOffMs;
    this.#cutOff();
  }
}
