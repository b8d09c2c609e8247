/**
 * Keeps the conversations of one participant equal with those of all peers: sends what one writes, and asks for what is missing.
 *
 * Each breakout room has its own conversation of everybody. Its entries name the room, and are taken in no other.
 *
 * Events: `entry` (detail: {@link Added}), `forked` (detail: an {@link Author} who has told different people different things), `typing`
 * (detail: `{from, private}`).
 *
 * @import { RoomChannel } from "../channels/room-channel.js"
 * @import { ChatMessage, EntryMessage, Point } from "../channels/protocols/chat.js"
 * @import { Clock } from "../lib/clock.js"
 * @import { Signer, Verifier } from "../verification/keys.js"
 * @import { Author, Authors } from "./authors.js"
 * @import { Content, Entry, Kind } from "./entry.js"
 * @typedef {{peer: string, entry: Entry, author: Author, isNews: boolean}} Added `peer`: the other one of a private conversation, else "";
 *   `isNews`: whether it was not there before we were
 */

import { Bucket } from "../lib/bucket.js";
import { listener } from "../lib/listen.js";
import { ENTRY } from "../verification/keys.js";
import { Conversation } from "./conversation.js";
import { read, write } from "./entry.js";
import { Inbox } from "./inbox.js";

/** How often everybody is told what we have, while we receive entries: somebody may have no path to their author. */
const TELL_MS = 2000;
/** Requests of one peer that are answered. */
const REQUESTS = { rate: 1, burst: 10 };

/** @typedef {{conversation: Conversation, entry: Entry, author: Author}} Checked an entry that its author has signed */

export class Exchange extends EventTarget {
  #self;
  #channel;
  #peers;
  #authors;
  #verifier;
  #signer;
  #since;
  /** The breakout room where we are; "" is the main room. */
  #place;
  #wall;
  #clock;
  #signal;
  /** By peer; with "#" before it, by place. @type {Map<string, Conversation>} */
  #conversations = new Map();
  #inbox;
  /** @type {Map<string, Bucket>} */
  #requests = new Map();
  #writing = Promise.resolve();
  #isTelling = false;

  /**
   * @param {object} options
   * @param {string} options.self our id
   * @param {RoomChannel<ChatMessage>} options.channel
   * @param {() => Iterable<string>} options.peers the ids of the others
   * @param {Authors} options.authors in which we are attested
   * @param {Verifier} options.verifier
   * @param {Signer} options.signer
   * @param {number} options.since when we came, in ms since 1970
   * @param {string} [options.place] the breakout room where we are
   * @param {() => number} options.wall ms since 1970
   * @param {Clock} options.clock
   * @param {AbortSignal} options.signal
   */
  constructor({ self, channel, peers, authors, verifier, signer, since, place = "", wall, clock, signal }) {
    super();
    this.#self = self;
    this.#channel = channel;
    this.#peers = peers;
    this.#authors = authors;
    this.#verifier = verifier;
    this.#signer = signer;
    this.#since = since;
    this.#place = place;
    this.#wall = wall;
    this.#clock = clock;
    this.#signal = signal;
    this.#inbox = new Inbox({
      take: (from, message) => this.#take(from, message),
      takeEntries: (from, entries) => this.#takeEntries(from, entries),
      signal,
    });
    const on = listener(signal);
    on(channel, "message", ({ from, message }) => this.#inbox.receive(from, message));
    for (const type of ["open", "version"]) on(channel, type, (id) => this.#meet(id));
    for (const id of peers()) this.#meet(id);
  }

  /** @param {string} peer "" for everybody */
  log(peer) {
    return this.#conversation(peer).log;
  }

  /** Whom we have private conversations with. */
  get correspondents() {
    return [...this.#conversations.values()].filter(({ peer, log }) => peer && log.entries.length).map(({ peer }) => peer);
  }

  /**
   * @param {string} peer who alone gets it; "" for everybody
   * @param {Kind} kind
   * @param {string} text
   * @param {string} [about] the message that it is about
   * @returns {Promise<boolean>} false if the conversation is full
   */
  async say(peer, kind, text, about = "") {
    const said = this.#writing.then(() => this.#say(peer, kind, text, about));
    this.#writing = said.then(() => {}, () => {});
    return said;
  }

  /** @param {string} peer "" for everybody */
  typing(peer) {
    this.#post(peer, { type: "typing", private: Boolean(peer) });
  }

  /** We are in another place, with those who are peers now: the conversation of everybody is another. @param {string} place */
  move(place) {
    if (place === this.#place) return;
    this.#conversation("").rest();
    this.#place = place;
    for (const id of this.#peers()) this.#tell(id, "", "ask");
  }

  /** Our name or role has changed. */
  introduce() {
    for (const id of this.#peers()) this.#introduce(id);
  }

  /** @param {string} id of a peer that is gone */
  forget(id) {
    this.#inbox.forget(id);
    this.#requests.delete(id);
    for (const conversation of this.#conversations.values()) conversation.drop(id);
  }

  // Out

  /**
   * @param {string} peer
   * @param {Kind} kind
   * @param {string} text
   * @param {string} about
   */
  async #say(peer, kind, text, about) {
    const { self } = this.#authors;
    const conversation = this.#conversation(peer);
    if (!self) return false;
    /** @type {Content} */
    const content = { ...conversation.log.next(self.author), time: this.#wall(), to: peer || this.#place, kind, about, text };
    const written = write(content);
    if (!read(written)) return false;
    const [id, signature] = await Promise.all([this.#verifier.hash(written), this.#signer.sign(ENTRY, written)]);
    const entry = { id, text: written, signature, content };
    if (conversation.log.add(entry, self.id) !== "new") return false;
    this.#emit("entry", { peer, entry, author: self, isNews: true });
    this.#post(peer, { type: "entry", private: Boolean(peer), text: written, signature });
    return true;
  }

  /** @param {string} peer "" for everybody @param {ChatMessage} message */
  #post(peer, message) {
    for (const id of peer ? [peer] : this.#peers()) this.#channel.post(id, message);
  }

  /** A channel to a peer may have opened. @param {string} id */
  #meet(id) {
    this.#introduce(id);
    this.#tell(id, "", "ask");
    this.#tell(id, id, "ask");
  }

  /** @param {string} id */
  #introduce(id) {
    if (this.#authors.self) this.#channel.post(id, this.#authors.self.message);
  }

  /** @param {string} id @param {string} peer of the conversation @param {"ask" | "news" | "end"} why */
  #tell(id, peer, why) {
    this.#channel.post(id, { type: "have", private: Boolean(peer), why, vector: this.#conversation(peer).log.vector });
  }

  #tellLater() {
    if (this.#isTelling) return;
    this.#isTelling = true;
    const tell = () => {
      this.#isTelling = false;
      for (const id of this.#peers()) this.#tell(id, "", "news");
    };
    this.#clock.after(TELL_MS, tell, this.#signal);
  }

  // In

  /**
   * @param {string} from
   * @param {ChatMessage} message
   */
  async #take(from, message) {
    if (message.type === "author") return void (await this.#authors.learn(message));
    const peer = message.private ? from : "";
    if (message.type === "have") return this.#compare(from, peer, message);
    if (message.type === "want") return this.#answer(from, peer, message.vector);
    this.#emit("typing", { from, private: message.private });
  }

  /** Checks entries together, and adds them in order. @param {string} from @param {readonly EntryMessage[]} messages */
  async #takeEntries(from, messages) {
    const checked = await Promise.all(messages.map((message) => this.#check(from, message)));
    if (this.#signal.aborted) return;
    for (const one of checked) if (one) this.#add(from, one);
  }

  /** @param {string} from @param {EntryMessage} message @returns {Promise<Checked | null>} null if it is refused, or here already */
  async #check(from, { private: isPrivate, text, signature }) {
    const peer = isPrivate ? from : "";
    const content = read(text);
    const author = content ? this.#authors.get(content.author) : undefined;
    if (!content || !author || !this.#isAddressed(content, author, peer)) return null;
    const conversation = this.#conversation(peer);
    const entry = { id: await this.#verifier.hash(text), text, signature, content };
    if (["known", "refused"].includes(conversation.log.judge(entry, author.id))) return null;
    return (await this.#verifier.isSigned(author.key, ENTRY, text, signature)) ? { conversation, entry, author } : null;
  }

  /** Whether an entry is of this conversation. @param {Content} content @param {Author} author @param {string} peer */
  #isAddressed({ to }, author, peer) {
    if (!peer) return to === this.#place;
    return (author.id === peer && to === this.#self) || (author.id === this.#self && to === peer);
  }

  /** @param {string} from @param {Checked} checked */
  #add(from, { conversation, entry, author }) {
    const isFirstFork = !conversation.log.forked.has(author.author);
    const judgement = conversation.log.add(entry, author.id);
    if (judgement === "early") conversation.ask(from);
    if (judgement === "forked" && isFirstFork) this.#emit("forked", author);
    if (judgement !== "new") return;
    const isNews = author.id !== this.#self && (entry.content.time >= this.#since || !conversation.isHistoryFrom(from));
    this.#emit("entry", { peer: conversation.peer, entry, author, isNews });
    if (!conversation.peer) this.#tellLater();
  }

  // What is missing

  /** @param {string} from @param {string} peer @param {{vector: readonly Point[], why: string}} have */
  #compare(from, peer, { vector, why }) {
    if (why === "ask" && this.#mayAsk(from)) {
      this.#introduce(from);
      this.#tell(from, peer, "news");
    }
    this.#conversation(peer).compare(from, vector, why === "end");
  }

  /** @param {string} from @param {string} peer @param {readonly Point[]} vector */
  #answer(from, peer, vector) {
    if (!this.#mayAsk(from)) return;
    const entries = this.#conversation(peer).log.after(vector);
    for (const author of new Set(entries.map(({ content }) => content.author))) {
      const known = this.#authors.get(author);
      if (known) this.#channel.post(from, known.message);
    }
    for (const { text, signature } of entries) this.#channel.post(from, { type: "entry", private: Boolean(peer), text, signature });
    this.#tell(from, peer, "end");
  }

  /** @param {string} id */
  #mayAsk(id) {
    const bucket = this.#requests.get(id) ?? new Bucket({ ...REQUESTS, clock: this.#clock });
    this.#requests.set(id, bucket);
    return bucket.take(1) === 1;
  }

  /** @param {string} peer "" for everybody in the place where we are @returns {Conversation} */
  #conversation(peer) {
    const key = peer || `#${this.#place}`;
    const known = this.#conversations.get(key);
    if (known) return known;
    const want = (/** @type {string} */ id, /** @type {readonly Point[]} */ vector) =>
      this.#channel.post(id, { type: "want", private: Boolean(peer), vector });
    const conversation = new Conversation({ peer, want, clock: this.#clock, signal: this.#signal });
    this.#conversations.set(key, conversation);
    return conversation;
  }

  /**
   * @param {string} type
   * @param {unknown} detail
   */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
