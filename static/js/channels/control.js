/**
 * The `control` data channel: what a peer says about itself. Each kind of message is one entry in `CHECKS`.
 *
 * Event: `told` (detail: a {@link Message} that is well formed).
 *
 * @import { Clock } from "../lib/clock.js"
 * @import { Check } from "../lib/shapes.js"
 * @import { Demand } from "../rtc/model/demand.js"
 * @import { SlotRecord } from "../rtc/model/slots.js"
 * @typedef {SlotRecord<boolean>} Media what its sender is sending now
 * @typedef {Media & {type: "media"}} MediaMessage
 * @typedef {Demand & {type: "demand"}} DemandMessage how large its sender shows our pictures
 * @typedef {{type: "held", camera: boolean, screen: boolean}} HeldMessage pictures that are on, and not sent because the line is too thin
 * @typedef {{type: "hearing", silent: readonly string[]}} HearingMessage whom its sender cannot hear though their microphone is on
 * @typedef {{type: "spotlight", ids: readonly string[]}} SpotlightMessage whom its sender wants large for everybody
 * @typedef {{id: string, grade: "good" | "fair" | "poor", relayed: boolean}} Pair its sender's end of one
 * @typedef {{pairs: readonly Pair[], headroom: number | null}} Pairs those that are connected; `headroom`: how many more people with
 *   video its sender can send to, null when unknown
 * @typedef {Pairs & {type: "pairs"}} PairsMessage
 * @typedef {MediaMessage | DemandMessage | HearingMessage | HeldMessage | PairsMessage | SpotlightMessage} Message
 */

import { Bucket } from "../lib/bucket.js";
import { systemClock } from "../lib/clock.js";
import { boolean, both, distinct, distinctIn, either, integer, list, matching, number, object, oneOf } from "../lib/shapes.js";
import { read, write } from "./framing.js";

export const CONTROL_ID = 0;

const MOST_NAMED = 64;
const MOST_HEADROOM = 99;
export const MOST_SPOTLIT = 16;
/** What a peer may say per second, and at once; what is over is dropped. */
const RATE = 20;
const BURST = 100;

const id = matching(/^[\w-]{1,32}$/);
/** Out of all proportion is not malformed: it is clamped. */
const finite = number(-Number.MAX_VALUE, Number.MAX_VALUE);
const picture = object({ height: finite, rate: finite });
const pair = object({ id, grade: oneOf("good", "fair", "poor"), relayed: boolean });
const headroom = either(integer(0, MOST_HEADROOM), oneOf(null));

/** @type {ReadonlyMap<string, Check>} */
const CHECKS = new Map([
  ["media", object({ type: oneOf("media"), microphone: boolean, camera: boolean, screen: boolean, sound: boolean })],
  ["demand", object({ type: oneOf("demand"), camera: picture, screen: picture })],
  ["held", object({ type: oneOf("held"), camera: boolean, screen: boolean })],
  ["hearing", object({ type: oneOf("hearing"), silent: both(list(id, MOST_NAMED), distinct) })],
  ["pairs", object({ type: oneOf("pairs"), pairs: both(list(pair, MOST_NAMED), distinctIn("id")), headroom })],
  ["spotlight", object({ type: oneOf("spotlight"), ids: both(list(id, MOST_SPOTLIT), distinct) })],
]);

export class Control extends EventTarget {
  #channel;
  #allowance;
  /** What holds now, by type: told when the channel opens and after every change. @type {Map<string, Message>} */
  #standing = new Map();

  /**
   * @param {RTCDataChannel} channel negotiated, ordered and reliable
   * @param {AbortSignal} signal
   * @param {Clock} [clock]
   */
  constructor(channel, signal, clock = systemClock) {
    super();
    this.#channel = channel;
    this.#allowance = new Bucket({ rate: RATE, burst: BURST, clock });
    channel.addEventListener("open", () => this.#say([...this.#standing.values()]), { signal });
    channel.addEventListener("message", ({ data }) => this.#hear(data), { signal });
  }

  /**
   * Tells the peer what holds from now on, in place of what was told under the same type.
   *
   * @param {Message} message
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
      if (!this.#allowance.take(1)) return;
      this.dispatchEvent(new CustomEvent("told", { detail: message }));
    }
  }
}
