/**
 * The `control` data channel: what a peer says about itself. Each kind of message is one entry in `CHECKS`, and reaches the page
 * as an event of that name whose detail is the message.
 *
 * @import { Check } from "../lib/shapes.js"
 * @import { SlotRecord } from "../rtc/slots.js"
 * @typedef {SlotRecord<boolean>} Media what its sender is sending now
 * @typedef {Media & {type: "media"}} MediaMessage
 */

import { boolean, object, oneOf } from "../lib/shapes.js";
import { read, write } from "./framing.js";

export const CONTROL_ID = 0;

/** @type {ReadonlyMap<string, Check>} */
const CHECKS = new Map([
  ["media", object({ type: oneOf("media"), microphone: boolean, camera: boolean, screen: boolean, sound: boolean })],
]);

export class Control extends EventTarget {
  #channel;
  /** What holds now, by type: told when the channel opens and after every change. @type {Map<string, {type: string}>} */
  #standing = new Map();

  /**
   * @param {RTCDataChannel} channel negotiated, ordered and reliable
   * @param {AbortSignal} signal
   */
  constructor(channel, signal) {
    super();
    this.#channel = channel;
    channel.addEventListener("open", () => this.#say([...this.#standing.values()]), { signal });
    channel.addEventListener("message", ({ data }) => this.#hear(data), { signal });
  }

  /**
   * Tells the peer what holds from now on, in place of what was told under the same type.
   *
   * @param {MediaMessage} message
   */
  announce(message) {
    this.#standing.set(message.type, message);
    this.#say([message]);
  }

  /** @param {object[]} messages */
  #say(messages) {
    if (this.#channel.readyState !== "open") return;
    for (const frame of write(messages)) this.#channel.send(frame);
  }

  /** @param {unknown} frame */
  #hear(frame) {
    for (const message of read(frame, CHECKS)) {
      this.dispatchEvent(new CustomEvent(message.type, { detail: message }));
    }
  }
}
