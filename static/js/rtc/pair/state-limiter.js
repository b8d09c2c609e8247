/**
 * Limits how often the state of a peer may change: each type of message a few times at once, then once a second. In between, the newest
 * message of a type waits. A change of a demand costs an encoder. A visible change is half a flash, and people must not see more than three
 * flashes a second (WCAG 2.2, success criterion 2.3.1). A screen that appears or vanishes changes the whole stage: these changes are also
 * counted for all peers together.
 *
 * @import { MediaMessage, Message } from "../../channels/protocols/control.js"
 * @import { Clock } from "../../lib/clock.js"
 */

import { Bucket } from "../../lib/bucket.js";

export const CHANGES = { rate: 1, burst: 5 };

export class StateLimiter {
  #apply;
  #screens;
  #clock;
  #signal;
  /** By type. @type {Map<string, Bucket>} */
  #buckets = new Map();
  /** By type. @type {Map<string, Message>} */
  #waiting = new Map();
  /** Whether the peer shares a screen, as far as its messages were applied. */
  #hasScreen = false;

  /**
   * @param {object} options
   * @param {(message: Message) => void} options.apply
   * @param {Bucket} options.screens for {@link CHANGES}, shared by all peers
   * @param {Clock} options.clock
   * @param {AbortSignal} options.signal
   */
  constructor({ apply, screens, clock, signal }) {
    this.#apply = apply;
    this.#screens = screens;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** @param {Message} message is applied now, or later in place of what waits */
  receive(message) {
    const { type } = message;
    if (this.#waiting.has(type)) return void this.#waiting.set(type, message);
    const bucket = this.#bucket(type);
    if (!bucket.take(1)) return this.#defer(message, bucket.wait());
    if (message.type !== "media" || message.screen === this.#hasScreen) return this.#apply(message);
    if (!this.#screens.take(1)) return this.#withhold(message);
    this.#hasScreen = message.screen;
    this.#apply(message);
  }

  /** The screen waits for its turn; whether the microphone is on does not. @param {MediaMessage} message */
  #withhold(message) {
    this.#apply({ ...message, screen: this.#hasScreen });
    this.#defer(message, this.#screens.wait());
  }

  /**
   * @param {Message} message
   * @param {number} ms
   */
  #defer(message, ms) {
    this.#waiting.set(message.type, message);
    this.#clock.after(ms, () => this.#release(message.type), this.#signal);
  }

  /** @param {string} type */
  #release(type) {
    const message = this.#waiting.get(type);
    this.#waiting.delete(type);
    if (message) this.receive(message);
  }

  /** @param {string} type */
  #bucket(type) {
    const bucket = this.#buckets.get(type) ?? new Bucket({ ...CHANGES, clock: this.#clock });
    this.#buckets.set(type, bucket);
    return bucket;
  }
}
