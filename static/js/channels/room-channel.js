/**
 * One kind of channel to everybody in a meeting. It outlives the connections to a peer: the current state is sent again on each new one, and
 * budgets continue. A peer that does not speak a version of the protocol is sent nothing.
 *
 * Events: `open` (detail: the id of a peer to which a new channel is open), `version` (detail: the id of a peer whose version has changed),
 * `message` (detail: `{from, message}`, well formed), `cutoff` (detail: the id of a peer that sent far too much; its channels are closed).
 *
 * @import { Clock } from "../lib/clock.js"
 * @import { ChannelKind } from "./catalogue.js"
 */

import { QueueSender } from "./queue-sender.js";
import { Receiver } from "./receiver.js";
import { StateSender } from "./state-sender.js";

/**
 * @template {{type: string}} M
 * @typedef {object} Remote one peer
 * @property {Receiver<M>} receiver
 * @property {Map<string, M>} own what this peer alone is sent, by type
 * @property {Map<RTCDataChannel, StateSender>} senders by channel, of the present connections
 * @property {number | null} version that both sides speak
 * @property {Map<RTCDataChannel, QueueSender>} queues by channel, of the present connections
 * @property {AbortController} lifetime
 */

/** @template {{type: string}} M */
export class RoomChannel extends EventTarget {
  #kind;
  #clock;
  /** What everybody is sent, by type. @type {Map<string, M>} */
  #shared = new Map();
  /** @type {Map<string, Remote<M>>} */
  #remotes = new Map();

  /** @param {{kind: ChannelKind, clock: Clock}} options */
  constructor({ kind, clock }) {
    super();
    this.#kind = kind;
    this.#clock = clock;
  }

  get kind() {
    return this.#kind;
  }

  /** The version that a peer and we speak; null when it is sent nothing. @param {string} id */
  version(id) {
    return this.#remotes.get(id)?.version ?? null;
  }

  /** @param {string} id @param {number | null} version that the peer and we speak, as far as it has said */
  agree(id, version) {
    const remote = this.#remote(id);
    const agreed = version ?? this.#kind.assumed;
    if (agreed === remote.version) return;
    remote.version = agreed;
    for (const sender of remote.senders.values()) sender.renew();
    this.#emit("version", id);
  }

  /** Sends to everybody, now and later, in place of an earlier message of the same type. @param {M} message */
  broadcast(message) {
    const { type } = message;
    this.#shared.set(type, message);
    for (const { own, senders } of this.#remotes.values()) {
      own.delete(type);
      for (const sender of senders.values()) sender.changed(type);
    }
  }

  /** Sends to those to whom a channel is open now, and to nobody later. @param {M} message */
  flash(message) {
    for (const { version, senders } of this.#remotes.values()) {
      if (version) for (const sender of senders.values()) sender.flash(message);
    }
  }

  /**
   * Sends to one peer, now and on later connections, in place of an earlier message of the same type. The same message is not sent twice.
   *
   * @param {string} id
   * @param {M} message
   */
  send(id, message) {
    const { type } = message;
    const { own, senders } = this.#remote(id);
    if (JSON.stringify(message) === JSON.stringify(own.get(type))) return;
    own.set(type, message);
    for (const sender of senders.values()) sender.changed(type);
  }

  /** Sends once, in order, if a channel to the peer is open and it speaks our protocol. @param {string} id @param {M} message */
  post(id, message) {
    const remote = this.#remotes.get(id);
    if (!remote?.version) return;
    for (const queue of remote.queues.values()) queue.push(message);
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
    const { receiver, own, senders, queues } = remote;
    const channel = pc.createDataChannel(this.#kind.label, { negotiated: true, id: this.#kind.id, ordered: this.#kind.ordered });
    if (receiver.isCutOff) channel.close();
    const current = () => new Map(remote.version ? [...this.#shared, ...own] : []);
    channel.addEventListener("open", () => this.#emit("open", id), { signal });
    senders.set(channel, new StateSender({ channel, kind: this.#kind, current, clock: this.#clock, signal }));
    queues.set(channel, new QueueSender({ channel, kind: this.#kind, clock: this.#clock, signal }));
    channel.addEventListener("message", ({ data }) => receiver.receive(data), { signal });
    signal.addEventListener("abort", () => (senders.delete(channel), queues.delete(channel)), { once: true });
    return channel;
  }

  /** @param {string} id of a peer that is gone */
  forget(id) {
    this.#remotes.get(id)?.lifetime.abort();
    this.#remotes.delete(id);
  }

  /** @param {string} id @returns {Remote<M>} */
  #remote(id) {
    const known = this.#remotes.get(id);
    if (known) return known;
    const lifetime = new AbortController();
    /** @type {Remote<M>} */
    const remote = {
      receiver: this.#receiver(id, lifetime.signal),
      own: new Map(),
      senders: new Map(),
      queues: new Map(),
      version: this.#kind.assumed,
      lifetime,
    };
    this.#remotes.set(id, remote);
    return remote;
  }

  /**
   * @param {string} id
   * @param {AbortSignal} signal
   * @returns {Receiver<M>}
   */
  #receiver(id, signal) {
    const deliver = (/** @type {M} */ message) => this.#emit("message", { from: id, message });
    return new Receiver({ kind: this.#kind, deliver, cutOff: () => this.#cutOff(id), clock: this.#clock, signal });
  }

  /** @param {string} id */
  #cutOff(id) {
    for (const channel of this.#remotes.get(id)?.senders.keys() ?? []) channel.close();
    this.#emit("cutoff", id);
  }

  /**
   * @param {string} type
   * @param {unknown} detail
   */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
