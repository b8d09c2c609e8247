/**
 * Exchanges files with everybody in a meeting: tells those who may have a file what is here of it, sends what they ask for, and
 * fetches what is wanted from whoever has it (`docs/protocol.md`, section 6).
 *
 * Event: `change` (detail: the id of a file whose state is another).
 *
 * @import { BytesChannel } from "../channels/bytes-channel.js"
 * @import { FilesMessage, HaveMessage, MoreMessage, SeekMessage, StopMessage } from "../channels/protocols/files.js"
 * @import { RoomChannel } from "../channels/room-channel.js"
 * @import { Clock } from "../lib/clock.js"
 * @import { KeptIds } from "../lib/kept-ids.js"
 * @import { Found } from "./shelf.js"
 * @import { Offer } from "../chat/offer.js"
 * @import { FileState, Step } from "./transfer.js"
 * @typedef {{copy: (blob: Blob, signal: AbortSignal,
 *   progress: (bytes: number) => void) => Promise<{id: string, manifest: Uint8Array<ArrayBuffer>}>, begin: (id: string,
 *   manifest: Uint8Array<ArrayBuffer>) => Promise<void>, room: (length: number) => Uint8Array<ArrayBuffer>, put: (id: string,
 *   piece: number, data: Uint8Array<ArrayBuffer>) => Promise<boolean>, get: (id: string,
 *   piece: number) => Promise<Uint8Array<ArrayBuffer> | null>, remove: (id: string) => Promise<void>, found: readonly Found[]}}
 *   Keeping a `Store`
 */

import { MANIFEST } from "../channels/protocols/files.js";
import { listener } from "../lib/listen.js";
import { Fetch } from "./fetch.js";
import { Fetches } from "./fetches.js";
import { MOST_SIZE, sizeIn } from "./manifest.js";
import { PeerLinks } from "./peer-links.js";
import { PieceMap } from "./piece-map.js";
import { SharedFile } from "./shared-file.js";
import { Refused } from "./transfer.js";

/** How often everybody is asked again for a file of which nothing comes. */
const SEEK_BEATS = 3;

export class FileExchange extends EventTarget {
  #self;
  #peers;
  #channel;
  #store;
  #paused;
  #clock;
  #links;
  #fetches;
  /** @type {Map<string, SharedFile>} */
  #files = new Map();
  /** What the store has of files that nobody has offered yet. @type {Map<string, Omit<Found, "id">>} */
  #kept = new Map();
  /** Peers of which nothing is fetched. @type {Set<string>} */
  #refused = new Set();

  /**
   * @param {object} options
   * @param {string} options.self our id
   * @param {() => Iterable<string>} options.peers ids of the others
   * @param {RoomChannel<FilesMessage>} options.channel
   * @param {BytesChannel} options.bytes
   * @param {Keeping} options.store
   * @param {Pick<KeptIds, "has" | "set">} options.paused files that are not fetched on after a reload
   * @param {Clock} options.clock
   * @param {AbortSignal} options.signal
   */
  constructor({ self, peers, channel, bytes, store, paused, clock, signal }) {
    super();
    this.#self = self;
    this.#peers = peers;
    this.#channel = channel;
    this.#store = store;
    this.#paused = paused;
    this.#clock = clock;
    for (const { id, manifest, bits } of store.found) this.#kept.set(id, { manifest, bits });
    this.#links = new PeerLinks({ channel, bytes, read: (to, { file, piece }) => this.#read(to, file, piece), clock, signal });
    this.#fetches = new Fetches({
      planned: (id, fetch) => this.#planned(id, fetch),
      turned: (id, fetch, rate) => this.#turned(id, fetch, rate),
      clock,
      signal,
    });
    const on = listener(signal);
    on(channel, "message", ({ from, message }) => this.#receive(from, message));
    on(channel, "version", (id) => this.#greet(id));
    on(bytes, "open", (id) => this.#begin(id));
    on(bytes, "frame", ({ from, data }) => this.#take(from, data));
  }

  // What is offered

  /**
   * Copies and hashes a file. It is given to nobody before it is known where it is offered.
   *
   * @param {Blob & {name: string}} blob
   * @param {AbortSignal} signal
   * @param {(bytes: number) => void} progress
   * @returns {Promise<Offer>}
   * @throws {Refused}
   */
  async offer(blob, signal, progress) {
    const { id, manifest } = await this.#store.copy(blob, signal, progress);
    const offer = { id, name: blob.name, size: blob.size, type: blob.type };
    const file = this.#files.get(id) ?? new SharedFile(offer);
    this.#fetches.end(id);
    this.#files.set(id, file);
    this.#hold(file, manifest, PieceMap.full(offer.size));
    return offer;
  }

  /** @param {Offer} offer @param {string} peer "" for everybody @param {string} from who offers it */
  know(offer, peer, from) {
    const file = this.#files.get(offer.id) ?? new SharedFile(offer);
    if (file.offer.size !== offer.size) return;
    this.#files.set(offer.id, file);
    file.step("offer");
    if (file.scopes.get(peer) === from) return;
    file.scopes.set(peer, from);
    this.#restore(file);
    this.#tell(file, this.#peers());
    this.#changed(offer.id);
  }

  /** @param {string} id @param {string} peer */
  withdraw(id, peer) {
    const file = this.#files.get(id);
    if (!file?.scopes.delete(peer) || file.scopes.size) return;
    this.#fetches.end(id);
    this.#step(file, "withdraw");
    this.#remove(file);
  }

  /** @param {string} id @returns {FileState | null} */
  state(id) {
    return this.#files.get(id)?.state ?? null;
  }

  /** @param {string} id @returns {Offer | null} */
  offerOf(id) {
    return this.#files.get(id)?.offer ?? null;
  }

  // What is wanted

  /** @param {string} id */
  accept(id) {
    this.#seek(id, "accept");
  }

  /** @param {string} id */
  resume(id) {
    this.#seek(id, "resume");
  }

  /** @param {string} id */
  pause(id) {
    const file = this.#files.get(id);
    if (!file || !this.#step(file, "pause")) return;
    this.#fetches.end(id);
    this.#stop(file);
  }

  /** What is here of it is removed. @param {string} id */
  cancel(id) {
    const file = this.#files.get(id);
    if (!file || !this.#step(file, "cancel")) return;
    this.#fetches.end(id);
    this.#stop(file);
    this.#remove(file);
  }

  /** Nothing is fetched from this peer, nor what it offers. @param {string} peer @param {boolean} isRefused */
  refuse(peer, isRefused) {
    if (isRefused) this.#refused.add(peer);
    else this.#refused.delete(peer);
    for (const [id, file] of this.#files) {
      this.#changed(id);
      if (!isRefused || !file.isWanted) continue;
      this.#fetches.get(id)?.drop(peer);
      if ([...file.scopes.values()].every((from) => this.#refused.has(from))) this.pause(id);
    }
  }

  /**
   * To be called about once a second.
   *
   * @param {string} peer
   * @param {boolean} isStrained whether the path to it is needed for something more important
   */
  giveWay(peer, isStrained) {
    this.#links.giveWay(peer, isStrained);
  }

  /** @param {string} peer that is gone */
  forget(peer) {
    this.#links.forget(peer);
    this.#lose(peer);
  }

  /** @param {string} id @param {Step} step */
  #seek(id, step) {
    const file = this.#files.get(id);
    if (!file || !file.scopes.size || !this.#step(file, step)) return;
    file.reason = "";
    if (file.offer.size > MOST_SIZE) return this.#fail(file, new Refused("large"));
    this.#fetches.begin(id, new Fetch({ file, self: this.#self, port: this.#port(file), clock: this.#clock }));
    this.#tell(file, this.#peers());
  }

  /** Nobody need send us anything of it any more. @param {SharedFile} file */
  #stop(file) {
    for (const id of this.#peers()) if (file.isFor(id)) this.#channel.post(id, { type: "stop", file: file.offer.id });
  }

  /** @param {SharedFile} file */
  #remove(file) {
    const { id, size } = file.offer;
    file.manifest = null;
    file.map = new PieceMap(size);
    file.rate = 0;
    for (const peer of file.holders.keys()) this.#channel.post(peer, { type: "have", file: id, map: file.map.text, seeks: false });
    this.#kept.delete(id);
    void this.#store.remove(id).catch(() => {});
  }

  /** All of it is here. @param {SharedFile} file @param {Uint8Array<ArrayBuffer>} manifest @param {PieceMap} map */
  #hold(file, manifest, map) {
    file.manifest = manifest;
    file.map = map;
    file.step("offer");
    file.step("finish");
    this.#tell(file, this.#peers());
    this.#changed(file.offer.id);
  }

  /** What the page before has fetched, or has begun to fetch. @param {SharedFile} file */
  #restore(file) {
    const { id, size } = file.offer;
    const kept = this.#kept.get(id);
    if (!kept || sizeIn(kept.manifest) !== size) return;
    this.#kept.delete(id);
    file.manifest = kept.manifest;
    file.map = new PieceMap(size, kept.bits);
    if (file.map.isFull) this.#step(file, "finish");
    else if (this.#paused.has(id)) (file.step("accept"), this.#step(file, "pause"));
    else this.accept(id);
  }

  // Peers

  /** There is a new connection to a peer. @param {string} id */
  #begin(id) {
    this.#links.of(id).begin();
    this.#lose(id);
    this.#greet(id);
  }

  /** @param {string} id */
  #greet(id) {
    if (!this.#channel.version(id)) return;
    for (const file of this.#files.values()) this.#tell(file, [id]);
  }

  /** Nothing is known of what a peer has, and nothing comes of what was asked. @param {string} peer */
  #lose(peer) {
    for (const [id, file] of this.#files) {
      file.forget(peer);
      this.#fetches.get(id)?.drop(peer);
      this.#fetches.plan(id);
      this.#changed(id);
    }
  }

  /** Tells peers what is here of a file. If we want the rest, it asks them for the same. @param {SharedFile} file @param {Iterable<string>} peers */
  #tell(file, peers) {
    if (!file.isWanted) return this.#describe(file, peers);
    for (const id of peers) if (file.isFor(id)) this.#channel.post(id, { type: "seek", file: file.offer.id, map: file.map.text });
  }

  /** @param {SharedFile} file @param {Iterable<string>} peers */
  #describe(file, peers) {
    if (!file.isWanted && !file.manifest) return;
    for (const id of peers)
      if (file.isFor(id)) this.#channel.post(id, { type: "have", file: file.offer.id, map: file.map.text, seeks: file.isWanted });
  }

  // What others say

  /** @param {string} from @param {FilesMessage} message */
  #receive(from, message) {
    const { sender } = this.#links.of(from);
    switch (message.type) {
      case "got":
        return sender.got(message.bytes, message.at);
      case "skip":
        return sender.drop(({ ask }) => ask === message.ask);
      case "cannot":
        return this.#refusedBy(from, message.ask);
      case "ask":
        return sender.ask({ file: message.file, piece: message.piece, ask: message.ask });
    }
    const file = this.#files.get(message.file);
    if (!file?.isFor(from)) return;
    this.#hear(from, file, message);
    this.#fetches.plan(message.file);
    this.#changed(message.file);
  }

  /** @param {string} from @param {SharedFile} file @param {SeekMessage | HaveMessage | MoreMessage | StopMessage} message */
  #hear(from, file, message) {
    const link = this.#links.of(from);
    switch (message.type) {
      case "seek":
        this.#learn(from, file, message.map);
        file.seekers.add(from);
        if (link.admits()) this.#describe(file, [from]);
        return;
      case "have":
        if (message.seeks) file.seekers.add(from);
        else file.seekers.delete(from);
        return this.#learn(from, file, message.map);
      case "more":
        for (const piece of message.pieces) file.holders.get(from)?.add(piece);
        return;
      case "stop":
        file.seekers.delete(from);
        return link.sender.drop((asked) => asked.file === message.file);
    }
  }

  /** @param {string} from @param {SharedFile} file @param {string} text */
  #learn(from, file, text) {
    const map = PieceMap.read(text, file.offer.size);
    if (map) file.holders.set(from, map);
  }

  /** @param {string} from @param {number} ask */
  #refusedBy(from, ask) {
    const wanted = this.#links.of(from).settle(ask);
    const file = wanted && this.#files.get(wanted.file);
    if (!file) return;
    if (wanted.piece === MANIFEST) file.holders.set(from, new PieceMap(file.offer.size));
    else file.holders.get(from)?.delete(wanted.piece);
    this.#fetches.get(wanted.file)?.refused(from, wanted.piece);
    this.#fetches.plan(wanted.file);
  }

  /** What somebody asks for, if they may have it. @param {string} to @param {string} id @param {number} piece */
  async #read(to, id, piece) {
    const file = this.#files.get(id);
    if (!file?.isFor(to) || !file.manifest) return null;
    if (piece === MANIFEST) return file.manifest;
    if (!file.map.has(piece)) return null;
    const data = await this.#store.get(id, piece);
    if (!data) this.#lost(file, piece);
    return data;
  }

  /** A piece was here, and is not any more. @param {SharedFile} file @param {number} piece */
  #lost(file, piece) {
    file.map.delete(piece);
    this.#changed(file.offer.id);
  }

  // What comes

  /** @param {string} from @param {ArrayBuffer} frame */
  #take(from, frame) {
    const taken = this.#links.take(from, frame);
    if (taken && (this.#fetches.get(taken.wanted.file)?.take(from, taken.wanted.piece, taken.part) ?? true))
      this.#links.of(from).settle(taken.part.ask);
  }

  /** @param {SharedFile} file @returns {import("./fetch.js").Port} */
  #port(file) {
    const { id } = file.offer;
    return {
      holders: () => this.#usable(file),
      ask: (peer, piece, length) => this.#links.of(peer).ask({ file: id, piece }, length),
      skip: (peer, ask) => this.#links.of(peer).skip(ask),
      begin: (manifest) => this.#store.begin(id, manifest),
      room: (length) => this.#store.room(length),
      keep: (piece, data) => this.#store.put(id, piece, data),
      kept: (piece) => this.#keptPiece(file, piece),
      deceived: (peer) => this.#deceived(file, peer),
      failed: (error) => this.#fail(file, error),
    };
  }

  /** Who can be asked for it. @param {SharedFile} file */
  #usable(file) {
    const isOpen = (/** @type {string} */ id) => this.#channel.version(id) && file.isFor(id) && !file.deceivers.has(id) && !this.#refused.has(id);
    return [...file.holders].filter(([id]) => isOpen(id));
  }

  /** @param {SharedFile} file @param {number} piece */
  #keptPiece(file, piece) {
    const { id } = file.offer;
    if (piece !== MANIFEST)
      for (const peer of file.holders.keys()) if (file.isFor(peer)) this.#channel.post(peer, { type: "more", file: id, pieces: [piece] });
    this.#finish(file);
    this.#changed(id);
  }

  /** @param {SharedFile} file */
  #finish(file) {
    if (!file.manifest || !file.map.isFull || !this.#step(file, "finish")) return;
    this.#fetches.end(file.offer.id);
    this.#tell(file, file.holders.keys());
  }

  /** Sent something that is not what it says: it is not asked again for this file. @param {SharedFile} file @param {string} peer */
  #deceived(file, peer) {
    const { id } = file.offer;
    file.deceivers.add(peer);
    this.#fetches.get(id)?.drop(peer);
    this.#channel.post(peer, { type: "stop", file: id });
    this.#fetches.plan(id);
    this.#changed(id);
  }

  /** @param {SharedFile} file @param {unknown} error */
  #fail(file, error) {
    file.reason = error instanceof Refused ? error.reason : "unreadable";
    if (file.reason === "differs") for (const from of file.scopes.values()) file.deceivers.add(from);
    if (!this.#step(file, "fail")) return;
    this.#fetches.end(file.offer.id);
    this.#stop(file);
  }

  // Turns

  /** @param {string} id @param {Fetch} fetch */
  #planned(id, { isActive }) {
    const file = this.#files.get(id);
    if (!file) return;
    if (!isActive) file.rate = 0;
    this.#step(file, isActive ? "reach" : "lose");
  }

  /** @param {string} id @param {Fetch} fetch @param {number} rate */
  #turned(id, { quiet }, rate) {
    const file = this.#files.get(id);
    if (!file) return;
    file.rate = file.rate ? (file.rate * 2 + rate) / 3 : rate;
    if (quiet && quiet % SEEK_BEATS === 0) this.#tell(file, this.#peers());
    this.#changed(id);
  }

  /** @param {SharedFile} file @param {Step} step */
  #step(file, step) {
    const { offer: { id } } = file;
    if (!file.step(step)) return false;
    const isPaused = file.phase === "paused";
    if (isPaused !== this.#paused.has(id)) this.#paused.set(id, isPaused);
    this.#changed(id);
    return true;
  }

  /** @param {string} id */
  #changed(id) {
    this.dispatchEvent(new CustomEvent("change", { detail: id }));
  }
}
