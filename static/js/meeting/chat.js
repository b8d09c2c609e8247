/**
 * The chat of a meeting: keys, conversations and panel. See `chat-loader.js` for when it is fetched.
 *
 * @import { RoomChannel } from "../channels/room-channel.js"
 * @import { ChatMessage } from "../channels/protocols/chat.js"
 * @import { Author } from "../chat/authors.js"
 * @import { Added } from "../chat/exchange.js"
 * @import { Entry } from "../chat/entry.js"
 * @import { Ignored } from "../chat/ignored.js"
 * @import { ChatMessageView } from "../chat/transcript.js"
 * @import { Clock } from "../lib/clock.js"
 * @import { SoundOutput } from "../media/sound-output.js"
 * @import { Preferences } from "../preferences/preferences.js"
 * @import { SignalingClient } from "../signaling/client.js"
 * @import { People } from "../signaling/people.js"
 * @import { Role } from "../signaling/protocol.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 * @import { Message } from "../ui/chat-row.js"
 * @import { Signer } from "../verification/keys.js"
 * @import { FilesLoader } from "./files-loader.js"
 */

import { Authors } from "../chat/authors.js";
import { Exchange } from "../chat/exchange.js";
import { readOffer } from "../chat/offer.js";
import { transcript } from "../chat/transcript.js";
import { Typing } from "../chat/typing.js";
import { safeFileName } from "../lib/file-names.js";
import { gettext, interpolate } from "../lib/gettext.js";
import { Later } from "../lib/later.js";
import { listener } from "../lib/listen.js";
import { shownName, unmarked } from "../lib/names.js";
import { ChatPanel } from "../ui/chat-panel.js";
import { size } from "../ui/file-words.js";
import { Verifier } from "../verification/keys.js";
import { ChatAccess } from "./chat-access.js";
import { ChatAlerts } from "./chat-alerts.js";
import { ChatFiles } from "./chat-files.js";

/** A clock that is further off is not believed. */
const WRONG_MS = 300_000;

export { ChatPanel };

export class Chat {
  #client;
  #people;
  #panel;
  #notices;
  #preferences;
  #ignored;
  #alerts;
  #files;
  #clock;
  #signal;
  #showing;
  #telling;
  #signer;
  #verifier = new Verifier(crypto.subtle);
  /** @type {RoomChannel<ChatMessage> | null} */
  #channel = null;
  #since = 0;
  /** Ends with our participation under one id. */
  #lifetime = new AbortController();
  #authors = new Authors(this.#verifier);
  /** @type {Exchange | null} */
  #exchange = null;
  #attested = "";
  /** The conversation that is shown; "" is that of everybody. */
  #peer = "";
  /** When news came whose author's clock is wrong, by entry: shown in place of its own time. @type {Map<string, number>} */
  #arrivals = new Map();
  #access;
  #typing;
  /** What is offered as soon as one can write. @type {(readonly File[])[]} */
  #waiting = [];

  /**
   * @param {object} options
   * @param {HTMLElement} options.root
   * @param {FilesLoader} options.files
   * @param {SignalingClient} options.client
   * @param {People} options.people
   * @param {ChatPanel} options.panel
   * @param {HTMLElement} options.header of the call: the preview of a message is put there, so that it covers no video
   * @param {CallNotices} options.notices
   * @param {Preferences} options.preferences
   * @param {SoundOutput} options.sound
   * @param {Ignored} options.ignored whose entries are kept, so that the logs stay equal, and not shown
   * @param {() => void} options.open shows the panel
   * @param {(count: number) => void} options.unread
   * @param {Signer} options.signer
   * @param {Clock} options.clock
   * @param {AbortSignal} options.signal
   */
  constructor({ root, files, client, people, panel, header, notices, preferences, sound, ignored, open, unread, signer, clock, signal }) {
    this.#client = client;
    this.#people = people;
    this.#panel = panel;
    this.#notices = notices;
    this.#preferences = preferences;
    this.#ignored = ignored;
    this.#signer = signer;
    this.#clock = clock;
    this.#signal = signal;
    this.#showing = new Later(() => this.#show(), signal);
    this.#telling = new Later(() => this.#tellFiles(), signal);
    this.#files = new ChatFiles({
      ...{ loader: files, root, panel, open, notices, preferences, clock, signal },
      nameOf: (id) => this.#name(id).name,
      say: (peer, text) => this.#write(peer, "file", text),
      withdraw: (id) => this.#say("delete", "", id),
      isSeen: () => this.#isSeen(this.#peer),
      changed: () => this.#showing.ask(),
    });
    this.#access = new ChatAccess(people);
    this.#typing = new Typing({ changed: () => this.#showing.ask(), clock, signal });
    this.#alerts = new ChatAlerts({ header, notices, preferences, sound, open, unread, clock, signal });
    this.#panel.chimes = preferences.chimes;
    this.#listen();
  }

  #listen() {
    const on = listener(this.#signal);
    on(this.#client, "attested", (attested) => void this.#attest(attested));
    on(this.#client, "welcomed", () => this.#askAnew());
    on(this.#people, "change", () => this.#follow());
    on(this.#ignored, "change", ({ id }) => (this.#alerts.read(id), this.#showing.ask()));
    on(this.#people, "left", ({ participant }) => this.#exchange?.forget(participant.id));
    on(this.#panel, "say", ({ text, about }) => this.#say("message", text, about));
    on(this.#panel, "edit", ({ id, text }) => this.#say("edit", text, id));
    on(this.#panel, "delete", ({ id }) => this.#say("delete", "", id));
    on(this.#panel, "react", ({ id, emoji, on: isOn }) => this.#say(isOn ? "react" : "unreact", emoji, id));
    on(this.#panel, "offer", ({ files }) => this.offer(files));
    on(this.#panel, "fetch", ({ on: isOn }) => (this.#files.fetches = isOn));
    on(this.#panel, "typing", () => this.#typing.begin() && this.#exchange?.typing(this.#peer));
    on(this.#panel, "choose", ({ peer }) => this.#choose(peer));
    on(this.#panel, "chime", ({ on: isOn }) => (this.#panel.chimes = this.#preferences.chimes = isOn));
    this.#signal.addEventListener("abort", () => this.#panel.clear());
    this.#showing.ask();
  }

  /** We take part under an id, with these channels. @param {RoomChannel<ChatMessage>} channel @param {number} since when, in ms since 1970 */
  join(channel, since) {
    this.#lifetime.abort();
    this.#lifetime = new AbortController();
    this.#channel = channel;
    this.#since = since;
    this.#exchange = null;
    this.#authors = new Authors(this.#verifier);
    this.#files.forget();
    this.#askAnew();
  }

  /** The panel is open. @param {string} [peer] the conversation; without it, the one that is shown */
  opened(peer = this.#peer) {
    this.#peer = peer;
    this.#read();
    this.#show();
    this.#panel.focusFirst();
  }

  // Keys

  /** Asks the server to attest our key under our present name and role. */
  #ask() {
    const self = this.#people.present.get(this.#people.self);
    const wanted = JSON.stringify([self?.id, self?.plain, self?.role]);
    if (!self || !this.#people.hasChat || wanted === this.#attested) return;
    if (this.#client.send({ type: "attest", key: this.#signer.key })) this.#attested = wanted;
  }

  /** What we asked for before, or its answer, may have been lost. */
  #askAnew() {
    this.#attested = "";
    this.#ask();
  }

  /** @param {import("../signaling/protocol.js").Attested} attested */
  async #attest(attested) {
    const channel = this.#channel;
    await this.#authors.attest(attested);
    if (this.#exchange) return this.#exchange.introduce();
    if (!channel || channel !== this.#channel || this.#authors.self?.id !== this.#people.self) return;
    const signal = AbortSignal.any([this.#signal, this.#lifetime.signal]);
    const self = this.#people.self;
    const peers = () => [...this.#people.present.keys()].filter((id) => id !== self);
    const who = { self, peers, authors: this.#authors, verifier: this.#verifier, signer: this.#signer };
    this.#exchange = new Exchange({
      ...who,
      channel,
      since: this.#since,
      place: this.#people.breakouts.place,
      wall: () => Date.now(),
      clock: this.#clock,
      signal,
    });
    const on = listener(signal);
    on(this.#exchange, "entry", (added) => this.#added(added));
    on(this.#exchange, "forked", (author) => this.#warn(author));
    on(this.#exchange, "typing", ({ from, private: isPrivate }) => this.#types(from, isPrivate));
    this.#showing.ask();
    for (const files of this.#waiting.splice(0)) void this.offer(files);
  }

  #follow() {
    this.#ask();
    this.#exchange?.move(this.#people.breakouts.place);
    this.#showing.ask();
    this.#telling.ask();
    this.#files.update();
  }

  // Writing

  /** @param {import("../chat/entry.js").Kind} kind @param {string} text @param {string} about */
  async #say(kind, text, about) {
    const said = await this.#write(this.#peer, kind, text, about);
    if (!said) {
      this.#notices.say(gettext("The message was not sent: the chat is full, or not ready yet."), { key: "chat" });
      if (kind === "message" || kind === "edit") this.#panel.restore(text);
    }
    this.#typing.end();
  }

  /** @param {string} peer @param {import("../chat/entry.js").Kind} kind @param {string} text @param {string} [about] */
  async #write(peer, kind, text, about = "") {
    return (await this.#exchange?.say(peer, kind, text, about)) ?? false;
  }

  /** @param {string} from @param {boolean} isPrivate */
  #types(from, isPrivate) {
    if (!this.#people.limit(from, "chat")) this.#typing.hear(from, isPrivate);
  }

  // Reading

  /** @param {Added} added */
  #added({ peer, entry, author, isNews }) {
    const { id, content } = entry;
    const role = this.#people.present.get(author.id)?.role ?? author.role;
    this.#access.admit(id, author.id, role, content.kind);
    const now = Date.now();
    if (isNews && Math.abs(content.time - now) > WRONG_MS) this.#arrivals.set(id, now);
    this.#typing.forget(author.id);
    this.#showing.ask();
    if (content.kind === "file" || content.kind === "delete") this.#telling.ask();
    if (!isNews || author.id === this.#people.self || !this.#access.isAdmitted(id) || this.#ignored.has(author.id)) return;
    const words = this.#news(content, author.id, peer);
    if (words) this.#alerts.arrive(words, peer, this.#isSeen(peer));
  }

  /**
   * What is said of something that has come; "" if nothing.
   *
   * @param {import("../chat/entry.js").Content} content
   * @param {string} id of its author
   * @param {string} peer the conversation
   */
  #news({ kind, text }, id, peer) {
    const { name } = this.#name(id);
    if (kind === "message") return interpolate(peer ? gettext("%(name)s, only to you: %(text)s") : gettext("%(name)s: %(text)s"), { name, text });
    const offer = kind === "file" ? readOffer(text) : null;
    if (!offer) return "";
    const words = peer
      ? gettext("%(name)s offers you alone the file %(file)s (%(size)s).")
      : gettext("%(name)s offers the file %(file)s (%(size)s).");
    return interpolate(words, { name, file: safeFileName(offer.name), size: size(offer.size) });
  }

  /** Whether what comes in a conversation is seen at once. @param {string} peer */
  #isSeen(peer) {
    return peer === this.#peer && !this.#panel.hidden && document.visibilityState === "visible";
  }

  #read() {
    this.#alerts.read(this.#peer);
    this.#showing.ask();
  }

  /** @param {string} peer */
  #choose(peer) {
    this.#peer = peer;
    this.#read();
  }

  /** @param {Author} author */
  #warn(author) {
    const { name } = this.#name(author.id);
    this.#notices.say(
      interpolate(gettext("The browser of %(name)s told different people different things in the chat. Do not rely on it."), { name }),
      { key: `forked ${author.id}`, stays: true },
    );
  }

  // Files

  /** To whom files go that are offered now: the name of one participant, or "" for everybody. */
  get recipient() {
    return this.#peer && this.#name(this.#peer).name;
  }

  /** To those who see the conversation that is shown. @param {readonly File[]} files */
  async offer(files) {
    if (!this.#exchange && this.#people.hasChat) return void this.#waiting.push(files);
    const closed = this.#closed || this.#access.filesClosed;
    if (closed) return this.#notices.say(closed, { key: "file" });
    try {
      await this.#files.offer(files, this.#peer);
    } catch {
      this.#missing();
    }
  }

  /** Lets the person choose files for the conversation that is shown. */
  pick() {
    this.#panel.pick();
  }

  async #tellFiles() {
    const exchange = this.#exchange;
    try {
      for (const peer of ["", ...(exchange?.correspondents ?? [])])
        await this.#files.tell(
          peer,
          this.#views(peer, (entry, person) => this.#mayShow(entry, person)),
        );
    } catch {
      this.#missing();
    }
  }

  #missing() {
    if (!this.#signal.aborted)
      this.#notices.say(gettext("What files need could not be loaded. Check your connection, then choose the file again, or load the page again."), {
        key: "file",
      });
  }

  // What is shown

  #show() {
    if (this.#panel.hidden) return;
    if (document.visibilityState === "visible") this.#alerts.read(this.#peer);
    this.#panel.conversations = { choices: this.#choices(), peer: this.#peer };
    this.#panel.messages = this.#messages();
    this.#panel.texts = { nothing: this.#nothing(), closed: this.#closed, filesClosed: this.#access.filesClosed, status: this.#status() };
  }

  /** Who is typing. */
  #status() {
    const ids = this.#typing.in(this.#peer).filter((id) => !this.#ignored.has(id));
    return typing(ids.map((id) => this.#name(id).name));
  }

  /** Everybody, those who are here, and those we talked to in private. */
  #choices() {
    const ids = new Set([...this.#people.present.keys(), ...(this.#exchange?.correspondents ?? [])]);
    ids.delete(this.#people.self);
    return ["", ...ids].map((peer) => ({ peer, name: peer && this.#name(peer).name, unread: this.#alerts.count(peer) }));
  }

  /** What was written in a conversation. @param {string} peer @param {(entry: Entry, person: string) => boolean} mayShow an entry of a person */
  #views(peer, mayShow) {
    const entries = this.#exchange?.log(peer).entries ?? [];
    const personOf = (/** @type {string} */ author) => this.#authors.get(author)?.id ?? "";
    return transcript(entries.filter((entry) => mayShow(entry, personOf(entry.content.author))), personOf);
  }

  /** @returns {Message[]} */
  #messages() {
    const views = this.#views(this.#peer, (entry, person) => !this.#ignored.has(person) && this.#mayShow(entry, person));
    const byId = new Map(views.map((view) => [view.id, view]));
    return views.map((view) => this.#message(view, byId.get(view.about)));
  }

  /** Whether its author may, or could, write it. @param {Entry} entry @param {string} person who has written it */
  #mayShow({ id, content }, person) {
    return this.#access.mayShow(id, person, this.#roleOf(person), content.kind);
  }

  /** @param {ChatMessageView} view @param {ChatMessageView | undefined} quoted @returns {Message} */
  #message(view, quoted) {
    const { id, person, time, text, file, isEdited, isDeleted, reactions } = view;
    const { self } = this.#people;
    const quote = quoted ? { name: this.#name(quoted.person).name, text: quoted.isDeleted ? gettext("deleted") : quoted.text.slice(0, 200) } : null;
    const shown = [...reactions].filter(([, persons]) => persons.size);
    return {
      ...{ id, author: this.#name(person), isOwn: person === self, text, isEdited, isDeleted, quote },
      isFile: file !== null,
      card: this.#files.card(view, person === self),
      time: this.#arrivals.get(id) ?? Math.min(time, Date.now()),
      reactions: shown.map(([emoji, persons]) => ({ emoji, names: [...persons].map((one) => this.#name(one).name), isOwn: persons.has(self) })),
    };
  }

  /** @param {string} id @returns {Role} */
  #roleOf(id) {
    return this.#people.present.get(id)?.role ?? this.#authors.person(id)?.role ?? "guest";
  }

  /** @param {string} id */
  #name(id) {
    if (id === this.#people.self) return unmarked(gettext("You"));
    const author = this.#authors.person(id);
    return this.#people.present.get(id) ?? (author ? shownName(author) : unmarked(gettext("Somebody who left")));
  }

  #nothing() {
    if (this.#people.breakouts.place && !this.#peer) return gettext("What you write here goes to the people who are in this breakout room with you.");
    return this.#peer
      ? gettext("What you write here goes to this person alone.")
      : gettext(
          "Nobody has written yet. Messages go from browser to browser; the server does not see them, and they are gone when the meeting is over.",
        );
  }

  /** Why one cannot write; "" if one can. */
  get #closed() {
    if (this.#people.hasChat && !this.#exchange) return gettext("The chat opens as soon as the server answers.");
    return this.#access.closed(this.#peer);
  }
}

/** @param {string[]} names */
function typing(names) {
  const [name] = names;
  if (names.length > 1) return gettext("Several people are typing…");
  return name ? interpolate(gettext("%(name)s is typing…"), { name }) : "";
}
