/**
 * Who wrote: the attestations of the server, ours and those that came with entries. An author is the hash of a participant's id and a key,
 * so nobody can claim the entries of another by announcing another's key.
 *
 * @import { AuthorMessage } from "../channels/protocols/chat.js"
 * @import { Attested, Role } from "../signaling/protocol.js"
 * @import { Verifier } from "../verification/keys.js"
 * @typedef {{room: string, id: string, name: string, role: Role, key: string, time: number}} Statement
 * @typedef {Statement & {author: string, message: AuthorMessage}} Author
 */

import { having, integer, matching, oneOf, text } from "../lib/shapes.js";
import { MOST_AUTHORS } from "../channels/protocols/chat.js";

/** An attestation that is older than ours by more than this is of an earlier meeting. */
const OLDEST_S = 24 * 3600;

const isStatement = having({
  room: text(64, 1),
  id: matching(/^[\w-]{1,32}$/),
  name: text(64, 1),
  role: oneOf("owner", "host", "member", "guest"),
  key: matching(/^[\w-]{87}$/),
  time: integer(0, Number.MAX_SAFE_INTEGER),
});

export class Authors {
  #verifier;
  /** @type {Map<string, Author>} */
  #authors = new Map();
  /** What was attested last of each person. @type {Map<string, Author>} */
  #persons = new Map();
  /** @type {Author | null} */
  #self = null;
  /** @type {readonly string[]} */
  #keys = [];

  /** @param {Verifier} verifier */
  constructor(verifier) {
    this.#verifier = verifier;
  }

  /** Ourselves; null until the server has attested our key. */
  get self() {
    return this.#self;
  }

  /** @param {string} author */
  get(author) {
    return this.#authors.get(author);
  }

  /** What was attested last of a person. @param {string} id */
  person(id) {
    return this.#persons.get(id);
  }

  /** Takes the server's attestation of our own key. @param {Attested} attested */
  async attest({ statement, signature, keys }) {
    this.#keys = keys;
    const author = await this.#read({ type: "author", statement, signature });
    if (author) this.#keep((this.#self = author));
  }

  /**
   * @param {AuthorMessage} message of a peer
   * @returns {Promise<Author | null>} null if the server has not attested it, for this room and meeting
   */
  async learn(message) {
    const known = [...this.#authors.values()].find((author) => author.message.statement === message.statement);
    if (known) return known;
    const author = await this.#read(message);
    if (!author || !this.#self || author.room !== this.#self.room || author.time < this.#self.time - OLDEST_S) return null;
    if (!this.#authors.has(author.author) && this.#authors.size >= MOST_AUTHORS) return null;
    return this.#keep(author);
  }

  /** The later attestation has the later name and role. @param {Author} author */
  #keep(author) {
    for (const [known, key] of /** @type {const} */ ([[this.#authors, author.author], [this.#persons, author.id]])) {
      if ((known.get(key)?.time ?? 0) <= author.time) known.set(key, author);
    }
    return author;
  }

  /** @param {AuthorMessage} message @returns {Promise<Author | null>} */
  async #read(message) {
    const { statement, signature } = message;
    if (!(await this.#verifier.isAttested(this.#keys, statement, signature))) return null;
    const value = JSON.parse(statement);
    if (!isStatement(value)) return null;
    return { ...value, author: await this.#verifier.hash(`${value.id}.${value.key}`), message };
  }
}
