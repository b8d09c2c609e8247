/**
 * Whom hosts have put in the spotlight (`docs/protocol.md`, section 6). Pure.
 *
 * @import { Participant } from "../signaling/protocol.js"
 */

import { MOST_SPOTLIT } from "../channels/protocols/control.js";

/**
 * @param {ReadonlyMap<string, Participant>} present
 * @param {Iterable<readonly [id: string, ids: readonly string[]]>} said by whom
 * @returns {Set<string>} the ids that count: said by somebody who is a host now, of people who are there
 */
export function united(present, said) {
  const counts = [...said].filter(([id]) => isHost(present.get(id))).flatMap(([, ids]) => ids);
  return new Set(counts.filter((id) => present.has(id)));
}

/**
 * @param {readonly string[]} ids
 * @param {string} id
 * @returns {string[]} with or without it; the oldest goes when there are too many
 */
export function toggled(ids, id) {
  return ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id].slice(-MOST_SPOTLIT);
}

/** @param {Participant | undefined} participant */
function isHost(participant) {
  return participant?.role === "owner" || participant?.role === "host";
}
