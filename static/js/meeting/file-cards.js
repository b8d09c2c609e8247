/**
 * The cards of the files in a chat, what their buttons do, and what is said of files: that one begins, is complete or has failed. Loaded with
 * the first file.
 *
 * @import { Offer } from "../chat/offer.js"
 * @import { FileState, Phase } from "../files/transfer.js"
 * @import { Clock } from "../lib/clock.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 * @import { FileAction } from "../ui/file-face.js"
 * @import { Files } from "./files.js"
 * @typedef {object} Shown a message of the chat that offers a file
 * @property {string} id of the message
 * @property {Offer} offer
 * @property {string} from the id of the participant
 * @property {boolean} isOwn
 * @typedef {Shown & {card: FileCard}} Held
 */

import { Refused } from "../files/transfer.js";
import { Batch } from "../lib/batch.js";
import { safeFileName } from "../lib/file-names.js";
import { gettext, interpolate, ngettext } from "../lib/gettext.js";
import { listener } from "../lib/listen.js";
import { Pace } from "../lib/pace.js";
import { FileCard } from "../ui/file-card.js";
import { face, failure } from "../ui/file-face.js";
import { FilePreview } from "../ui/file-preview.js";

const ANNOUNCE_MS = 1000;
/** What leads to a complete file that is worth saying. @type {readonly Phase[]} */
const UNDERWAY = ["waiting", "fetching", "paused"];

export class FileCards {
  #files;
  #nameOf;
  #isSeen;
  #open;
  #withdraw;
  #notices;
  #clock;
  #signal;
  #preview = new FilePreview();
  /** By message. @type {Map<string, Held>} */
  #cards = new Map();
  /** As they were last, by file. @type {Map<string, FileState>} */
  #states = new Map();
  /** What was said to have begun. @type {Set<string>} */
  #begun = new Set();
  /** What others have got of each of our files, by file. @type {Map<string, {pace: Pace, held: Map<string, number>, sum: number}>} */
  #sent = new Map();
  /** @type {Batch<{file: string, name: string}>} */
  #received;
  /** Files are prepared one after another. @type {Promise<unknown>} */
  #turn = Promise.resolve();

  /**
   * @param {object} options
   * @param {Files} options.files
   * @param {HTMLElement} options.root where a preview is put
   * @param {(id: string) => string} options.nameOf a participant
   * @param {() => boolean} options.isSeen whether the cards are
   * @param {() => void} options.open shows the chat
   * @param {(id: string) => void} options.withdraw a message
   * @param {CallNotices} options.notices
   * @param {Clock} options.clock
   * @param {AbortSignal} options.signal
   */
  constructor({ files, root, nameOf, isSeen, open, withdraw, notices, clock, signal }) {
    this.#files = files;
    this.#nameOf = nameOf;
    this.#isSeen = isSeen;
    this.#open = open;
    this.#withdraw = withdraw;
    this.#notices = notices;
    this.#clock = clock;
    this.#signal = signal;
    this.#received = new Batch({ ms: ANNOUNCE_MS, clock, signal, done: (received) => this.#announceReceived(received) });
    root.append(this.#preview);
    signal.addEventListener("abort", () => this.#preview.remove());
    listener(signal)(files, "change", (id) => this.#changed(id));
  }

  /** The card of a message, always the same. @param {Shown} shown */
  card(shown) {
    const known = this.#cards.get(shown.id);
    if (known) return known.card;
    const held = { ...shown, card: new FileCard() };
    held.card.addEventListener("act", (event) => this.#act(Reflect.get(event, "detail").action, held));
    this.#cards.set(shown.id, held);
    this.#changed(shown.offer.id);
    return held.card;
  }

  /** Draws all anew: somebody is called otherwise, or is refused. */
  update() {
    for (const held of this.#cards.values()) this.#draw(held);
  }

  /**
   * A file is copied and hashed. `place` gets a card until it is done.
   *
   * @param {File} file
   * @param {string} peer
   * @param {(card: FileCard) => void} place
   * @returns {Promise<Offer | null>} null if it was cancelled, or the person was told why not
   */
  async prepare(file, peer, place) {
    const card = new FileCard();
    const cancel = new AbortController();
    const signal = AbortSignal.any([cancel.signal, this.#signal]);
    const show = (/** @type {number} */ held) => (card.face = preparing(file, held, this.#nameOf));
    card.addEventListener("act", () => (cancel.abort(), card.remove()));
    place(card);
    show(0);
    const offered = this.#turn.then(() => this.#files.offer(file, peer, signal, show));
    this.#turn = offered.catch(() => {});
    try {
      return await offered;
    } catch (error) {
      if (!signal.aborted) this.#tell(file.name, error);
      return null;
    } finally {
      card.remove();
    }
  }

  // What is shown

  /** @param {string} id of a file */
  #changed(id) {
    const state = this.#files.state(id);
    if (!state) return;
    const before = this.#states.get(id);
    this.#states.set(id, state);
    const cards = [...this.#cards.values()].filter(({ offer }) => offer.id === id);
    if (cards.some(({ isOwn }) => isOwn)) this.#follow(id, state);
    for (const held of cards) this.#draw(held);
    if (cards[0]) this.#say(cards[0], before, state);
  }

  /** @param {Held} held */
  #draw({ card, offer, from, isOwn }) {
    const state = this.#states.get(offer.id);
    if (!state) return;
    const isRefused = this.#files.refuses(from);
    card.face = face({ offer, state, isOwn, isRefused, pace: this.#paceOf(offer.id, state), nameOf: this.#nameOf });
  }

  /** Counts what others have got of our file. @param {string} id @param {FileState} state */
  #follow(id, { whole, receivers, size }) {
    const now = new Map([
      ...whole.map((who) => /** @type {const} */ ([who, size])),
      ...receivers.map(({ id: who, held }) => /** @type {const} */ ([who, held])),
    ]);
    const sent = this.#sent.get(id) ?? { pace: new Pace(), held: now, sum: 0 };
    this.#sent.set(id, sent);
    for (const [who, held] of now) sent.sum += Math.max(0, held - (sent.held.get(who) ?? 0));
    for (const [who, held] of now)
      if (held === size && (sent.held.get(who) ?? size) < size) this.#received.add({ file: id, name: this.#nameOf(who) });
    sent.held = now;
    sent.pace.note(sent.sum, this.#clock.now());
  }

  /** @param {string} id @param {FileState} state */
  #paceOf(id, { receivers, size }) {
    const rate = this.#sent.get(id)?.pace.rate(this.#clock.now()) ?? 0;
    const missing = receivers.reduce((sum, { held }) => sum + size - held, 0);
    return { rate, secondsLeft: rate ? missing / rate : null };
  }

  // What is said

  /** @param {Held} held @param {FileState | undefined} before @param {FileState} state */
  #say({ offer, isOwn }, before, { phase, reason, deceivers }) {
    const name = safeFileName(offer.name);
    for (const id of deceivers) if (!before?.deceivers.includes(id)) this.#warn(id, name);
    if (!before || before.phase === phase) return;
    const isNew = !this.#begun.has(offer.id);
    if (phase === "fetching" && isNew) this.#notices.announce(interpolate(gettext("Getting %(name)s"), { name }));
    if (phase === "fetching") this.#begun.add(offer.id);
    else if (!UNDERWAY.includes(phase)) this.#begun.delete(offer.id);
    if (phase === "complete" && UNDERWAY.includes(before.phase)) this.#report(interpolate(gettext("%(name)s is complete."), { name }), offer.id);
    if (phase === "failed" && reason !== "aborted" && !isOwn) this.#report(`${name}: ${failure(reason)}`, offer.id);
  }

  /** Where the card is seen, it is only read out. @param {string} words @param {string} id */
  #report(words, id) {
    if (this.#isSeen()) this.#notices.announce(words);
    else this.#notices.say(words, { key: `file ${id}`, action: { label: gettext("Open the chat"), run: this.#open } });
  }

  /** @param {string} id @param {string} file */
  #warn(id, file) {
    const words = gettext("The browser of %(name)s sent wrong pieces of %(file)s. They were not kept.");
    this.#notices.say(interpolate(words, { name: this.#nameOf(id), file }), { key: `deceived ${id}` });
  }

  /** @param {{file: string, name: string}[]} received */
  #announceReceived(received) {
    for (const [id, those] of Map.groupBy(received, ({ file }) => file)) {
      const held = [...this.#cards.values()].find(({ offer }) => offer.id === id);
      if (!held) continue;
      const names = new Intl.ListFormat(document.documentElement.lang || undefined).format(those.map(({ name }) => name));
      const words = ngettext("%(names)s has %(file)s now.", "%(names)s have %(file)s now.", those.length);
      this.#notices.announce(interpolate(words, { names, file: safeFileName(held.offer.name) }));
    }
  }

  // What is done

  /** @param {FileAction} action @param {Held} held */
  #act(action, { id: message, offer }) {
    const { id } = offer;
    switch (action) {
      case "get":
        return this.#files.accept(id);
      case "pause":
        return this.#files.pause(id);
      case "resume":
        return this.#files.resume(id);
      case "cancel":
        return this.#files.cancel(id);
      case "withdraw":
        return this.#withdraw(message);
      case "save":
        return void this.#files.save(id).catch((error) => this.#tell(offer.name, error));
      case "show":
        return void this.#show(offer);
    }
  }

  /** @param {Offer} offer */
  async #show({ id, name, type }) {
    try {
      this.#preview.show(await this.#files.open(id), safeFileName(name), type.toLowerCase());
    } catch (error) {
      this.#tell(name, error);
    }
  }

  /** Why something did not work; what the person stopped is no news. @param {string} name @param {unknown} error */
  #tell(name, error) {
    const reason = error instanceof Refused ? error.reason : "";
    if (reason !== "aborted" && !this.#signal.aborted) this.#notices.say(`${safeFileName(name)}: ${failure(reason)}`, { key: "file" });
  }
}

/** @param {File} file @param {number} held @param {(id: string) => string} nameOf */
function preparing({ name, size, type }, held, nameOf) {
  /** @type {FileState} */
  const state = { phase: "preparing", held, size, rate: 0, secondsLeft: null, reason: "", holders: [], whole: [], receivers: [], deceivers: [] };
  return face({ offer: { id: "", name, size, type }, state, isOwn: false, isRefused: false, pace: { rate: 0, secondsLeft: null }, nameOf });
}
