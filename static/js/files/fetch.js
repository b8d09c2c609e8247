/**
 * Fetches one file: first its manifest, from one holder after another, then its pieces.
 *
 * @import { Part } from "../channels/protocols/files.js"
 * @import { Clock } from "../lib/clock.js"
 * @import { PieceMap } from "./piece-map.js"
 * @import { SharedFile } from "./shared-file.js"
 * @typedef {object} Port what a fetch needs of others
 * @property {() => [id: string, map: PieceMap][]} holders who can be asked
 * @property {(peer: string, piece: number, length: number) => number} ask returns the number of the ask
 * @property {(peer: string, ask: number) => void} skip
 * @property {(manifest: Uint8Array<ArrayBuffer>) => Promise<void>} begin makes room
 * @property {(length: number) => Uint8Array<ArrayBuffer>} room for the bytes of a piece
 * @property {(piece: number, data: Uint8Array<ArrayBuffer>) => Promise<boolean>} keep false if it is not that piece
 * @property {(piece: number) => void} kept
 * @property {(peer: string) => void} deceived it sent something else
 * @property {(error: unknown) => void} failed
 */

import { MANIFEST } from "../channels/protocols/files.js";
import { Download } from "./download.js";
import { lengthOf, manifestLength, nameOf, sizeIn } from "./manifest.js";
import { Refused } from "./transfer.js";

/** How many beats a holder may take to send the manifest. */
const PATIENCE_BEATS = 5;

export class Fetch {
  #file;
  #self;
  #port;
  #clock;
  /** The manifest that comes. @type {{peer: string, ask: number, data: Uint8Array<ArrayBuffer>, received: number, beats: number} | null} */
  #coming = null;
  #isOpening = false;
  #isOver = false;
  /** @type {Download | null} */
  #download = null;
  /** Beats in a row in which nothing came. */
  quiet = 0;

  /** @param {{file: SharedFile, self: string, port: Port, clock: Clock}} options */
  constructor({ file, self, port, clock }) {
    this.#file = file;
    this.#self = self;
    this.#port = port;
    this.#clock = clock;
    if (file.manifest) void this.#open(file.manifest);
  }

  /** Whether something is on its way. */
  get isActive() {
    return this.#coming !== null || this.#isOpening || Boolean(this.#download?.isActive);
  }

  /** Asks for what can be asked for. */
  plan() {
    if (this.#download) this.#download.plan();
    else if (!this.#coming && !this.#isOpening && !this.#isOver) this.#askManifest();
  }

  /** To be called about once a second. @param {number} seconds since the last time @returns {number} bytes that came meanwhile */
  beat(seconds) {
    const bytes = this.#download?.beat(seconds) ?? 0;
    this.quiet = bytes ? 0 : this.quiet + 1;
    if (this.#coming && (this.#coming.beats += 1) > PATIENCE_BEATS) {
      this.#file.holders.delete(this.#coming.peer);
      this.#drop(this.#coming);
    }
    return bytes;
  }

  /** @param {string} from @param {number} piece @param {Part} part of it @returns {boolean} whether nothing more is to come of what was asked */
  take(from, piece, part) {
    if (piece !== MANIFEST) return this.#download?.take(from, piece, part) ?? true;
    return this.#takeManifest(from, part);
  }

  /** It does not send what was asked for. @param {string} from @param {number} piece */
  refused(from, piece) {
    if (piece === MANIFEST && this.#coming?.peer === from) this.#coming = null;
    this.#download?.answered(from, piece);
  }

  /** Nothing of what was asked of this peer will come. @param {string} peer */
  drop(peer) {
    this.#download?.drop(peer);
    if (this.#coming?.peer === peer) this.#coming = null;
  }

  end() {
    this.#isOver = true;
    if (this.#coming) this.#drop(this.#coming);
    this.#download?.end();
  }

  /** @param {{peer: string, ask: number}} coming */
  #drop({ peer, ask }) {
    this.#coming = null;
    this.#port.skip(peer, ask);
  }

  #askManifest() {
    const length = manifestLength(this.#file.offer.size);
    const [peer] = this.#port.holders().find(([, map]) => map.held || map.isFull) ?? [];
    if (peer !== undefined) this.#coming = { peer, ask: this.#port.ask(peer, MANIFEST, length), data: new Uint8Array(length), received: 0, beats: 0 };
  }

  /** @param {string} from @param {Part} part */
  #takeManifest(from, { ask, offset, data }) {
    const coming = this.#coming;
    if (coming?.peer !== from || coming.ask !== ask) return true;
    if (offset !== coming.received || offset + data.length > coming.data.length) {
      this.#port.deceived(from);
      return true;
    }
    coming.data.set(data, offset);
    coming.received += data.length;
    if (coming.received < coming.data.length) return false;
    this.#coming = null;
    void this.#check(from, coming.data);
    return true;
  }

  /** @param {string} from @param {Uint8Array<ArrayBuffer>} manifest */
  async #check(from, manifest) {
    this.#isOpening = true;
    const name = await nameOf(manifest);
    this.#isOpening = false;
    if (this.#isOver) return;
    if (name !== this.#file.offer.id) this.#port.deceived(from);
    else if (sizeIn(manifest) !== this.#file.offer.size) this.#port.failed(new Refused("differs"));
    else await this.#open(manifest);
  }

  /** @param {Uint8Array<ArrayBuffer>} manifest that is right */
  async #open(manifest) {
    this.#isOpening = true;
    try {
      await this.#port.begin(manifest);
    } catch (error) {
      if (!this.#isOver) this.#port.failed(error);
      return;
    }
    this.#isOpening = false;
    if (this.#isOver) return;
    this.#file.manifest = manifest;
    this.#download = new Download({ size: this.#file.offer.size, self: this.#self, map: this.#file.map, port: this.#pieces(), clock: this.#clock });
    this.#download.plan();
    this.#port.kept(MANIFEST);
  }

  /** @returns {import("./download.js").Port} */
  #pieces() {
    const { holders, ask, ...port } = this.#port;
    const { size } = this.#file.offer;
    return {
      ...port,
      holders: () => holders().map(([id, map]) => ({ id, map })),
      seekers: () => [this.#self, ...this.#file.rivals],
      ask: (peer, piece) => ask(peer, piece, lengthOf(size, piece)),
    };
  }
}
