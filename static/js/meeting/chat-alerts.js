/**
 * How a person learns of new messages: unread counts, a preview in the header of the call, which covers no video, one announcement for
 * messages that come together, and a sound.
 *
 * @import { Clock } from "../lib/clock.js"
 * @import { SoundOutput } from "../media/sound-output.js"
 * @import { Preferences } from "../preferences/preferences.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 */

import { Batch } from "../lib/batch.js";
import { h, write } from "../lib/dom.js";
import { interpolate, ngettext } from "../lib/gettext.js";
import { chime } from "../media/chime.js";

const TONES = [{ pitch: 880, at: 0 }];
const LOUDNESS = 0.05;
const PREVIEW_MS = 6000;
const PREVIEW_LENGTH = 200;
const ANNOUNCE_MS = 1000;

export class ChatAlerts {
  #notices;
  #preferences;
  #sound;
  #unread;
  #clock;
  #signal;
  #preview;
  /** By conversation. @type {Map<string, number>} */
  #counts = new Map();
  /** What was not announced yet. @type {Batch<{words: string, isRead: boolean}>} */
  #unsaid;

  /**
   * @param {object} options
   * @param {HTMLElement} options.header of the call
   * @param {CallNotices} options.notices
   * @param {Preferences} options.preferences
   * @param {SoundOutput} options.sound
   * @param {() => void} options.open shows the chat
   * @param {(count: number) => void} options.unread gets the number of unread messages
   * @param {Clock} options.clock
   * @param {AbortSignal} options.signal
   */
  constructor({ header, notices, preferences, sound, open, unread, clock, signal }) {
    this.#notices = notices;
    this.#preferences = preferences;
    this.#sound = sound;
    this.#unread = unread;
    this.#clock = clock;
    this.#signal = signal;
    this.#unsaid = new Batch({ ms: ANNOUNCE_MS, clock, signal, done: (arrived) => this.#announce(arrived) });
    this.#preview = h("button", { type: "button", class: "chat-preview", hidden: true });
    this.#preview.addEventListener("click", open);
    header.append(this.#preview);
    signal.addEventListener("abort", () => this.#preview.remove());
  }

  /** How many are unread in a conversation. @param {string} peer */
  count(peer) {
    return this.#counts.get(peer) ?? 0;
  }

  /**
   * A message has come.
   *
   * @param {string} words
   * @param {string} peer the conversation
   * @param {boolean} isRead whether it is seen at once
   */
  arrive(words, peer, isRead) {
    this.#unsaid.add({ words, isRead });
    if (isRead) return;
    this.#counts.set(peer, this.count(peer) + 1);
    this.#total();
    this.#show(words.slice(0, PREVIEW_LENGTH));
  }

  /** A conversation is seen. @param {string} peer */
  read(peer) {
    this.#preview.hidden = true;
    if (this.#counts.delete(peer)) this.#total();
  }

  /** @param {string} words */
  #show(words) {
    write(this.#preview, words);
    this.#preview.hidden = false;
    const hide = () => {
      if (this.#preview.textContent === words) this.#preview.hidden = true;
    };
    this.#clock.after(PREVIEW_MS, hide, this.#signal);
  }

  /** @param {{words: string, isRead: boolean}[]} arrived */
  #announce(arrived) {
    const count = arrived.length;
    const several = interpolate(ngettext("%(count)s new message in the chat", "%(count)s new messages in the chat", count), { count });
    this.#notices.announce(count > 1 ? several : arrived[0].words);
    const isNoticed = arrived.every(({ isRead }) => isRead);
    if (this.#preferences.chimes && this.#sound.isOn && !isNoticed && globalThis.AudioContext) chime(TONES, LOUDNESS, new AudioContext());
  }

  #total() {
    this.#unread([...this.#counts.values()].reduce((sum, count) => sum + count, 0));
  }
}
