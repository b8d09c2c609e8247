/**
 * What peers have sent in the chat and was not taken yet. Messages of one peer are taken one after the other; entries that follow each
 * other are taken together, because their signatures take time to check.
 *
 * @import { ChatMessage, EntryMessage } from "../channels/protocols/chat.js"
 */

/** Of one peer, while others are checked. A peer that sends more is asked again for the rest. */
const MOST_UNREAD = 6000;
/** Entries of one peer whose signatures are checked at the same time. */
const AT_ONCE = 64;

export class Inbox {
  #take;
  #takeEntries;
  #signal;
  /** By peer, in order. @type {Map<string, ChatMessage[]>} */
  #unread = new Map();

  /**
   * @param {object} options
   * @param {(from: string, message: ChatMessage) => Promise<void>} options.take
   * @param {(from: string, entries: readonly EntryMessage[]) => Promise<void>} options.takeEntries
   * @param {AbortSignal} options.signal
   */
  constructor({ take, takeEntries, signal }) {
    this.#take = take;
    this.#takeEntries = takeEntries;
    this.#signal = signal;
  }

  /** @param {string} from @param {ChatMessage} message */
  receive(from, message) {
    const unread = this.#unread.get(from);
    if (unread && unread.length >= MOST_UNREAD) return;
    if (unread) return void unread.push(message);
    const first = [message];
    this.#unread.set(from, first);
    void this.#takeAll(from, first);
  }

  /** @param {string} from a peer that is gone */
  forget(from) {
    this.#unread.delete(from);
  }

  /** Takes also what comes meanwhile. @param {string} from @param {ChatMessage[]} unread */
  async #takeAll(from, unread) {
    while (unread.length && !this.#signal.aborted) {
      const entries = entriesFirst(unread);
      const taken = entries.length ? this.#takeEntries(from, entries) : this.#take(from, /** @type {ChatMessage} */ (unread.shift()));
      await taken.catch(() => {});
    }
    if (this.#unread.get(from) === unread) this.#unread.delete(from);
  }
}

/** Takes the entries out that come first. @param {ChatMessage[]} unread @returns {EntryMessage[]} at most {@link AT_ONCE} */
function entriesFirst(unread) {
  const end = unread.findIndex(({ type }) => type !== "entry");
  return /** @type {EntryMessage[]} */ (unread.splice(0, Math.min(AT_ONCE, end < 0 ? unread.length : end)));
}
