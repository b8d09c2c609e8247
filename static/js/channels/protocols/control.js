/**
 * The messages of the `control` channel, with which a peer describes its own state (`docs/protocol.md`, section 6). Pure.
 *
 * @import { Check } from "../../lib/shapes.js"
 * @import { Demand } from "../../rtc/model/demand.js"
 * @import { SlotRecord } from "../../rtc/model/slots.js"
 * @import { HelloMessage } from "./hello.js"
 * @typedef {SlotRecord<boolean>} Media what its sender is sending now
 * @typedef {Media & {type: "media"}} MediaMessage
 * @typedef {Demand & {type: "demand"}} DemandMessage how large its sender shows our video
 * @typedef {{type: "held", camera: boolean, screen: boolean}} HeldMessage video that is on and withheld, because the connection
 *   has too little bandwidth
 * @typedef {{type: "hearing", silent: readonly string[]}} HearingMessage whom its sender cannot hear though their microphone is on
 * @typedef {{type: "spotlight", ids: readonly string[]}} SpotlightMessage whom its sender wants large for everybody
 * @typedef {{id: string, use: "microphone" | "camera" | "screen"}} Stop whom its sender, a host, stops from using what
 * @typedef {{type: "moderation", stops: readonly Stop[]}} ModerationMessage
 * @typedef {{id: string, grade: "good" | "fair" | "poor", relayed: boolean}} Pair its sender's end of one
 * @typedef {{pairs: readonly Pair[], headroom: number | null}} Pairs those that are connected; `headroom`: how many more people with
 *   video its sender can send to, null when unknown
 * @typedef {Pairs & {type: "pairs"}} PairsMessage
 * @typedef {{connection: string, key: string, signature: string}} Proof the key of its sender's page, and its signature of the certificate that
 *   its sender has on this connection
 * @typedef {Proof & {type: "proof"}} ProofMessage
 * @typedef {{type: "reaction", reaction: string}} ReactionMessage what its sender shows everybody for a moment; it may be one that we do not know
 * @typedef {HelloMessage | MediaMessage | DemandMessage | HearingMessage | HeldMessage | ModerationMessage | ProofMessage |
 *   PairsMessage | ReactionMessage | SpotlightMessage} Message
 */

import { boolean, both, distinct, distinctIn, either, integer, list, matching, number, object, oneOf } from "../../lib/shapes.js";
import { isHello } from "./hello.js";

export const MOST_NAMED = 64;
const MOST_HEADROOM = 99;
export const MOST_SPOTLIT = 16;

const id = matching(/^[\w-]{1,32}$/);
/** A number that is far too large is well formed. It is clamped later. */
const finite = number(-Number.MAX_VALUE, Number.MAX_VALUE);
const videoDemand = object({ height: finite, rate: finite });
const pair = object({ id, grade: oneOf("good", "fair", "poor"), relayed: boolean });
const stop = object({ id, use: oneOf("microphone", "camera", "screen") });
const headroom = either(integer(0, MOST_HEADROOM), oneOf(null));

/** By type. @type {ReadonlyMap<string, Check>} */
export const CONTROL_CHECKS = new Map([
  ["hello", isHello],
  ["media", object({ type: oneOf("media"), microphone: boolean, camera: boolean, screen: boolean, sound: boolean })],
  ["demand", object({ type: oneOf("demand"), camera: videoDemand, screen: videoDemand })],
  ["held", object({ type: oneOf("held"), camera: boolean, screen: boolean })],
  ["hearing", object({ type: oneOf("hearing"), silent: both(list(id, MOST_NAMED), distinct) })],
  ["proof", object({ type: oneOf("proof"), connection: id, key: matching(/^[\w-]{87}$/), signature: matching(/^[\w-]{86}$/) })],
  ["moderation", object({ type: oneOf("moderation"), stops: list(stop, MOST_NAMED) })],
  ["pairs", object({ type: oneOf("pairs"), pairs: both(list(pair, MOST_NAMED), distinctIn("id")), headroom })],
  ["reaction", object({ type: oneOf("reaction"), reaction: matching(/^[a-z][a-z-]{0,15}$/) })],
  ["spotlight", object({ type: oneOf("spotlight"), ids: both(list(id, MOST_SPOTLIT), distinct) })],
]);
