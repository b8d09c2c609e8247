/**
 * Sends messages on one data channel in order, each once: within the receiver's budget and with little in the send buffer. Those that come
 * together share frames. What is not sent when the channel closes is dropped.
 *
 * @import { Clock } from "../lib/clock.js"
 * @import { ChannelKind } from "./catalogue.js"
 */

import { Bucket } from "../lib/bucket.js";
import { write } from "./framing.js";

/** Frames may be delayed and arrive with later ones, and clocks drift. */
const MARGIN = 0.9;
/** Of messages that wait. More than a whole history, with its authors. */
const MOST_WAITING = 8000;

export class QueueSender {
  #channel;
  #kind;
  #messages;
  #bytes;
  #clock;
  #signal;
  /** @type {object[]} */
  #queue = [];
  #isScheduled = false;

  /**
   * @param {object} options
   * @param {RTCDataChannel} options.channel
   * @param {ChannelKind} options.kind
   * @param {Clock} options.clock
   * @param {AbortSignal} options.signal
   */
  constructor({ channel, kind, clock, signal }) {
    this.#channel = channel;
    this.#kind = kind;
    this.#clock = clock;
    this.#signal = signal;
    const share = ({ rate = 0, burst = 0 }) => new Bucket({ rate: rate * MARGIN, burst: burst * MARGIN, clock });
    this.#messages = share(kind.messages);
    this.#bytes = share(kind.bytes);
    channel.bufferedAmountLowThreshold = kind.backlog / 2;
    channel.addEventListener("bufferedamountlow", () => this.#send(), { signal });
  }

  /** @param {object} message dropped unless the channel is open, or when far too many wait */
  push(message) {
    if (this.#channel.readyState !== "open" || this.#queue.length >= MOST_WAITING) return;
    this.#queue.push(message);
    queueMicrotask(() => this.#send());
  }

  /** Frame by frame. */
  #send() {
    while (this.#queue.length && this.#channel.readyState === "open" && this.#channel.bufferedAmount <= this.#kind.backlog) {
      const ms = Math.max(this.#messages.wait(), this.#bytes.wait());
      if (ms) return this.#schedule(ms);
      const count = this.#messages.take(Math.min(this.#queue.length, this.#kind.bounds.messages));
      for (const frame of write(this.#queue.splice(0, count), this.#kind.bounds)) {
        this.#bytes.spend(frame.length);
        this.#channel.send(frame);
      }
    }
  }

  /** @param {number} ms */
  #schedule(ms) {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#clock.after(ms, () => ((this.#isScheduled = false), this.#send()), this.#signal);
  }
}
