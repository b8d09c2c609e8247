/**
 * What people are kept from (`docs/protocol.md`, section 2, *Restrictions*). Pure.
 *
 * @import { Restrictions, Role, Use } from "./protocol.js"
 * @typedef {"stopped" | "forbidden" | "everyone"} Limit `stopped`: a host did it, and whom it concerns may lift it; `forbidden`: only a host
 *   may; `everyone`: only owners and hosts have this use in the room
 */

import { isHost } from "./protocol.js";

/** @type {readonly Use[]} */
export const USES = ["microphone", "camera", "screen", "chat", "files", "reactions"];

/** @type {Readonly<Pick<Restrictions, "everyone" | "people">>} */
export const UNRESTRICTED = { everyone: [], people: {} };

/**
 * Why somebody may not use something. What only hosts may lift goes before what somebody may lift themself.
 *
 * @param {Pick<Restrictions, "everyone" | "people">} restrictions
 * @param {{id: string, role: Role}} person
 * @param {Use} use
 * @returns {Limit | null} null if they may
 */
export function limit({ everyone, people }, { id, role }, use) {
  const own = valueOf(valueOf(people, id) ?? {}, use) ?? null;
  return own !== "forbidden" && everyone.includes(use) && !isHost(role) ? "everyone" : own;
}

/**
 * Names come from the server, and "constructor" is one.
 *
 * @template T
 * @param {Record<string, T>} record
 * @param {string} name
 */
function valueOf(record, name) {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
