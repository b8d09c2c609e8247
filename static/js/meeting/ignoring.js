/**
 * *Ignore in the chat*, as one of the things that one can do with a person.
 *
 * @import { Ignored } from "../chat/ignored.js"
 * @import { People, Person } from "../signaling/people.js"
 * @typedef {{icon: string, label: string, on: boolean, run: () => void}} Action
 */

import { gettext } from "../lib/gettext.js";

/**
 * @param {Pick<People, "hasChat">} people
 * @param {Ignored} ignored
 * @returns {(subject: {person: Pick<Person, "id">, isSelf: boolean}) => Action | null} null where it does not apply
 */
export function ignore(people, ignored) {
  return ({ person: { id }, isSelf }) => {
    if (isSelf || !people.hasChat) return null;
    const on = ignored.has(id);
    return { icon: "chat", label: gettext("Ignore in the chat"), on, run: () => ignored.set(id, !on) };
  };
}
