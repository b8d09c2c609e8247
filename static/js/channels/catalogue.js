/**
 * The data channels between two browsers, one for each protocol. Both ends create all of them with every connection
 * (`docs/protocol.md`, section 6). A new protocol is a row here, and `Channels` makes its channel.
 *
 * @import { Bounds } from "../lib/frames.js"
 * @import { Check } from "../lib/shapes.js"
 * @typedef {{rate: number, burst: number}} Rate per second, and at once
 * @typedef {object} ChannelKind
 * @property {string} label and name of the protocol
 * @property {number} id negotiated
 * @property {readonly number[]} versions of the protocol that we speak
 * @property {number | null} assumed version that a peer is taken to speak while its `hello` names none that we speak; null: it is sent nothing
 * @property {boolean} ordered
 * @property {ReadonlyMap<string, Check>} checks of its messages, by type
 * @property {Bounds} bounds of a frame
 * @property {Rate} messages that are sent to, and processed of, one peer
 * @property {Rate} bytes that are parsed of one peer
 * @property {number} waiting frames that wait until they may be parsed; beyond, the oldest are dropped
 * @property {Rate} excess frames of one peer that may be dropped; beyond, the peer is cut off
 * @property {number} cutOffMs for how long
 * @property {number} backlog bytes in the send buffer, above which nothing is added
 */

import { CHAT_CHECKS } from "./protocols/chat.js";
import { CONTROL_CHECKS } from "./protocols/control.js";
import { FILES_CHECKS } from "./protocols/files.js";

/** @type {ChannelKind} */
export const CONTROL = {
  label: "control",
  id: 0,
  versions: [1],
  assumed: 1,
  ordered: true,
  checks: CONTROL_CHECKS,
  bounds: { bytes: 16_384, messages: 64 },
  messages: { rate: 20, burst: 100 },
  bytes: { rate: 32_768, burst: 262_144 },
  waiting: 32,
  excess: { rate: 100, burst: 1000 },
  cutOffMs: 60_000,
  backlog: 65_536,
};

/** @type {ChannelKind} */
export const CHAT = {
  label: "chat",
  id: 1,
  versions: [1],
  assumed: null,
  ordered: true,
  checks: CHAT_CHECKS,
  bounds: { bytes: 32_768, messages: 64 },
  messages: { rate: 100, burst: 6000 },
  bytes: { rate: 262_144, burst: 8_388_608 },
  waiting: 64,
  excess: { rate: 100, burst: 1000 },
  cutOffMs: 60_000,
  backlog: 262_144,
};

/** @type {ChannelKind} */
export const FILES = {
  label: "files",
  id: 2,
  versions: [1],
  assumed: null,
  ordered: true,
  checks: FILES_CHECKS,
  bounds: { bytes: 16_384, messages: 64 },
  messages: { rate: 2000, burst: 10_000 },
  bytes: { rate: 262_144, burst: 2_097_152 },
  waiting: 256,
  excess: { rate: 100, burst: 1000 },
  cutOffMs: 60_000,
  backlog: 262_144,
};

/**
 * The bytes of files. It belongs to the protocol `files`. Only what was asked for is taken.
 *
 * @typedef {object} BytesKind
 * @property {string} label
 * @property {number} id negotiated
 * @property {number} bytes of a frame, at most
 * @property {Rate} excess bytes that nobody asked for; beyond, the peer is cut off
 * @property {number} cutOffMs for how long
 */

/** @type {BytesKind} */
export const PIECES = { label: "pieces", id: 3, bytes: 65_536, excess: { rate: 65_536, burst: 4_194_304 }, cutOffMs: 60_000 };
