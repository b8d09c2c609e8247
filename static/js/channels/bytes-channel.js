/**
 * A channel of bytes to everybody in a meeting. Frames are sent and received on the newest connection to a peer alone, so that those of an earlier
 * one are not taken for a part of what is asked for on the new one. What a frame may be is decided by whoever listens: `exceed` counts what nobody
 * asked for.
 *
 * Events: `open` (detail: the id of a peer to which a new channel is open), `frame` (detail: `{from, data}`, an ArrayBuffer
 * within the bounds), `cutoff` (detail: the id of a peer that sent far too much; its channel is closed).
 *
 * @import { Clock } from "../lib/clock.js"
 * @import { BytesKind } from "./catalogue.js"
 * @typedef {{channel: RTCDataChannel | null, excess: Bucket, cutUntil: number}} Remote one peer
 */

import { Bucket } from "../lib/bucket.js";

export class BytesChannel extends EventTarget {
  #kind;
  #clock;
  /** @type {Map<string, Remote>} */
  #remotes = new Map();

  /** @param {{kind: BytesKind, clock: Clock}} options */
  constructor({ kind, clock }) {
    super();
    this.#kind = kind;
    this.#clock = clock;
  }

  /**
   * @param {string} id
   * @param {Uint8Array<ArrayBuffer>} frame
   * @returns {boolean} false if no channel to the peer is open
   */
  send(id, frame) {
    const channel = this.#remotes.get(id)?.channel;
    if (channel?.readyState !== "open") return false;
    channel.send(frame);
    return true;
  }

  /** @param {string} id of a peer that has sent what nobody asked for @param {number} bytes */
  exceed(id, bytes) {
    const remote = this.#remote(id);
    if (remote.excess.take(bytes) === bytes) return;
    remote.cutUntil = this.#clock.now() + this.#kind.cutOffMs;
    remote.channel?.close();
    this.#emit("cutoff", id);
  }

  /**
   * Creates the channel on a new connection.
   *
   * @param {string} id of the peer
   * @param {RTCPeerConnection} pc not yet negotiated
   * @param {AbortSignal} signal the end of the connection
   * @returns {RTCDataChannel}
   */
  attach(id, pc, signal) {
    const remote = this.#remote(id);
    const { label, id: number } = this.#kind;
    const channel = pc.createDataChannel(label, { negotiated: true, id: number, ordered: true });
    channel.binaryType = "arraybuffer";
    if (this.#clock.now() < remote.cutUntil) channel.close();
    channel.addEventListener("open", () => this.#open(id, channel), { signal });
    channel.addEventListener("message", ({ data }) => this.#receive(id, channel, data), { signal });
    return channel;
  }

  /** @param {string} id of a peer that is gone */
  forget(id) {
    this.#remotes.delete(id);
  }

  /** @param {string} id @param {RTCDataChannel} channel */
  #open(id, channel) {
    this.#remote(id).channel = channel;
    this.#emit("open", id);
  }

  /** @param {string} id @param {RTCDataChannel} channel @param {unknown} data */
  #receive(id, channel, data) {
    const remote = this.#remote(id);
    if (remote.channel !== channel || this.#clock.now() < remote.cutUntil) return;
    if (!(data instanceof ArrayBuffer) || data.byteLength > this.#kind.bytes) return this.exceed(id, this.#kind.bytes);
    this.#emit("frame", { from: id, data });
  }

  /** @param {string} id @returns {Remote} */
  #remote(id) {
    const known = this.#remotes.get(id);
    if (known) return known;
    const remote = { channel: null, excess: new Bucket({ ...this.#kind.excess, clock: this.#clock }), cutUntil: -Infinity };
    this.#remotes.set(id, remote);
    return remote;
  }

  /** @param {string} type @param {unknown} detail */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
