/**
 * Reactions: what everybody shows everybody for a moment (`docs/protocol.md`, section 6). Loaded with the first one.
 *
 * @import { Bucket } from "../lib/bucket.js"
 * @import { Clock } from "../lib/clock.js"
 * @import { People } from "../signaling/people.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 * @import { Tiles } from "./stage/tiles.js"
 */

import { Batch } from "../lib/batch.js";
import { gettext } from "../lib/gettext.js";
import { float, REACTIONS, sentence } from "../ui/reactions.js";
import { keyOf } from "./stage/tiles.js";

/** Of one person, sent and shown. */
const BUDGET = { rate: 1, burst: 5 };
const SHOWN_MS = 3500;
const TOLD_MS = 3000;

export class Reactions {
  #send;
  #people;
  #tiles;
  #stage;
  #notices;
  #random;
  #newBudget;
  #clock;
  #signal;
  /** By id of their sender. @type {Map<string, Bucket>} */
  #budgets = new Map();
  /** Those that are to be told. */
  #told;

  /**
   * @param {{send: (reaction: string) => void, people: Pick<People, "self" | "present" | "limit">, tiles: Pick<Tiles, "of">,
   *   stage: Element, notices: CallNotices, random: () => number, budget: (rate: {rate: number, burst: number}) => Bucket,
   *   clock: Clock, signal: AbortSignal}} options `stage`: over which reactions float of people who are not shown
   */
  constructor({ send, people, tiles, stage, notices, random, budget, clock, signal }) {
    this.#send = send;
    this.#people = people;
    this.#tiles = tiles;
    this.#stage = stage;
    this.#notices = notices;
    this.#random = random;
    this.#newBudget = budget;
    this.#clock = clock;
    this.#signal = signal;
    /** @type {Batch<{from: string, reaction: string}>} */
    this.#told = new Batch({ ms: TOLD_MS, clock, signal, done: (told) => this.#tell(told) });
    signal.addEventListener("abort", () => this.#clear(), { once: true });
  }

  #clear() {
    for (const floating of this.#stage.querySelectorAll(".reaction")) floating.remove();
  }

  /** Sends a reaction of ours, unless we may not, or have sent many. @param {string} reaction */
  react(reaction) {
    const limit = this.#people.limit(this.#people.self, "reactions");
    if (limit)
      return this.#notices.say(limit === "everyone" ? gettext("Only hosts react in this meeting now.") : gettext("A host does not let you react."), {
        key: "reactions",
      });
    if (this.receive({ from: this.#people.self, reaction })) this.#send(reaction);
  }

  /**
   * @param {{from: string, reaction: string}} received
   * @returns {boolean} whether it is shown: it is one that we know, of somebody who is present, may react, and does not send too many
   */
  receive({ from, reaction }) {
    const person = this.#people.present.get(from);
    if (!person || !REACTIONS.has(reaction) || this.#people.limit(from, "reactions") || !this.#budget(from).take(1)) return false;
    this.#show(from, reaction, person.name);
    this.#told.add({ from, reaction });
    return true;
  }

  /** @param {string} id */
  #budget(id) {
    const budget = this.#budgets.get(id) ?? this.#newBudget(BUDGET);
    this.#budgets.set(id, budget);
    for (const known of this.#budgets.keys()) if (!this.#people.present.has(known)) this.#budgets.delete(known);
    return budget;
  }

  /**
   * Over the tile; of somebody whose tile is not shown now, over the call, with the name.
   *
   * @param {string} from
   * @param {string} reaction
   * @param {string} name
   */
  #show(from, reaction, name) {
    const tile = this.#tiles.of(keyOf(from, this.#people.self));
    const isShown = tile?.checkVisibility({ visibilityProperty: true }) ?? false;
    const floating = float(isShown && tile ? tile : this.#stage, { reaction, name: isShown ? "" : name, chance: this.#random() });
    this.#clock.after(SHOWN_MS, () => floating.remove(), this.#signal);
  }

  /** Announces how many reactions there were, not each of them. @param {{from: string, reaction: string}[]} told */
  #tell(told) {
    const { present, self } = this.#people;
    const others = told.filter(({ from }) => from !== self);
    const sentences = [...REACTIONS.keys()].flatMap((reaction) => {
      const ids = new Set(others.filter((one) => one.reaction === reaction).map(({ from }) => from));
      const names = [...ids].flatMap((id) => present.get(id)?.name ?? []);
      return names.length ? sentence(reaction, names) : [];
    });
    if (others.length < told.length) sentences.push(gettext("Your reaction was sent"));
    if (sentences.length) this.#notices.announce(sentences.join(". "));
  }
}
