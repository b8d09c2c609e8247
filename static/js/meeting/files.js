/**
 * The files of a meeting: what the chat offers, and what is here of it. See `files-loader.js` for when it is fetched.
 *
 * Event: `change` (detail: the id of a file whose `state` is another), at most four times a second for each file.
 *
 * @import { Channels } from "../channels/channels.js"
 * @import { Offer } from "../chat/offer.js"
 * @import { FileState } from "../files/transfer.js"
 * @import { Clock } from "../lib/clock.js"
 * @import { People } from "../signaling/people.js"
 * @import { Call } from "./call.js"
 */

import { FileExchange } from "../files/exchange.js";
import { Store } from "../files/store.js";
import { Refused } from "../files/transfer.js";
import { safeFileName } from "../lib/file-names.js";
import { KeptIds } from "../lib/kept-ids.js";
import { listener } from "../lib/listen.js";
import { storage } from "../lib/storage.js";

const CHANGE_MS = 250;
const READ_MS = 1000;
/** Of files that are fetched by themselves, in bytes. */
const MOST_ACCEPTED = 100_000_000;
/** After that time a download has begun to read what it saves. */
const SAVED_MS = 60_000;

export { Refused };

export class Files extends EventTarget {
  /** Whose files are fetched by themselves: nobody's, or those of participants who are no guests, up to 100 MB. @type {"ask" | "members"} */
  acceptFrom = "ask";
  #people;
  #call;
  #unwanted;
  #store;
  #clock;
  #signal;
  /** @type {FileExchange | null} */
  #exchange = null;
  /** Ends with our participation under one id. */
  #lifetime = new AbortController();
  /** Those of whom nothing is fetched: they are unwanted, or kept from offering files. @type {Set<string>} */
  #refused;
  /** Whose change is told soon. @type {Set<string>} */
  #changed = new Set();

  /**
   * @param {{people: People, call: Call, unwanted: KeptIds, store: Store, clock: Clock, signal: AbortSignal}} options `unwanted`:
   *   whose files the person does not want
   */
  constructor({ people, call, unwanted, store, clock, signal }) {
    super();
    this.#people = people;
    this.#call = call;
    this.#unwanted = unwanted;
    this.#refused = new Set(unwanted);
    this.#store = store;
    this.#clock = clock;
    this.#signal = signal;
    const on = listener(signal);
    on(unwanted, "change", ({ id }) => this.#follow(id));
    on(people, "left", ({ participant }) => this.#exchange?.forget(participant.id));
    on(people, "change", () => [...people.present.keys()].forEach((id) => this.#follow(id)));
    this.#watch();
  }

  /**
   * @param {Omit<ConstructorParameters<typeof Files>[0], "store">} options
   * @throws {DOMException} if the meeting ends meanwhile
   */
  static async make(options) {
    const store = await Store.open(storage("sessionStorage"), options.signal);
    options.signal.throwIfAborted();
    return new Files({ ...options, store });
  }

  /** We take part under an id, with these channels. What is offered is to be told anew. @param {Pick<Channels, "files" | "pieces">} channels */
  join({ files: channel, pieces: bytes }) {
    this.#lifetime.abort();
    this.#lifetime = new AbortController();
    const signal = AbortSignal.any([this.#signal, this.#lifetime.signal]);
    const self = this.#people.self;
    const peers = () => [...this.#people.present.keys()].filter((id) => id !== self);
    const paused = new KeptIds(storage("sessionStorage"), "paused-files");
    this.#exchange = new FileExchange({ self, peers, channel, bytes, store: this.#store, paused, clock: this.#clock, signal });
    for (const peer of this.#refused) this.#exchange.refuse(peer, true);
    for (const peer of this.#people.present.keys()) this.#follow(peer);
    listener(signal)(this.#exchange, "change", (id) => this.#change(id));
  }

  /**
   * Copies and hashes a file, which takes a while. The caller then writes the entry of the chat, or withdraws the file.
   *
   * @param {File} file
   * @param {string} peer who alone gets it; "" for everybody
   * @param {AbortSignal} [signal] stops it
   * @param {(bytes: number) => void} [progress]
   * @returns {Promise<Offer>}
   * @throws {Refused} `full`, `large`, `unreadable` or `aborted`
   */
  async offer(file, peer, signal = this.#signal, progress = () => {}) {
    const exchange = this.#exchange;
    if (!exchange) throw new Refused("unreadable");
    const offer = await exchange.offer(file, signal, progress);
    exchange.know(offer, peer, this.#people.self);
    return offer;
  }

  /**
   * The chat shows an offer. Those who see it get the file from us, if we have it.
   *
   * @param {Offer} offer
   * @param {string} peer the other one of a private conversation; "" for everybody
   * @param {string} from the id of the participant who offers it
   */
  know(offer, peer, from) {
    this.#exchange?.know(offer, peer, from);
    const isMember = (this.#people.present.get(from)?.role ?? "guest") !== "guest";
    if (this.acceptFrom === "members" && isMember && from !== this.#people.self && offer.size <= MOST_ACCEPTED && !this.refuses(from))
      this.#exchange?.accept(offer.id);
  }

  /** The offer was deleted. @param {string} id @param {string} peer */
  withdraw(id, peer) {
    this.#exchange?.withdraw(id, peer);
  }

  /** @param {string} id @returns {FileState | null} null for a file that is not known */
  state(id) {
    return this.#exchange?.state(id) ?? null;
  }

  /** Fetches it. @param {string} id */
  accept(id) {
    this.#exchange?.accept(id);
  }

  /** @param {string} id */
  pause(id) {
    this.#exchange?.pause(id);
  }

  /** @param {string} id */
  resume(id) {
    this.#exchange?.resume(id);
  }

  /** What is here of it is removed. @param {string} id */
  cancel(id) {
    this.#exchange?.cancel(id);
  }

  /**
   * Lets the person save a complete file. To be called from a click.
   *
   * @param {string} id
   * @returns {Promise<void>} when it is saved, or handed to the browser's downloads
   * @throws {Refused} `aborted` if the person chose no place, `full`, `denied`, `unreadable`
   */
  async save(id) {
    const name = safeFileName(this.#exchange?.offerOf(id)?.name ?? "");
    const choose = Reflect.get(globalThis, "showSaveFilePicker");
    if (!choose) return this.#download(await this.open(id));
    try {
      const place = await choose.call(globalThis, { suggestedName: name });
      const file = await this.open(id);
      await file.stream().pipeTo(await place.createWritable());
    } catch (error) {
      throw error instanceof Refused ? error : new Refused(REASONS.get(error instanceof DOMException ? error.name : "") ?? "unreadable");
    }
  }

  /** A complete file. @param {string} id @returns {Promise<File>} with a safe name @throws {Refused} `unreadable` */
  async open(id) {
    const offer = this.#exchange?.offerOf(id);
    if (!offer || this.state(id)?.phase !== "complete") throw new Refused("unreadable");
    return new File([await this.#store.file(id)], safeFileName(offer.name), { type: offer.type });
  }

  /** @param {string} peer */
  #follow(peer) {
    const isRefused = this.refuses(peer);
    if (isRefused === this.#refused.has(peer)) return;
    if (isRefused) this.#refused.add(peer);
    else this.#refused.delete(peer);
    this.#exchange?.refuse(peer, isRefused);
  }

  /** Whether nothing that this person offers is fetched, nor anything from them. @param {string} peer */
  refuses(peer) {
    return this.#unwanted.has(peer) || this.#people.limit(peer, "files") !== null;
  }

  /** @param {File} file */
  #download(file) {
    const url = URL.createObjectURL(file);
    const link = Object.assign(document.createElement("a"), { href: url, download: file.name });
    link.click();
    const revoke = () => URL.revokeObjectURL(url);
    this.#clock.after(SAVED_MS, revoke, this.#signal);
    this.#signal.addEventListener("abort", revoke, { once: true });
  }

  /** @param {string} id */
  #change(id) {
    if (this.#changed.has(id)) return;
    this.#changed.add(id);
    const tell = () => {
      this.#changed.delete(id);
      this.dispatchEvent(new CustomEvent("change", { detail: id }));
    };
    this.#clock.after(CHANGE_MS, tell, this.#signal);
  }

  /** Sound and video go first. */
  #watch() {
    const giveWay = () => {
      for (const id of this.#call.peers.keys()) this.#exchange?.giveWay(id, this.#call.isStrained(id));
      this.#watch();
    };
    this.#clock.after(READ_MS, giveWay, this.#signal);
  }
}

/** By the name of an error of the File System API. @type {ReadonlyMap<string, "aborted" | "full" | "denied">} */
const REASONS = new Map([
  ["AbortError", "aborted"],
  ["QuotaExceededError", "full"],
  ["NotAllowedError", "denied"],
  ["NoModificationAllowedError", "denied"],
]);
