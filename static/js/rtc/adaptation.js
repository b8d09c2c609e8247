/**
 * Gives everybody the pictures they ask for, as far as lines and processor carry them: asks `budget.js` and tells senders and fan-out.
 *
 * @import { Clock } from "../lib/clock.js"
 * @import { Grant, PictureSlot, Rung, Taker } from "./budget.js"
 * @import { Fanout, LayerPlan, Stats } from "./fanout.js"
 * @import { Peer } from "./peer.js"
 * @import { SlotRecord } from "./slots.js"
 * @typedef {{congestion: Congestion, allowance: Allowance}} Line to one peer
 */

import { grants, LADDERS, PICTURE_SLOTS, stepFor, stepLike } from "./budget.js";
import { assumed } from "./demand.js";
import { Allowance } from "./allowance.js";
import { areMany, Congestion } from "./congestion.js";
import { Strain } from "./strain.js";

/** Demands of a moment are answered together. */
const GATHER_MS = 50;
const READ_MS = 1000;
const KEPT_MS = 3000;
/** Fewer are not worth a worker: the browser's own encoder follows the line. */
export const LEAST_SHARING = 2;

export class Adaptation {
  #peers;
  #tracks;
  #fanout;
  #clock;
  #signal;
  /** By connection: another one is another line. @type {WeakMap<object, Line>} */
  #lines = new WeakMap();
  #uplink = new Allowance();
  /** When each layer had its last taker. @type {Map<string, number>} */
  #takenAt = new Map();
  #strain = new Strain();
  #cancel = () => {};
  #isAsked = false;
  #thrifty = false;

  /**
   * @param {object} options
   * @param {ReadonlyMap<string, Peer>} options.peers
   * @param {SlotRecord<MediaStreamTrack | null>} options.tracks what we send; read at every turn
   * @param {Fanout | null} options.fanout
   * @param {Clock} options.clock
   * @param {AbortSignal} options.signal
   */
  constructor({ peers, tracks, fanout, clock, signal }) {
    this.#peers = peers;
    this.#tracks = tracks;
    this.#fanout = fanout;
    this.#clock = clock;
    this.#signal = signal;
    fanout?.addEventListener("stats", (event) => this.#weigh(Reflect.get(event, "detail")), { signal });
    signal.addEventListener("abort", () => this.#rest(), { once: true });
    this.#turn();
  }

  /** @param {boolean} thrifty whether nobody is to get large pictures of us */
  set thrifty(thrifty) {
    this.#thrifty = thrifty;
    this.adapt();
  }

  /** @param {Peer} peer its demand or its connection is another */
  follow(peer) {
    const signal = this.#signal;
    for (const type of ["demand", "tracks"]) peer.addEventListener(type, () => this.adapt(), { signal });
    this.#apply();
  }

  /** Adapts soon. */
  adapt() {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#cancel = this.#clock.after(GATHER_MS, () => this.#apply(), this.#signal);
  }

  #rest() {
    this.#fanout?.plan([]);
    for (const slot of PICTURE_SLOTS) this.#fanout?.show(slot, null);
  }

  #turn() {
    this.#clock.after(READ_MS, () => (this.#weighLines(), this.#apply(), this.#turn()), this.#signal);
  }

  #apply() {
    this.#cancel();
    this.#isAsked = false;
    const layers = PICTURE_SLOTS.flatMap((slot) => this.#share(slot));
    this.#fanout?.plan(layers);
    for (const slot of PICTURE_SLOTS) this.#fanout?.show(slot, layers.some((layer) => layer.slot === slot) ? this.#tracks[slot] : null);
    for (const slot of PICTURE_SLOTS) for (const [id, grant] of this.#grants(slot)) this.#set(id, slot, grant);
    for (const peer of this.#peers.values()) peer.say({ type: "held", camera: this.#withholds(peer, "camera"), screen: this.#withholds(peer, "screen") });
  }

  /**
   * @param {Peer} peer
   * @param {PictureSlot} slot
   */
  #withholds(peer, slot) {
    const { wanted, most } = this.#taker(peer, slot);
    return this.#tracks[slot] !== null && stepFor(slot, wanted) >= 0 && most < 0;
  }

  /**
   * @param {PictureSlot} slot
   * @returns {LayerPlan[]}
   */
  #share(slot) {
    if (!this.#tracks[slot]) return [];
    for (const { step, shared } of this.#grants(slot).values()) if (shared) this.#takenAt.set(nameOf(slot, step), this.#clock.now());
    const steps = LADDERS[slot].map((_, step) => step).filter((step) => this.#isKept(nameOf(slot, step)));
    return steps.map((step) => ({ name: nameOf(slot, step), slot, rung: this.#rung(slot, step) }));
  }

  /** A layer outlives its last taker a little: making an encoder costs more than that. @param {string} name */
  #isKept(name) {
    return this.#clock.now() - (this.#takenAt.get(name) ?? -Infinity) < KEPT_MS;
  }

  /** @param {PictureSlot} slot */
  #grants(slot) {
    const takers = [...this.#peers.values()].map((peer) => this.#taker(peer, slot));
    return grants(slot, takers, slot === "camera" ? Math.min(this.#strain.pace.step, this.#thrifty ? 1 : Infinity) : Infinity);
  }

  /**
   * @param {Peer} peer
   * @param {PictureSlot} slot
   * @returns {Taker}
   */
  #taker(peer, slot) {
    const wanted = (peer.demand ?? assumed(this.#peers.size))[slot];
    const shares = this.#canShare(peer, slot);
    const most = Math.min(this.#uplink.most, shares ? this.#line(peer).allowance.most : Infinity);
    return { id: peer.id, wanted, shares, most: stepLike(slot, most) };
  }

  /**
   * @param {Peer} peer
   * @param {PictureSlot} slot
   */
  #canShare(peer, slot) {
    const codec = peer.reading?.sent[slot].codec;
    return peer.canShare && this.#peers.size >= LEAST_SHARING && (!codec || codec === "VP8");
  }

  /**
   * @param {string} id
   * @param {PictureSlot} slot
   * @param {Grant} grant
   */
  #set(id, slot, { step, shared }) {
    const setting = step < 0 ? null : { rung: this.#rung(slot, step), layer: shared ? nameOf(slot, step) : null };
    this.#peers.get(id)?.encode(slot, setting);
  }

  // What is too much

  /** @param {Peer} peer @returns {Line} */
  #line(peer) {
    const key = peer.pc ?? peer;
    const line = this.#lines.get(key) ?? { congestion: new Congestion(), allowance: new Allowance() };
    this.#lines.set(key, line);
    return line;
  }

  /** Each line is judged by itself, unless it is ours that is too thin: then all wait for one another, and try together. */
  #weighLines() {
    const now = this.#clock.now();
    for (const peer of this.#peers.values()) if (peer.reading) this.#line(peer).congestion.hear(peer.reading, this.#layered(peer));
    const lines = [...this.#peers.values()].map((peer) => this.#line(peer));
    const bad = lines.filter(({ congestion }) => congestion.isBad);
    const isOurs = areMany(bad.length, lines.length);
    this.#uplink.hear({ now, isBad: isOurs, fits: Math.min(...bad.map(({ congestion }) => congestion.fits)) });
    if (isOurs) return;
    for (const { congestion, allowance } of lines) allowance.hear({ now, isBad: congestion.isBad, fits: congestion.fits });
  }

  /** Bits per second. @param {Peer} peer */
  #layered(peer) {
    const shared = PICTURE_SLOTS.filter((slot) => peer.carried(slot) !== null && this.#tracks[slot]);
    return shared.map((slot) => this.#bitrate(peer, slot)).reduce((sum, bits) => sum + bits, 0);
  }

  /**
   * @param {Peer} peer
   * @param {PictureSlot} slot
   */
  #bitrate(peer, slot) {
    const { step } = this.#grants(slot).get(peer.id) ?? { step: -1 };
    return step < 0 ? 0 : this.#rung(slot, step).bitrate;
  }

  /** @param {Stats} stats */
  #weigh({ layers }) {
    const before = this.#strain.pace;
    this.#strain.hear(
      this.#clock.now(),
      layers.filter(({ slot }) => slot === "camera"),
    );
    if (this.#strain.pace !== before) this.adapt();
  }

  /**
   * @param {PictureSlot} slot
   * @param {number} step
   * @returns {Rung}
   */
  #rung(slot, step) {
    const rung = /** @type {Rung} */ (LADDERS[slot][step]);
    return slot === "camera" ? { ...rung, rate: Math.min(rung.rate, this.#strain.pace.rate) } : rung;
  }

  /** Whether our pictures are held down for everybody: our processor or our own line is at its limit. */
  get isLowered() {
    return this.#strain.isLowered || this.#uplink.isLowered;
  }
}

/**
 * @param {PictureSlot} slot
 * @param {number} step
 */
function nameOf(slot, step) {
  return `${slot} ${step}`;
}
