/**
 * The security code of the meeting: computed from the keys and certificates of everybody, shown in a dialog, and announced when it changes once
 * somebody has looked at it.
 *
 * @import { Person, People } from "../signaling/people.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 * @import { Code } from "../verification/code.js"
 * @import { Proofs, Standing } from "./proofs.js"
 * @typedef {ReadonlyMap<string, {name: string, proof: string}>} Seen of whom the last code was, by id
 */

import { gettext, interpolate } from "../lib/gettext.js";
import { Later } from "../lib/later.js";
import { listener } from "../lib/listen.js";
import { VerificationDialog } from "../ui/verification-dialog.js";
import { compute, subject } from "../verification/code.js";

export class Verification {
  #people;
  #proofs;
  #notices;
  #words;
  #subtle;
  #signal;
  #dialog = new VerificationDialog();
  #update;
  /** Whether the person has looked at the code. */
  #isWatching = false;
  /** What a code was asked for; "" while there cannot be one. */
  #wanted = "";
  /** @type {Code | null} */
  #code = null;
  /** @type {Seen} */
  #seen = new Map();

  /**
   * @param {object} options
   * @param {HTMLElement} options.root
   * @param {People} options.people
   * @param {Proofs} options.proofs
   * @param {CallNotices} options.notices
   * @param {() => Promise<readonly string[]>} options.words loads the list of words
   * @param {SubtleCrypto} options.subtle
   * @param {AbortSignal} options.signal
   */
  constructor({ root, people, proofs, notices, words, subtle, signal }) {
    this.#people = people;
    this.#proofs = proofs;
    this.#notices = notices;
    this.#words = words;
    this.#subtle = subtle;
    this.#signal = signal;
    this.#update = new Later(() => void this.#renew(), signal);
    root.append(this.#dialog);
    signal.addEventListener("abort", () => this.#dialog.remove());
    const on = listener(signal);
    on(people, "change", () => this.#update.ask());
    on(proofs, "change", () => this.#update.ask());
    on(proofs, "forged", (id) => this.#warn(id));
  }

  open() {
    this.#isWatching = true;
    void this.#renew();
    this.#dialog.open();
  }

  /** @param {string} id of a peer that was cut off */
  #warn(id) {
    const name = this.#people.present.get(id)?.name;
    const words = gettext(
      "The connection to %(name)s was closed: its certificate is not the one that their browser has signed. Somebody may sit in between.",
    );
    if (name) this.#notices.say(interpolate(words, { name }), { key: `forged ${id}`, stays: true });
  }

  async #renew() {
    if (!this.#isWatching) return;
    const people = [...this.#people.present.values()];
    const wanted = this.#obstacle(people) ? "" : subject(this.#people.room?.slug ?? "", people.map((person) => this.#covered(person)));
    this.#show(people);
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.#code = null;
    this.#show(people);
    if (wanted) await this.#compute(wanted, people);
  }

  /** @param {string} wanted @param {readonly Person[]} people */
  async #compute(wanted, people) {
    try {
      const code = await compute(wanted, await this.#words(), this.#subtle);
      if (this.#signal.aborted || wanted !== this.#wanted) return;
      this.#code = code;
      this.#explain(new Map(people.map((person) => [person.id, { name: person.name, proof: JSON.stringify(this.#covered(person)) }])));
      this.#show(people);
    } catch {
      if (this.#signal.aborted || wanted !== this.#wanted) return;
      this.#wanted = "";
      this.#dialog.status = gettext("The list of words could not be loaded. Check your connection, then open this again.");
    }
  }

  /** @param {Seen} seen of whom the code is now */
  #explain(seen) {
    const text = this.#seen.size ? reason(this.#seen, seen, this.#people.self) : "";
    this.#seen = seen;
    if (!text) return;
    this.#dialog.change = text;
    if (!this.#dialog.isOpen) this.#notices.say(text, { key: "security code" });
  }

  /** @param {Person} person */
  #covered({ id }) {
    const { key, certificate } = this.#proofs.of(id);
    return { id, key, certificate };
  }

  /** @param {readonly Person[]} people */
  #show(people) {
    this.#dialog.code = this.#code;
    this.#dialog.status = this.#obstacle(people) || (this.#code ? "" : gettext("The code is being computed…"));
    this.#dialog.people = people.map((person) => {
      const { standing } = this.#proofs.of(person.id);
      return { ...person, note: this.#note(person.id, standing), isCovered: standing === "signed" };
    });
  }

  /** Why there can be no code now; "" if there can. @param {readonly Person[]} people */
  #obstacle(people) {
    if (people.length < 2) return gettext("You are the only one here. There is a code as soon as somebody else has come.");
    const own = this.#proofs.of(this.#people.self).standing;
    if (own === "unsigned") return gettext("Your browser has made no certificate for this page. Load the page again.");
    const missing = people.find(({ id }) => id !== this.#people.self && this.#proofs.of(id).standing === "waiting");
    if (missing) return interpolate(gettext("There is a code as soon as you are connected to %(name)s."), { name: missing.name });
    return own === "waiting" ? gettext("The code is being computed…") : "";
  }

  /** @param {string} id @param {Standing} standing */
  #note(id, standing) {
    if (id === this.#people.self) return gettext("You");
    return {
      waiting: gettext("Not connected yet"),
      signed: gettext("Covered by the code"),
      unsigned: gettext("Not covered: their program signs nothing. Somebody may sit between you and them."),
    }[standing];
  }
}

/**
 * Why a code is another than the one before.
 *
 * @param {Seen} before
 * @param {Seen} now
 * @param {string} self
 */
export function reason(before, now, self) {
  const joined = [...now].filter(([id]) => !before.has(id)).map(([, { name }]) => name);
  const left = [...before].filter(([id]) => !now.has(id)).map(([, { name }]) => name);
  const renewed = [...now].filter(([id, { proof }]) => id !== self && before.has(id) && before.get(id)?.proof !== proof).map(([, { name }]) => name);
  const [name = ""] = [...joined, ...left, ...renewed];
  if (joined.length + left.length + renewed.length > 1)
    return gettext("The security code changed because several people came, went or loaded the page again.");
  if (joined.length) return interpolate(gettext("The security code changed because %(name)s joined."), { name });
  if (left.length) return interpolate(gettext("The security code changed because %(name)s left."), { name });
  return renewed.length
    ? interpolate(
        gettext(
          "The security code changed because the page of %(name)s has another key or certificate: they have loaded it again, or somebody sits in between.",
        ),
        { name },
      )
    : "";
}
