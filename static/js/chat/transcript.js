/**
 * What the entries of a conversation come to: messages as they are now. Pure.
 *
 * @import { Entry } from "./entry.js"
 * @import { Offer } from "./offer.js"
 * @typedef {object} ChatMessageView
 * @property {string} id
 * @property {string} person the id of its author
 * @property {number} time
 * @property {string} text of a file, its name
 * @property {Offer | null} file
 * @property {boolean} isEdited
 * @property {boolean} isDeleted of a file: withdrawn
 * @property {string} about the message that it answers; "" if none
 * @property {ReadonlyMap<string, ReadonlySet<string>>} reactions persons by emoji
 */

import { safeFileName } from "../lib/file-names.js";
import { readOffer } from "./offer.js";

/** Of one message. More are not shown. */
const MOST_REACTIONS = 20;

/**
 * @param {readonly Entry[]} entries in order
 * @param {(author: string) => string} personOf the id of the person behind an author
 * @returns {ChatMessageView[]}
 */
export function transcript(entries, personOf) {
  /** @type {Map<string, Omit<ChatMessageView, "reactions"> & {reactions: Map<string, Set<string>>}>} */
  const messages = new Map();
  for (const { id, content } of entries) {
    const { kind, author, about, text, time } = content;
    const person = personOf(author);
    const fresh = { id, person, time, isEdited: false, isDeleted: false, about, reactions: new Map() };
    const file = kind === "file" ? readOffer(text) : null;
    if (kind === "message") messages.set(id, { ...fresh, text, file });
    if (file) messages.set(id, { ...fresh, text: safeFileName(file.name), file });
    const message = messages.get(about);
    if (!message || message.isDeleted) continue;
    const isOwn = message.person === person;
    if (kind === "edit" && isOwn && !message.file) Object.assign(message, { text, isEdited: true });
    if (kind === "delete" && isOwn) Object.assign(message, { text: "", isDeleted: true, reactions: new Map() });
    if (kind === "react") react(message.reactions, text, person);
    if (kind === "unreact") message.reactions.get(text)?.delete(person);
  }
  return [...messages.values()];
}

/**
 * @param {Map<string, Set<string>>} reactions
 * @param {string} emoji
 * @param {string} person
 */
function react(reactions, emoji, person) {
  if (!reactions.has(emoji) && reactions.size >= MOST_REACTIONS) return;
  reactions.set(emoji, (reactions.get(emoji) ?? new Set()).add(person));
}
