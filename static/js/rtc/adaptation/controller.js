/**
 * Gives each peer the video that it demands, as far as bandwidth and CPU load permit: `allocation.js` decides, this module sets senders
 * and fan-out.
 *
 * @import { Clock } from "../../lib/clock.js"
 * @import { Fanout, LayerPlan, Stats } from "../encoding/fanout.js"
 * @import { Rung, VideoSlot } from "../model/ladder.js"
 * @import { SlotRecord } from "../model/slots.js"
 * @import { Peer } from "../pair/peer.js"
 * @import { Load } from "../stats/headroom.js"
 * @import { Grant, Steps, Taker } from "./allocation.js"
 */

import { assumed } from "../model/demand.js";
import { LADDERS, rungAt, VIDEO_SLOTS } from "../model/ladder.js";
import { LayerTime } from "../stats/layer-time.js";
import { ceilings, first, grants, MOST_LAYERS, slowed, stepFor } from "./allocation.js";
import { Backoff } from "./backoff.js";
import { Bandwidth } from "./bandwidth.js";
import { CpuLoad } from "./cpu-load.js";
import { Motion } from "./motion.js";

/** Demands that come within this time are answered together. */
const GATHER_MS = 50;
const READ_MS = 1000;
const KEPT_MS = 3000;
/** The microphone is sent with a low bitrate over a connection that carries no higher rung than this. */
const LEAN_STEP = 1;
/** Peers. With fewer, the browser's own encoder is better: it follows the connection's bandwidth. */
export const LEAST_SHARING = 2;

export class Adaptation {
  #peers;
  #tracks;
  #fanout;
  #clock;
  #signal;
  #bandwidth;
  /** When each layer had its last taker. @type {Map<string, number>} */
  #takenAt = new Map();
  #cpuLoad = new CpuLoad();
  /** By the screen that is shown: another one begins as text. @type {WeakMap<object, Motion>} */
  #motions = new WeakMap();
  #cancel = () => {};
  #isAsked = false;
  #isSaving = false;
  /** Whether layers are made at all: a ladder of one step. */
  #sharing = new Backoff(0);
  #layerTime = new LayerTime();

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
    this.#bandwidth = new Bandwidth({ peers, wanted: (peer) => this.#wanted(peer), bits: (peer) => this.#bits(peer) });
    this.#tracks = tracks;
    this.#fanout = fanout;
    this.#clock = clock;
    this.#signal = signal;
    fanout?.addEventListener("stats", (event) => this.#updateLoad(Reflect.get(event, "detail")), { signal });
    signal.addEventListener("abort", () => this.#rest(), { once: true });
    this.#turn();
  }

  /** @param {boolean} isSaving whether nobody is to get large video of us */
  set isSaving(isSaving) {
    this.#isSaving = isSaving;
    this.adapt();
  }

  /** @param {Peer} peer whose changes of demand and connection are answered from now on */
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
    for (const slot of VIDEO_SLOTS) this.#fanout?.show(slot, null);
  }

  #turn() {
    this.#clock.after(READ_MS, () => (this.#bandwidth.update(this.#clock.now()), this.#updateMotion(), this.#apply(), this.#turn()), this.#signal);
  }

  #apply() {
    this.#cancel();
    this.#isAsked = false;
    const layers = VIDEO_SLOTS.flatMap((slot) => this.#share(slot));
    this.#fanout?.plan(layers);
    for (const slot of VIDEO_SLOTS) this.#fanout?.show(slot, layers.some((layer) => layer.slot === slot) ? this.#tracks[slot] : null);
    for (const slot of VIDEO_SLOTS) for (const [id, grant] of this.#grants(slot)) this.#set(id, slot, grant);
    for (const peer of this.#peers.values()) {
      peer.lean(this.#bandwidth.most(peer) <= LEAN_STEP);
      peer.send({ type: "held", camera: this.#withholds(peer, "camera"), screen: this.#withholds(peer, "screen") });
    }
  }

  /**
   * @param {Peer} peer
   * @param {VideoSlot} slot
   */
  #withholds(peer, slot) {
    return this.#wanted(peer)[slot] >= 0 && this.#taker(peer, slot).most < 0;
  }

  /**
   * @param {VideoSlot} slot
   * @returns {LayerPlan[]}
   */
  #share(slot) {
    if (!this.#tracks[slot]) return [];
    for (const { step, shared } of this.#grants(slot).values()) if (shared) this.#takenAt.set(nameOf(slot, step), this.#clock.now());
    return this.#kept(slot).map((step) => ({ name: nameOf(slot, step), slot, rung: this.#layerRung(slot, step) }));
  }

  /**
   * A layer is kept for a while after its last taker, if there are not too many: making an encoder costs more than that.
   *
   * @param {VideoSlot} slot
   */
  #kept(slot) {
    const aged = LADDERS[slot].map((_, step) => ({ step, ms: this.#clock.now() - (this.#takenAt.get(nameOf(slot, step)) ?? -Infinity) }));
    const young = aged.filter(({ ms }) => ms < KEPT_MS).sort((a, b) => a.ms - b.ms);
    return young.slice(0, MOST_LAYERS).map(({ step }) => step);
  }

  /** @param {VideoSlot} slot */
  #grants(slot) {
    const takers = [...this.#peers.values()].map((peer) => this.#taker(peer, slot));
    return grants(slot, takers, slot === "camera" ? Math.min(this.#cpuLoad.pace.step, this.#isSaving ? 1 : Infinity) : Infinity);
  }

  /**
   * @param {Peer} peer
   * @param {VideoSlot} slot
   * @returns {Taker}
   */
  #taker(peer, slot) {
    const most = ceilings(this.#bandwidth.most(peer), this.#wanted(peer).screen >= 0)[slot];
    return { id: peer.id, wanted: this.#demand(peer)[slot], shares: this.#canShare(peer), most };
  }

  /** @param {Peer} peer */
  #demand(peer) {
    return peer.demand ?? assumed(this.#peers.size);
  }

  /** What it would get with unlimited bandwidth. @param {Peer} peer @returns {Steps} */
  #wanted(peer) {
    const step = (/** @type {VideoSlot} */ slot) => (this.#tracks[slot] ? stepFor(slot, this.#demand(peer)[slot]) : -1);
    return { camera: step("camera"), screen: step("screen") };
  }

  /** @param {Peer} peer */
  #canShare(peer) {
    return peer.canShare && !this.#sharing.isLowered && this.#peers.size >= LEAST_SHARING;
  }

  /**
   * @param {string} id
   * @param {VideoSlot} slot
   * @param {Grant} grant
   */
  #set(id, slot, grant) {
    const peer = this.#peers.get(id);
    peer?.encode(slot, grant.step < 0 ? null : { ...this.#encoding(peer, slot, grant), isAmple: this.#bandwidth.isAmple(peer) });
  }

  /**
   * @param {Peer} peer
   * @param {VideoSlot} slot
   * @param {Grant} grant
   */
  #encoding(peer, slot, { step, shared }) {
    if (shared) return { rung: this.#layerRung(slot, step), layer: nameOf(slot, step) };
    const rung = slowed(slot, this.#rung(slot, step), this.#demand(peer)[slot].rate);
    const hasBegun = (peer.reading?.sent[slot].frames ?? 0) > 0;
    return { rung: hasBegun ? rung : first(slot, rung), layer: null };
  }

  // What it costs

  /** Bits per second that it is to get. @param {Peer} peer */
  #bits(peer) {
    const sum = (/** @type {readonly VideoSlot[]} */ slots) => slots.reduce((bits, slot) => bits + this.#bitrate(peer, slot), 0);
    return { all: sum(VIDEO_SLOTS), layered: sum(VIDEO_SLOTS.filter((slot) => peer.carried(slot) !== null && this.#tracks[slot])) };
  }

  /**
   * @param {Peer} peer
   * @param {VideoSlot} slot
   */
  #bitrate(peer, slot) {
    const { step } = this.#grants(slot).get(peer.id) ?? { step: -1 };
    return step < 0 ? 0 : this.#rung(slot, step).bitrate;
  }

  /** The peer that gets the most frames gets all that the screen delivers, up to the rate of its capture. */
  #updateMotion() {
    const rates = [...this.#peers.values()].map(({ reading }) => reading?.sent.screen.source ?? 0);
    this.#motion.update(Math.max(0, ...rates));
  }

  /** @returns {Motion} of the screen */
  get #motion() {
    const key = this.#tracks.screen ?? this;
    const motion = this.#motions.get(key) ?? new Motion();
    this.#motions.set(key, motion);
    return motion;
  }

  /** @param {Stats} stats */
  #updateLoad({ layers }) {
    const [now, pace, sharing] = [this.#clock.now(), this.#cpuLoad.pace, this.#sharing.most];
    const cameras = layers.filter(({ slot }) => slot === "camera");
    this.#layerTime.update(now, layers);
    if (!this.#sharing.isLowered) this.#cpuLoad.update(now, cameras);
    this.#sharing.update(now, layers.some(({ isDead }) => isDead) ? -1 : Infinity);
    if (this.#cpuLoad.pace !== pace || this.#sharing.most !== sharing) this.adapt();
  }

  /**
   * @param {VideoSlot} slot
   * @param {number} step
   * @returns {Rung}
   */
  #rung(slot, step) {
    const rung = rungAt(slot, step, this.#motion.isMoving);
    return slot === "camera" ? { ...rung, rate: Math.min(rung.rate, this.#cpuLoad.pace.rate) } : rung;
  }

  /**
   * The rung of a layer, with the frame rate of the taker that wants the most frames.
   *
   * @param {VideoSlot} slot
   * @param {number} step
   */
  #layerRung(slot, step) {
    const takers = [...this.#grants(slot)].filter(([, grant]) => grant.shared && grant.step === step);
    const rates = takers.flatMap(([id]) => this.#peers.get(id) ?? []).map((peer) => this.#demand(peer)[slot].rate);
    return slowed(slot, this.#rung(slot, step), rates.length ? Math.max(...rates) : Infinity);
  }

  /**
   * Whether the connection to this peer carries less than the video that it is to get, so that everything else should give way.
   *
   * @param {Peer} peer
   */
  isStrained(peer) {
    return this.#bandwidth.isStrained(peer);
  }

  /** What encoding costs for all peers together. @returns {Load} */
  get load() {
    return { layers: this.#layerTime.processors, isLowered: this.#cpuLoad.isLowered || this.#bandwidth.isShort };
  }
}

/**
 * @param {VideoSlot} slot
 * @param {number} step
 */
function nameOf(slot, step) {
  return `${slot} ${step}`;
}
