/**
 * Whom hosts stop from what by messages to every browser, while the server is away (`docs/protocol.md`, section 6, *moderation*). Pure.
 *
 * @import { Stop } from "../channels/protocols/control.js"
 * @import { Participant, Role } from "../signaling/protocol.js"
 */

/** By role: whom it may stop. @type {Record<Role, Role[]>} */
const SUBJECTS = { owner: ["host", "member", "guest"], host: ["member", "guest"], member: [], guest: [] };

/**
 * @param {ReadonlyMap<string, Participant>} present
 * @param {Iterable<readonly [id: string, stops: readonly Stop[]]>} said by whom
 * @returns {(id: string, use: string) => boolean} whether somebody is stopped by one who may, by the roles that they have now
 */
export function stopped(present, said) {
  const counts = [...said].flatMap(([from, stops]) => stops.filter(({ id }) => maySay(present.get(from), present.get(id))));
  return (id, use) => counts.some((stop) => stop.id === id && stop.use === use);
}

/** @param {Participant | undefined} host @param {Participant | undefined} person */
function maySay(host, person) {
  return Boolean(host && person && host.id !== person.id && SUBJECTS[host.role].includes(person.role));
}
