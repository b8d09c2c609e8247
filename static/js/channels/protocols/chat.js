/**
 * The messages of the `chat` channel (`docs/protocol.md`, section 6). Pure.
 *
 * A conversation is the one of everybody, or (`private`) the one of sender and receiver alone.
 *
 * @import { Check } from "../../lib/shapes.js"
 * @typedef {{author: string, last: number, id: string}} Point the last entry of an author that one has
 * @typedef {{type: "author", statement: string, signature: string}} AuthorMessage an attestation of the server
 * @typedef {{type: "have", private: boolean, why: "ask" | "news" | "end", vector: readonly Point[]}} HaveMessage what its sender has;
 *   `ask`: and asks for ours; `news`: because that is more now; `end`: which ends an answer to `want`
 * @typedef {{type: "want", private: boolean, vector: readonly Point[]}} WantMessage what its sender has, and asks for the rest
 * @typedef {{type: "entry", private: boolean, text: string, signature: string}} EntryMessage
 * @typedef {{type: "typing", private: boolean}} TypingMessage
 * @typedef {AuthorMessage | HaveMessage | WantMessage | EntryMessage | TypingMessage} ChatMessage
 */

import { boolean, both, distinctIn, having, integer, list, matching, oneOf, text } from "../../lib/shapes.js";

export const MOST_AUTHORS = 200;
export const MOST_OF_AUTHOR = 1000;
/** Characters of an entry with all its fields. */
const ENTRY_LENGTH = 10_000;

export const hash = matching(/^[\w-]{22}$/);
const signature = matching(/^[\w-]{86}$/);
const point = having({ author: hash, last: integer(1, MOST_OF_AUTHOR), id: hash });
const vector = both(list(point, MOST_AUTHORS), distinctIn("author"));

/** By type. A later release may add fields. @type {ReadonlyMap<string, Check>} */
export const CHAT_CHECKS = new Map([
  ["author", having({ type: oneOf("author"), statement: text(2000), signature })],
  ["have", having({ type: oneOf("have"), private: boolean, why: oneOf("ask", "news", "end"), vector })],
  ["want", having({ type: oneOf("want"), private: boolean, vector })],
  ["entry", having({ type: oneOf("entry"), private: boolean, text: text(ENTRY_LENGTH, 2), signature })],
  ["typing", having({ type: oneOf("typing"), private: boolean })],
]);
