/**
 * Files in the chat: tells the files of the meeting what the chat offers, has a card for each, and offers what a person chose. What is needed
 * for that is loaded with the first file.
 *
 * @import { Offer } from "../chat/offer.js"
 * @import { ChatMessageView } from "../chat/transcript.js"
 * @import { Clock } from "../lib/clock.js"
 * @import { Preferences } from "../preferences/preferences.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 * @import { ChatPanel } from "../ui/chat-panel.js"
 * @import { FileCards } from "./file-cards.js"
 * @import { Files } from "./files.js"
 * @import { FilesLoader } from "./files-loader.js"
 */

import { safeFileName } from "../lib/file-names.js";
import { writeOffer } from "../chat/offer.js";
import { gettext, interpolate, ngettext } from "../lib/gettext.js";
import { Lazy } from "../lib/lazy.js";

/** Of one choice or drop: each is an entry in the log of everybody. */
const MOST_AT_ONCE = 50;

export class ChatFiles {
  #loader;
  #options;
  #loading = new Lazy(() => this.#load());
  /** Once they are loaded. @type {{files: Files, cards: FileCards} | null} */
  #loaded = null;
  /** What was told of each conversation: those who offer a file, by the file's id. @type {Map<string, Map<string, string>>} */
  #told = new Map();

  /**
   * @param {object} options
   * @param {FilesLoader} options.loader
   * @param {HTMLElement} options.root
   * @param {ChatPanel} options.panel
   * @param {(id: string) => string} options.nameOf
   * @param {(peer: string, text: string) => Promise<boolean>} options.say writes an entry of a file
   * @param {(id: string) => void} options.withdraw a message
   * @param {() => boolean} options.isSeen whether the messages are
   * @param {() => void} options.open shows the chat
   * @param {() => void} options.changed there are cards now
   * @param {CallNotices} options.notices
   * @param {Preferences} options.preferences
   * @param {Clock} options.clock
   * @param {AbortSignal} options.signal
   */
  constructor({ loader, ...options }) {
    this.#loader = loader;
    this.#options = options;
    options.panel.fetches = options.preferences.fetchesFiles;
  }

  /**
   * What a conversation shows now.
   *
   * @param {string} peer
   * @param {readonly ChatMessageView[]} views
   */
  async tell(peer, views) {
    /** @type {Map<string, {file: Offer, person: string}>} */
    const offers = new Map();
    for (const { file, person, isDeleted } of views) if (file && !isDeleted) offers.set(file.id, { file, person });
    if (!offers.size && !this.#told.get(peer)?.size) return;
    const { files } = await this.#loading.get();
    const told = this.#told.get(peer) ?? new Map();
    this.#told.set(peer, told);
    for (const id of told.keys()) if (!offers.has(id)) (files.withdraw(id, peer), told.delete(id));
    for (const [id, { file, person }] of offers) if (told.get(id) !== person) (files.know(file, peer, person), told.set(id, person));
  }

  /** We are somebody else now. */
  forget() {
    this.#told.clear();
  }

  /** The card of a message; null until it is loaded. @param {ChatMessageView} view @param {boolean} isOwn */
  card({ id, file, person, isDeleted }, isOwn) {
    if (!file || isDeleted) return null;
    return this.#loaded?.cards.card({ id, offer: file, from: person, isOwn }) ?? null;
  }

  /** Names may have changed. */
  update() {
    this.#loaded?.cards.update();
  }

  /** @param {boolean} on whether files of members are fetched without asking */
  set fetches(on) {
    this.#options.panel.fetches = this.#options.preferences.fetchesFiles = on;
    if (this.#loaded) this.#loaded.files.acceptFrom = on ? "members" : "ask";
  }

  /**
   * Offers files, in their order.
   *
   * @param {readonly File[]} chosen
   * @param {string} peer
   */
  async offer(chosen, peer) {
    const { notices } = this.#options;
    if (chosen.length > MOST_AT_ONCE) {
      const words = ngettext(
        "At most %(count)s file can be offered at once.",
        "At most %(count)s files can be offered at once. Put them into an archive, or offer some of them.",
        MOST_AT_ONCE,
      );
      return notices.say(interpolate(words, { count: MOST_AT_ONCE }), { key: "file" });
    }
    const { files, cards } = await this.#loading.get();
    await Promise.all(chosen.map((file) => this.#offer(files, cards, file, peer)));
  }

  /** @param {Files} files @param {FileCards} cards @param {File} file @param {string} peer */
  async #offer(files, cards, file, peer) {
    const { panel, say, notices, signal } = this.#options;
    const offer = await cards.prepare(file, peer, (card) => panel.prepare(card));
    if (!offer || signal.aborted) return;
    const name = safeFileName(offer.name);
    if (await say(peer, writeOffer({ ...offer, name }))) return notices.announce(interpolate(gettext("%(name)s is offered."), { name }));
    if (!this.#told.get(peer)?.has(offer.id)) files.withdraw(offer.id, peer);
    notices.say(gettext("The file was not offered: the chat is full, or not ready yet."), { key: "file" });
  }

  async #load() {
    const { preferences, signal, changed, ...options } = this.#options;
    const [{ FileCards }, files] = await Promise.all([import("./file-cards.js"), this.#loader.get()]);
    signal.throwIfAborted();
    files.acceptFrom = preferences.fetchesFiles ? "members" : "ask";
    this.#loaded = { files, cards: new FileCards({ ...options, files, signal }) };
    changed();
    return this.#loaded;
  }
}
