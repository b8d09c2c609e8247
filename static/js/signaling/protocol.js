/**
 * The wire of `docs/protocol.md`: what the server may say, its bounds, and what each close code asks of us.
 *
 * Pure: `parse` never throws. It drops messages it does not know and those that break the page's bounds; fields it does not know are
 * ignored.
 *
 * @import { Check } from "../lib/shapes.js"
 *
 * @typedef {"owner" | "host" | "member" | "guest"} Role
 * @typedef {"attached" | "detached"} Link
 * @typedef {"left" | "timeout" | "removed" | "denied" | "ended" | "moved"} LeaveReason
 * @typedef {"malformed" | "oversize" | "invalid" | "unexpected" | "forbidden" | "stranger" | "flood" | "full" | "crowded" | "devices" |
 *   "wait" | "banned" | "closed" | "expired" | "busy"} RefusalCode
 *
 * @typedef {{id: string, name: string, role: Role, link: Link}} Participant
 * @typedef {{slug: string, name: string, locked: boolean, capacity: number}} Room
 * @typedef {"all" | "relay" | "direct"} Policy
 * @typedef {{servers: RTCIceServer[], policy: Policy}} Ice
 * @typedef {{frame: number, rate: number, burst: number}} Limits
 * @typedef {{id: string, token: string}} Resume
 * @typedef {{type: "offer" | "answer", sdp: string}} Description
 * @typedef {{connection: string, negotiation: number, description?: Description, candidate?: RTCIceCandidateInit}} Envelope
 *
 * @typedef {{type: "welcomed", id: string, token: string, epoch: string, version: number, room: Room,
 *   participants: Participant[], waiting: Participant[], ice: Ice, limits: Limits, capabilities?: string[]}} Welcomed
 * @typedef {"admit" | "deny" | "remove" | "ban" | "lock" | "spotlight" | "lower" | "restrict" | "ask" | "end" |
 *   "promote" | "demote" | "divide"} Right
 * @typedef {{type: "rights", rights: Partial<Record<Right, Role[]>>}} Rights
 * @typedef {{type: "hands", ids: string[]}} Hands
 * @typedef {{type: "chat", writers: "everyone" | "hosts" | "nobody"}} ChatFact
 * @typedef {"microphone" | "camera" | "screen" | "chat" | "files" | "reactions"} Use what somebody can be kept from
 * @typedef {"stopped" | "forbidden"} Restriction
 * @typedef {{type: "restrictions", everyone: string[], people: Record<string, Record<string, Restriction>>}} Restrictions
 * @typedef {{type: "asked", use: Use, by: string}} Asked
 * @typedef {{type: "attested", statement: string, signature: string, keys: readonly string[]}} Attested
 * @typedef {{type: "waiting", id: string, token: string, room: Room}} Waiting
 * @typedef {{type: "hosted", hosted: boolean}} Hosted
 * @typedef {"never" | "host" | "time"} Opening
 * @typedef {{type: "lobby", place: number, opens: Opening, at?: number}} Lobby `at`: Unix time
 * @typedef {"nobody" | "guests" | "nonmembers" | "nonhosts"} Waits
 * @typedef {{type: "queue", waits: Waits, opens: Opening, notes: Record<string, string>, at?: number}} Queue
 * @typedef {{type: "knocked" | "joined" | "updated", participant: Participant, version: number}} Arrival
 * @typedef {{type: "left", id: string, reason: LeaveReason, version: number}} Left
 * @typedef {{type: "locked", locked: boolean, version: number}} Locked
 * @typedef {{type: "roster", epoch: string, version: number, locked: boolean, participants: Participant[],
 *   waiting: Participant[]}} Roster
 * @typedef {{id: string, name: string}} Breakout
 * @typedef {Participant & {place: string, help: boolean}} Located
 * @typedef {Omit<Roster, "type"> & {type: "placed", place: string, offers: string[]}} Placed
 * @typedef {{type: "breakouts", rooms: Breakout[], place: string, choose: boolean, back: boolean, asked: boolean, people: Located[]}} BreakoutsFact
 * @typedef {{type: "countdown", seconds?: number}} Countdown
 * @typedef {{type: "broadcast", id: string, name: string, text: string}} Broadcasted
 * @typedef {{type: "notice", id: string, text: string, at?: number}} NoticeFact `at`: Unix time
 * @typedef {Ice & {type: "ice"}} IceFact
 * @typedef {{type: "pong"}} Pong
 * @typedef {Envelope & {type: "signal", from: string}} Relayed
 * @typedef {{type: "moving"}} Moving
 * @typedef {{type: "denied", reason: string}} Denied
 * @typedef {{type: "removed", reason: "removed" | "ended"}} Removed
 * @typedef {{type: "refused", code: RefusalCode, reason: string, seconds?: number}} Refused
 * @typedef {Welcomed | Rights | Hands | ChatFact | Restrictions | Asked | Attested | Waiting | Hosted | Lobby | Queue | Arrival |
 *   Left | Locked | Roster | Placed | BreakoutsFact | Countdown | Broadcasted | NoticeFact | IceFact | Pong | Relayed | Moving |
 *   Denied | Removed | Refused} Fact
 *
 * @typedef {{type: "join", name?: string, resume?: Resume, cookie?: string, capabilities?: readonly string[]}} Join
 * @typedef {Envelope & {type: "signal", to: string}} Signal
 * @typedef {{type: "admit", id?: string, ids?: readonly string[]}} Admit with one of both
 * @typedef {{type: "deny", id?: string, ids?: readonly string[], reason?: string}} Deny with one of `id` and `ids`
 * @typedef {{type: "note", text: string}} Note
 * @typedef {{type: "remove", id: string, ban?: boolean}} Remove
 * @typedef {{type: "hand", raised: boolean}} Hand
 * @typedef {{type: "lower", id?: string}} Lower without `id`: everybody's
 * @typedef {{type: "restrict", use: Use, how: Restriction, ids?: string[]}} Restrict without `ids`: everybody's whom we may restrict
 * @typedef {{type: "free", use: Use, ids?: string[]}} Free
 * @typedef {{type: "lift", use: Use}} Lift
 * @typedef {{type: "ask", id: string, use: Use}} Ask
 * @typedef {{type: "end"}} End
 * @typedef {{type: "divide", names: string[], how: "even" | "choice" | "hand", people?: Record<string, number>, seconds: number, back: boolean,
 *   late: "main" | "even"}} Divide
 * @typedef {{type: "move", place: string, id?: string}} Move without `id`: oneself
 * @typedef {{type: "gather", seconds: number}} Gather
 * @typedef {{type: "help", asked: boolean, id?: string}} Help
 * @typedef {{type: "broadcast", text: string}} Broadcast
 * @typedef {{type: "refresh"}} Refresh
 * @typedef {{id: string, relayed: boolean, grade?: "good" | "fair" | "poor"}} Pair one that is connected
 * @typedef {{connected: number, relayed: number, unreached: string[], silent: string[], pairs?: Pair[]}} Summary how one's pairs stand
 * @typedef {Summary & {type: "report"}} Report
 * @typedef {{type: "attest", key: string}} Attest
 * @typedef {{type: "ping"}} Ping
 * @typedef {{type: "leave"}} Leave
 * @typedef {Join | Signal | Admit | Deny | Note | Remove | Hand | Lower | Restrict | Free | Lift | Ask | End | Divide | Move |
 *   Gather | Help | Broadcast | Refresh | Report | Attest | Ping | Leave} Message
 *
 * @typedef {"stay" | "afresh" | "now" | "retry" | "slowly"} Behaviour
 */

import { pack, unpack } from "../lib/frames.js";
import { boolean, both, either, having, integer, isObject, list, mapping, matching, number, oneOf, text } from "../lib/shapes.js";

export const FRAME_BYTES = 65_536;
export const FRAME_MESSAGES = 256;
export const NAME_LENGTH = 64;
const NOTE_LENGTH = 140;
/** What we can take that a browser of the release before could not. */
export const CAPABILITIES = ["rights", "chat", "breakouts"];

const id = matching(/^[\w-]{1,32}$/);
const token = matching(/^[\w-]{1,128}$/);
const counter = integer(0, Number.MAX_SAFE_INTEGER);
const reason = text(200);
const nothing = oneOf(null);
const code = oneOf(
  ...["malformed", "oversize", "invalid", "unexpected", "forbidden", "stranger", "flood"],
  ...["full", "crowded", "devices", "wait", "banned", "closed", "expired", "busy"],
);

const name = text(NAME_LENGTH, 1);
const person = { id, name, role: oneOf("owner", "host", "member", "guest"), link: oneOf("attached", "detached") };
const participant = having(person);
const participants = list(participant);
/** Where somebody is; "" is the main room. */
const place = matching(/^[\w-]{0,32}$/);
const located = list(having({ ...person, place, help: boolean }));
const room = having({ slug: text(100), name: text(200), locked: boolean, capacity: integer(0, 1000) });

const url = text(500);
const server = having({ urls: either(url, list(url)) }, { username: text(500), credential: text(500) });
const configuration = { servers: list(server), policy: oneOf("all", "relay", "direct") };
const ice = having(configuration);
const limits = having({
  frame: integer(1024, FRAME_BYTES),
  rate: number(1, 10_000),
  burst: integer(1, 100_000),
});

const description = having({ type: oneOf("offer", "answer"), sdp: text(49_152) });
const candidate = having(
  { candidate: text(1024) },
  {
    sdpMid: either(text(256), nothing),
    sdpMLineIndex: either(integer(0, 65_535), nothing),
    usernameFragment: either(text(256), nothing),
  },
);
const envelope = { from: id, connection: id, negotiation: counter };
/** Of a signal that is well formed. @type {Check} */
const isOfOneKind = (value) => isObject(value) && Object.hasOwn(value, "description") !== Object.hasOwn(value, "candidate");

/** A newer server may know more uses. */
const uses = list(text(32, 1));
const restrictions = mapping(mapping(oneOf("stopped", "forbidden")));
const use = oneOf("microphone", "camera", "screen", "chat", "files", "reactions");
const roles = list(oneOf("owner", "host", "member", "guest"));

const roster = { epoch: id, version: counter, locked: boolean, participants, waiting: participants };

/** @type {[string, Record<string, Check>][]} */
const FIELDS = [
  ["rights", { rights: mapping(roles) }],
  ["hands", { ids: list(id) }],
  ["chat", { writers: oneOf("everyone", "hosts", "nobody") }],
  ["restrictions", { everyone: uses, people: restrictions }],
  ["asked", { use, by: id }],
  ["attested", { statement: text(2000), signature: matching(/^[\w-]{86}$/), keys: list(matching(/^[\w-]{87}$/)) }],
  ["waiting", { id, token, room }],
  ["hosted", { hosted: boolean }],
  ["knocked", { participant, version: counter }],
  ["joined", { participant, version: counter }],
  ["updated", { participant, version: counter }],
  ["left", { id, reason: oneOf("left", "timeout", "removed", "denied", "ended", "moved"), version: counter }],
  ["locked", { locked: boolean, version: counter }],
  ["roster", roster],
  ["placed", { ...roster, place, offers: list(id) }],
  ["breakouts", { rooms: list(having({ id, name })), place, choose: boolean, back: boolean, asked: boolean, people: located }],
  ["broadcast", { id, name, text: text(500, 1) }],
  ["moving", {}],
  ["ice", configuration],
  ["pong", {}],
  ["denied", { reason }],
  ["removed", { reason: oneOf("removed", "ended") }],
];

const type = text(32);
const opens = oneOf("never", "host", "time");
/** Unix time in seconds that a Date can hold (ECMA-262, section 21.4.1.1). */
const at = { at: integer(0, 8.64e12) };
const waits = oneOf("nobody", "guests", "nonmembers", "nonhosts");

/** @type {ReadonlyMap<string, Check>} */
const FACTS = new Map([
  ...FIELDS.map(([kind, fields]) => /** @type {const} */ ([kind, having({ type, ...fields })])),
  [
    "welcomed",
    having(
      { type, id, token, epoch: id, version: counter, room, participants, waiting: participants, ice, limits },
      { capabilities: list(text(32)) },
    ),
  ],
  ["lobby", having({ type, place: counter, opens }, at)],
  ["queue", having({ type, waits, opens, notes: mapping(text(NOTE_LENGTH)) }, at)],
  ["notice", having({ type, id: matching(/^[\w-]{0,32}$/), text: text(200) }, at)],
  ["countdown", having({ type }, { seconds: integer(1, Number.MAX_SAFE_INTEGER) })],
  ["refused", having({ type, code, reason }, { seconds: integer(1, Number.MAX_SAFE_INTEGER) })],
  ["signal", both(having({ type, ...envelope }, { description, candidate }), isOfOneKind)],
]);

/**
 * @param {unknown} frame
 * @returns {{messages: Fact[], refused: number}}
 */
export function parse(frame) {
  return unpack(frame, FACTS, { bytes: FRAME_BYTES, messages: FRAME_MESSAGES });
}

/**
 * One message as JSON text, ready for `frames`.
 *
 * @param {Message} message
 */
export function encode(message) {
  return JSON.stringify(message);
}

/**
 * As few frames as hold these encoded messages, in order.
 *
 * @param {Iterable<string>} texts
 * @param {number} [bytes] the server's `limits.frame`
 */
export function frames(texts, bytes = FRAME_BYTES) {
  return pack(texts, { bytes, messages: FRAME_MESSAGES });
}

/**
 * Section 5: the close codes that ask for something else than to retry with jitter.
 *
 * @type {Record<number, Behaviour>}
 */
const CLOSES = {
  4001: "stay",
  4003: "stay",
  4010: "afresh",
  4012: "now",
  4400: "stay",
  4401: "stay",
  4403: "stay",
  4429: "slowly",
};

/**
 * What a close code asks of the browser.
 *
 * @param {number} code
 * @returns {Behaviour}
 */
export function behaviour(code) {
  return CLOSES[code] ?? "retry";
}

/**
 * Whether a fact ends our part in the meeting, whatever happens to the socket.
 *
 * @param {Fact} fact
 */
export function isVerdict({ type }) {
  return type === "removed" || type === "denied";
}

/** Whether a role is that of an owner or a host. @param {Role | undefined} role */
export function isHost(role) {
  return role === "owner" || role === "host";
}
