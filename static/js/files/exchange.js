/**
 * Exchanges files with the other people in a meeting (`docs/protocol.md`, section 6). It tells each peer which pieces we have of the files
 * that were offered to that peer, sends the pieces that peers request, and downloads the files that we want from all peers that have them.
 *
 * Event: `change` (detail: the id of a file whose state has changed).
 *
 * @import { BytesChannel } from "../channels/bytes-channel.js"
 * @import { FilesMessage, HaveMessage, MoreMessage, SeekMessage, StopMessage } from "../channels/protocols/files.js"
 * @import { RoomChannel } from "../channels/room-channel.js"
 * @import { Clock } from "../lib/clock.js"
 * @import { KeptIds } from "../lib/kept-ids.js"
 * @import { Found } from "./shelf.js"
 * @import { Store } from "./store.js"
 * @import { Offer } from "../chat/offer.js"
 * @import { FileState, Step } from "./transfer.js"
 */

import { MANIFEST } from "../channels/protocols/files.js";
import { listener } from "../lib/listen.js";
import { Announcer } from "./announcer.js";
import { Fetch } from "./fetch.js";
import { Fetches } from "./fetches.js";
import { MOST_SIZE, sizeIn } from "./manifest.js";
import { PeerLinks } from "./peer-links.js";
import { PieceMap } from "./piece-map.js";
import { SharedFile } from "./shared-file.js";
import { Refused } from "./transfer.js";

/** After so many beats in which nothing of a file has arrived, all peers are asked again which pieces they have. */
const SEEK_BEATS = 3;

export class FileExchange extends EventTarget {
  #self;
  #peers;
  #channel;
  #store;
  #paused;
  #clock;
  #announcer;
  #links;
  #fetches;
  /** By id. @type {Map<string, SharedFile>} */
  #files = new Map();
  /** What the store has kept from before the page was loaded, of files that nobody has offered since. @type {Map<string, Omit<Found, "id">>} */
  #kept = new Map();
  /** Peers from which nothing is downloaded. @type {Set<string>} */
  #refused = new Set();

  /**
   * @param {object} options
   * @param {string} options.self our id
   * @param {() => Iterable<string>} options.peers the ids of the others in the meeting
   * @param {RoomChannel<FilesMessage>} options.channel
   * @param {BytesChannel} options.bytes
   * @param {Store} options.store
   * @param {Pick<KeptIds, "has" | "set">} options.paused files whose download stays paused after a reload
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
    this.#announcer = new Announcer(channel);
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

  // Offers

  /**
   * Copies a file of our own into the store. Nobody gets it before `know` says to whom it is offered.
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

  /**
   * Takes note of an offer.
   *
   * @param {Offer} offer
   * @param {string} peer with whom the conversation is; "" for the one with everybody
   * @param {string} from who offers it
   */
  know(offer, peer, from) {
    const file = this.#files.get(offer.id) ?? new SharedFile(offer);
    if (file.offer.size !== offer.size) return;
    this.#files.set(offer.id, file);
    file.step("offer");
    if (file.scopes.get(peer) === from) return;
    file.scopes.set(peer, from);
    this.#restore(file);
    this.#announcer.announce(file, this.#peers());
    this.#changed(offer.id);
  }

  /** The offer in this conversation was deleted. @param {string} id @param {string} peer */
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

  // What the person wants

  /** Downloads it. @param {string} id */
  accept(id) {
    this.#seek(id, "accept");
  }

  /** Continues a download that was paused. @param {string} id */
  resume(id) {
    this.#seek(id, "resume");
  }

  /** Interrupts a download. The pieces that are here stay. @param {string} id */
  pause(id) {
    const file = this.#files.get(id);
    if (!file || !this.#step(file, "pause")) return;
    this.#fetches.end(id);
    this.#announcer.stop(file, this.#peers());
  }

  /** Ends a download, and removes what is here of the file. @param {string} id */
  cancel(id) {
    const file = this.#files.get(id);
    if (!file || !this.#step(file, "cancel")) return;
    this.#fetches.end(id);
    this.#announcer.stop(file, this.#peers());
    this.#remove(file);
  }

  /**
   * Downloads nothing from a peer, nor a file that only refused peers offer.
   *
   * @param {string} peer
   * @param {boolean} isRefused false to allow it again
   */
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
   * @param {boolean} isStrained whether the connection to it is needed for sound and video
   */
  giveWay(peer, isStrained) {
    this.#links.giveWay(peer, isStrained);
  }

  /** The peer has left the meeting. @param {string} peer */
  forget(peer) {
    this.#links.forget(peer);
    this.#lose(peer);
  }

  /** Begins a download. @param {string} id @param {Step} step */
  #seek(id, step) {
    const file = this.#files.get(id);
    if (!file || !file.scopes.size || !this.#step(file, step)) return;
    file.reason = "";
    if (file.offer.size > MOST_SIZE) return this.#fail(file, new Refused("large"));
    this.#fetches.begin(id, new Fetch({ file, self: this.#self, port: this.#port(file), clock: this.#clock }));
    this.#announcer.announce(file, this.#peers());
  }

  /** Removes what is here of the file. @param {SharedFile} file */
  #remove(file) {
    const { id } = file.offer;
    file.clear();
    this.#announcer.retract(file);
    this.#kept.delete(id);
    void this.#store.remove(id).catch(() => {});
  }

  /** The whole file is in the store. @param {SharedFile} file @param {Uint8Array<ArrayBuffer>} manifest @param {PieceMap} map */
  #hold(file, manifest, map) {
    file.manifest = manifest;
    file.map = map;
    file.step("offer");
    file.step("finish");
    this.#announcer.announce(file, this.#peers());
    this.#changed(file.offer.id);
  }

  /** Continues with the pieces that were stored before the page was loaded again. @param {SharedFile} file */
  #restore(file) {
    const { id, size } = file.offer;
    const kept = this.#kept.get(id);
    if (!kept || sizeIn(kept.manifest) !== size) return;
    this.#kept.delete(id);
    file.manifest = kept.manifest;
    file.map = new PieceMap(size, kept.bits);
    if (file.map.isFull) this.#step(file, "finish");
    else if (this.#paused.has(id)) {
      file.step("accept");
      this.#step(file, "pause");
    } else this.accept(id);
  }

  // Peers

  /** A new connection to the peer is open: what was sent over the one before may be lost. @param {string} id */
  #begin(id) {
    this.#links.of(id).begin();
    this.#lose(id);
    this.#greet(id);
  }

  /** Tells a peer what we have of all files, once it speaks our protocol. @param {string} id */
  #greet(id) {
    if (!this.#channel.version(id)) return;
    for (const file of this.#files.values()) this.#announcer.announce(file, [id]);
  }

  /** Forgets which pieces a peer has, and the requests to it. @param {string} peer */
  #lose(peer) {
    for (const [id, file] of this.#files) {
      file.forget(peer);
      this.#fetches.get(id)?.drop(peer);
      this.#fetches.plan(id);
      this.#changed(id);
    }
  }

  // Messages

  /** @param {string} from @param {FilesMessage} message */
  #receive(from, message) {
    const { sender } = this.#links.of(from);
    switch (message.type) {
      case "got":
        return sender.got(message.bytes, message.at);
      case "skip":
        return sender.drop(({ ask }) => ask === message.ask);
      case "cannot":
        return this.#unanswered(from, message.ask);
      case "ask":
        return sender.ask({ file: message.file, piece: message.piece, ask: message.ask });
    }
    const file = this.#files.get(message.file);
    if (!file?.isFor(from)) return;
    this.#update(from, file, message);
    this.#fetches.plan(message.file);
    this.#changed(message.file);
  }

  /**
   * Notes what a peer says of a file that was offered to it.
   *
   * @param {string} from
   * @param {SharedFile} file
   * @param {SeekMessage | HaveMessage | MoreMessage | StopMessage} message
   */
  #update(from, file, message) {
    const link = this.#links.of(from);
    switch (message.type) {
      case "seek":
        file.learn(from, message.map);
        file.seekers.add(from);
        if (link.admits()) this.#announcer.describe(file, [from]);
        return;
      case "have":
        if (message.seeks) file.seekers.add(from);
        else file.seekers.delete(from);
        return file.learn(from, message.map);
      case "more":
        for (const piece of message.pieces) file.holders.get(from)?.add(piece);
        return;
      case "stop":
        file.seekers.delete(from);
        return link.sender.drop((asked) => asked.file === message.file);
    }
  }

  /** A peer will not answer a request, because it has not what we asked for. @param {string} from @param {number} ask */
  #unanswered(from, ask) {
    const wanted = this.#links.of(from).settle(ask);
    const file = wanted && this.#files.get(wanted.file);
    if (!file) return;
    file.miss(from, wanted.piece);
    this.#fetches.get(wanted.file)?.refused(from, wanted.piece);
    this.#fetches.plan(wanted.file);
  }

  /**
   * The bytes of a piece that a peer requests; null if it may not have them, or if they are not here.
   *
   * @param {string} to
   * @param {string} id
   * @param {number} piece
   */
  async #read(to, id, piece) {
    const file = this.#files.get(id);
    if (!file?.isFor(to) || !file.manifest) return null;
    if (piece === MANIFEST) return file.manifest;
    if (!file.map.has(piece)) return null;
    const data = await this.#store.get(id, piece);
    if (!data) this.#lost(file, piece);
    return data;
  }

  /** The store has lost a piece. @param {SharedFile} file @param {number} piece */
  #lost(file, piece) {
    file.map.delete(piece);
    this.#changed(file.offer.id);
  }

  // Downloads

  /** Gives a part of a piece to its download, and closes the request if that was the last part. @param {string} from @param {ArrayBuffer} frame */
  #take(from, frame) {
    const taken = this.#links.take(from, frame);
    if (!taken) return;
    const { wanted: { file, piece }, part } = taken;
    const isOver = this.#fetches.get(file)?.take(from, piece, part) ?? true;
    if (isOver) this.#links.of(from).settle(part.ask);
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

  /** The peers from which it can be requested, with the pieces that they have. @param {SharedFile} file */
  #usable(file) {
    const isTrusted = (/** @type {string} */ id) => !file.deceivers.has(id) && !this.#refused.has(id);
    return [...file.holders].filter(([id]) => this.#channel.version(id) && file.isFor(id) && isTrusted(id));
  }

  /** A piece, or the manifest, was verified and stored. @param {SharedFile} file @param {number} piece */
  #keptPiece(file, piece) {
    if (piece !== MANIFEST) this.#announcer.add(file, piece);
    this.#finish(file);
    this.#changed(file.offer.id);
  }

  /** Ends the download if the whole file is here. @param {SharedFile} file */
  #finish(file) {
    if (!file.manifest || !file.map.isFull || !this.#step(file, "finish")) return;
    this.#fetches.end(file.offer.id);
    this.#announcer.announce(file, file.holders.keys());
  }

  /** A peer has sent wrong bytes. Nothing of this file is requested from it again. @param {SharedFile} file @param {string} peer */
  #deceived(file, peer) {
    const { id } = file.offer;
    file.deceivers.add(peer);
    this.#fetches.get(id)?.drop(peer);
    this.#channel.post(peer, { type: "stop", file: id });
    this.#fetches.plan(id);
    this.#changed(id);
  }

  /** The download cannot go on. @param {SharedFile} file @param {unknown} error */
  #fail(file, error) {
    file.reason = error instanceof Refused ? error.reason : "unreadable";
    if (file.reason === "differs") for (const from of file.scopes.values()) file.deceivers.add(from);
    if (!this.#step(file, "fail")) return;
    this.#fetches.end(file.offer.id);
    this.#announcer.stop(file, this.#peers());
  }

  // Progress

  /** The download has requested what it can. @param {string} id @param {Fetch} fetch */
  #planned(id, { isActive }) {
    const file = this.#files.get(id);
    if (!file) return;
    if (!isActive) file.rate = 0;
    this.#step(file, isActive ? "reach" : "lose");
  }

  /** Called about once a second for each download. @param {string} id @param {Fetch} fetch @param {number} rate bytes per second */
  #turned(id, { quiet }, rate) {
    const file = this.#files.get(id);
    if (!file) return;
    file.rate = file.rate ? (file.rate * 2 + rate) / 3 : rate;
    if (quiet && quiet % SEEK_BEATS === 0) this.#announcer.announce(file, this.#peers());
    this.#changed(id);
  }

  /** @param {SharedFile} file @param {Step} step @returns {boolean} whether the state of the file has changed */
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
