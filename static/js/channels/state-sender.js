/**
 * Sends state on one data channel: the current message of each type, when the channel opens and after every change. It keeps to the
 * receiver's budget and keeps the send buffer small. What has no room now is sent later, with the value that it has then.
 *
 * @import { Clock } from "../lib/clock.js"
 * @import { ChannelKind } from "./catalogue.js"
 */

import { Bucket } from "../lib/bucket.js";
import { write } from "./framing.js";

/** Frames may be delayed and arrive with later ones, and clocks drift. */
const MARGIN = 0.9;

export class StateSender {
  #channel;
  #kind;
  #current;
  #budget;
  #clock;
  #signal;
  /** Types whose current message is not sent yet. @type {Set<string>} */
  #due = new Set();
  #isScheduled = false;

  /**
   * @param {object} options
   * @param {RTCDataChannel} options.channel
   * @param {ChannelKind} options.kind
   * @param {() => ReadonlyMap<string, object>} options.current by type
   * @param {Clock} options.clock
   * @param {AbortSignal} options.signal
   */
  constructor({ channel, kind, current, clock, signal }) {
    this.#channel = channel;
    this.#kind = kind;
    this.#current = current;
    this.#clock = clock;
    this.#signal = signal;
    this.#budget = new Bucket({ rate: kind.messages.rate * MARGIN, burst: kind.messages.burst * MARGIN, clock });
    channel.addEventListener("open", () => this.renew(), { signal });
    channel.addEventListener("bufferedamountlow", () => this.#send(), { signal });
  }

  /** @param {string} type whose current message is another, or is to be sent again */
  changed(type) {
    this.#due.add(type);
    this.#send();
  }

  /** Sends a message that is of use only now. It is dropped where the buffer or the budget is full. @param {object} message */
  flash(message) {
    const { readyState, bufferedAmount } = this.#channel;
    if (readyState !== "open" || bufferedAmount > this.#kind.backlog || !this.#budget.take(1)) return;
    for (const frame of write([message], this.#kind.bounds)) this.#channel.send(frame);
  }

  /** Sends the current message of each type. */
  renew() {
    this.#due = new Set(this.#current().keys());
    this.#send();
  }

  #send() {
    const { readyState, bufferedAmount } = this.#channel;
    if (readyState !== "open" || bufferedAmount > this.#kind.backlog) return;
    const types = [...this.#due].slice(0, this.#budget.take(this.#due.size));
    for (const type of types) this.#due.delete(type);
    const current = this.#current();
    const messages = types.flatMap((type) => current.get(type) ?? []);
    for (const frame of write(messages, this.#kind.bounds)) this.#channel.send(frame);
    if (this.#due.size) this.#schedule(this.#budget.wait());
  }

  /** @param {number} ms */
  #schedule(ms) {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#clock.after(ms, () => ((this.#isScheduled = false), this.#send()), this.#signal);
  }
}
