/**
 * The entries of one conversation, in the same order for everybody who has the same ones. Each author's entries are a chain of hashes
 * without gaps. So a vector of last entries says everything that somebody has, and a change in a chain is found.
 *
 * Signatures are checked before an entry comes here.
 *
 * @import { Point } from "../channels/protocols/chat.js"
 * @import { Entry } from "./entry.js"
 * @typedef {"new" | "known" | "early" | "forked" | "refused"} Judgement `early`: one before it is missing
 */

import { MOST_AUTHORS, MOST_OF_AUTHOR } from "../channels/protocols/chat.js";
import { compare } from "./entry.js";

const MOST_ENTRIES = 5000;
const MOST_CHARACTERS = 8_000_000;
/** How far the clock of an entry may be above all others: a clock that runs away would put its author's entries behind all others. */
const MOST_AHEAD = 1000;

export class Log {
  /** @type {Entry[]} */
  #entries = [];
  /** By author, in order. @type {Map<string, Entry[]>} */
  #chains = new Map();
  /** Entries by person, over all of that person's keys. @type {Map<string, number>} */
  #counts = new Map();
  /** Authors who have signed two different entries of the same number. @type {Set<string>} */
  #forked = new Set();
  #clock = 0;
  #characters = 0;

  /** @returns {readonly Entry[]} in order */
  get entries() {
    return this.#entries;
  }

  /** @returns {ReadonlySet<string>} authors who have told different people different things */
  get forked() {
    return this.#forked;
  }

  /**
   * What `add` would do.
   *
   * @param {Entry} entry
   * @param {string} person who is its author
   * @returns {Judgement}
   */
  judge({ id, text, content: { author, number, clock, previous } }, person) {
    const chain = this.#chains.get(author) ?? [];
    const known = chain[number - 1];
    if (known) return known.id === id ? "known" : "forked";
    if (number > chain.length + 1) return "early";
    const last = chain.at(-1);
    if (previous !== (last?.id ?? "")) return "forked";
    if (last && clock <= last.content.clock) return "refused";
    if (!last && this.#chains.size >= MOST_AUTHORS) return "refused";
    if ((this.#counts.get(person) ?? 0) >= MOST_OF_AUTHOR || this.#entries.length >= MOST_ENTRIES) return "refused";
    if (this.#characters + text.length > MOST_CHARACTERS) return "refused";
    // Of a forked author, a whole chain may be missing here.
    const mostAhead = MOST_AHEAD * (1 + MOST_OF_AUTHOR * this.#forked.size);
    return clock > this.#clock + mostAhead ? "early" : "new";
  }

  /**
   * @param {Entry} entry
   * @param {string} person
   * @returns {Judgement} `new` if it was added
   */
  add(entry, person) {
    const judgement = this.judge(entry, person);
    if (judgement === "forked") this.#forked.add(entry.content.author);
    if (judgement !== "new") return judgement;
    const { author, clock } = entry.content;
    const chain = this.#chains.get(author);
    if (chain) chain.push(entry);
    else this.#chains.set(author, [entry]);
    this.#counts.set(person, (this.#counts.get(person) ?? 0) + 1);
    this.#clock = Math.max(this.#clock, clock);
    this.#characters += entry.text.length;
    this.#entries.splice(this.#place(entry), 0, entry);
    return judgement;
  }

  /** How many entries come before one that is not here, by binary search. @param {Entry} entry */
  #place({ content }) {
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(this.#entries[middle].content, content) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** What the next entry of an author begins with. @param {string} author */
  next(author) {
    const chain = this.#chains.get(author) ?? [];
    return { author, number: chain.length + 1, clock: this.#clock + 1, previous: chain.at(-1)?.id ?? "" };
  }

  /** What is here. @returns {Point[]} */
  get vector() {
    return [...this.#chains].map(([author, chain]) => ({ author, last: chain.length, id: chain[chain.length - 1].id }));
  }

  /**
   * Whether whoever has this vector has something that is missing here and can be added, or says that they have another entry.
   *
   * @param {readonly Point[]} vector
   */
  lacks(vector) {
    const isLonger = (/** @type {Point} */ { author, last }) => last > (this.#chains.get(author)?.length ?? 0);
    return vector.some((point) => !this.#forked.has(point.author) && (isLonger(point) || this.#differs(point)));
  }

  /** What is here and missing there, in order. @param {readonly Point[]} vector */
  after(vector) {
    const lasts = new Map(vector.map(({ author, last }) => [author, last]));
    return this.#entries.filter(({ content }) => content.number > (lasts.get(content.author) ?? 0));
  }

  /**
   * What to ask with, of whoever has this vector: it leaves out the authors of whom they say that they have another entry, so that all
   * entries of these are sent. A vector is not signed and proves nothing.
   *
   * @param {readonly Point[]} vector
   */
  vectorFor(vector) {
    const disputed = new Set(vector.filter((point) => this.#differs(point)).map(({ author }) => author));
    return this.vector.filter(({ author }) => this.#forked.has(author) || !disputed.has(author));
  }

  /** Whether another entry is here at the same place. @param {Point} point */
  #differs({ author, last, id }) {
    return (this.#chains.get(author)?.[last - 1]?.id ?? id) !== id;
  }
}
