/**
 * What the connections to peers carry. Each connection is judged by itself, unless our uplink is too slow: then all that suffer from it go
 * down and come back together. A peer with a good connection loses nothing by it, whatever others report of theirs.
 *
 * @import { Peer } from "../pair/peer.js"
 * @import { Steps } from "./allocation.js"
 * @typedef {{congestion: Congestion, allowance: Allowance, suffers: boolean, badFor: number, fineFor: number, isAmple: boolean}}
 *   PeerLink the connection to one peer; `suffers`: from our uplink, which is too slow; `badFor`: seconds; `fineFor`: seconds
 *   while our uplink was thought to be bad; `isAmple`: what it is to get certainly fits
 */

import { VIDEO_SLOTS } from "../model/ladder.js";
import { fitting } from "./allocation.js";
import { Allowance } from "./allowance.js";
import { areMany, carries, Congestion } from "./congestion.js";

/** Seconds. A single reading may be chance, good or bad. */
const JOINS_AFTER = 2;
const LEAVES_AFTER = 3;

export class Bandwidth {
  #peers;
  #wanted;
  #bits;
  /** By RTCPeerConnection, because a new one may have another path. @type {WeakMap<object, PeerLink>} */
  #links = new WeakMap();
  #uplink = new Allowance();

  /**
   * @param {object} options
   * @param {ReadonlyMap<string, Peer>} options.peers
   * @param {(peer: Peer) => Steps} options.wanted what it would get with unlimited bandwidth
   * @param {(peer: Peer) => {all: number, layered: number}} options.bits of video per second that it is to get, and those of shared layers
   */
  constructor({ peers, wanted, bits }) {
    this.#peers = peers;
    this.#wanted = wanted;
    this.#bits = bits;
  }

  /** The highest rung of a camera's ladder that the connection and our uplink carry. @param {Peer} peer */
  most(peer) {
    const { allowance, suffers } = this.#link(peer);
    return Math.min(allowance.most, suffers ? this.#uplink.most : Infinity);
  }

  /** Whether what it is to get certainly fits. @param {Peer} peer */
  isAmple(peer) {
    return this.#link(peer).isAmple;
  }

  /** Whether the connection to this peer carries less than the video that it is to get. @param {Peer} peer */
  isStrained(peer) {
    const { congestion, allowance, suffers } = this.#link(peer);
    return suffers || congestion.isBad || allowance.isLowered || VIDEO_SLOTS.some((slot) => peer.reading?.sent[slot].limitation === "bandwidth");
  }

  /** Whether all peers suffer from our uplink. */
  get isShort() {
    return this.#uplink.isLowered && [...this.#peers.values()].every((peer) => this.#link(peer).suffers);
  }

  /** To be called once a second, after readings were taken. @param {number} now in ms */
  update(now) {
    const peers = [...this.#peers.values()];
    for (const peer of peers) if (peer.reading) this.#link(peer).congestion.update(peer.reading, this.#bits(peer).layered);
    const bad = peers.filter((peer) => this.#link(peer).congestion.isBad);
    const isOurs = areMany(bad.length, peers.length);
    const { most } = this.#uplink;
    this.#uplink.update({ now, isBad: isOurs, fits: this.#fitting(bad) });
    for (const peer of peers) this.#updateLink(peer, { now, isOurs, isLess: this.#uplink.most < most });
  }

  /**
   * A connection suffers from our uplink if it is bad when the uplink's allowance goes down, or gets bad later; not if it is fine meanwhile.
   *
   * @param {Peer} peer
   * @param {object} ours
   * @param {number} ours.now
   * @param {boolean} ours.isOurs whether a bad connection is bad because of our uplink
   * @param {boolean} ours.isLess whether the uplink's allowance has just gone down
   */
  #updateLink(peer, { now, isOurs, isLess }) {
    const link = this.#link(peer);
    const { congestion: { isBad }, allowance } = link;
    const isShared = isBad && (isOurs || (!link.suffers && this.#uplink.isLowered));
    link.badFor = isBad ? link.badFor + 1 : 0;
    link.fineFor = isOurs && !isBad ? link.fineFor + 1 : 0;
    const joins = isShared && (isLess || link.badFor >= JOINS_AFTER);
    link.suffers = this.#uplink.isLowered && link.fineFor < LEAVES_AFTER && (link.suffers || joins);
    if (!isShared) allowance.update({ now, isBad, fits: this.#fitting([peer]) });
    link.isAmple = !isSlow(peer) && carries(peer.reading?.uplink ?? null, this.#bits(peer).all, link.isAmple);
  }

  /** The highest rung that the connections to these carry together, as far as known; Infinity if nothing is. @param {readonly Peer[]} peers */
  #fitting(peers) {
    const known = peers.filter((peer) => this.#link(peer).congestion.bits < Infinity);
    const bits = known.reduce((sum, peer) => sum + this.#link(peer).congestion.bits, 0);
    return known.length ? fitting(known.map((peer) => this.#wanted(peer)), bits) : Infinity;
  }

  /** @param {Peer} peer @returns {PeerLink} */
  #link(peer) {
    const key = peer.pc ?? peer;
    const link = this.#links.get(key) ?? {
      congestion: new Congestion(),
      allowance: new Allowance(),
      suffers: false,
      badFor: 0,
      fineFor: 0,
      isAmple: false,
    };
    this.#links.set(key, link);
    return link;
  }
}

/** Whether the encoder for this peer alone reports that our CPU is too slow. @param {Peer} peer */
function isSlow({ reading }) {
  return VIDEO_SLOTS.some((slot) => reading?.sent[slot].limitation === "cpu");
}
