/**
 * The encoding parameters of one video sender. Settings are applied one after the other, without negotiation (webrtc-pc, section 5.2).
 *
 * @import { Rung, VideoSlot } from "../model/ladder.js"
 * @import { Fanout } from "./fanout.js"
 * @typedef {{rung: Rung, layer: string | null, isAmple: boolean} | null} Setting `layer`: the name of the layer to carry, or null to encode alone;
 *   `isAmple`: the connection carries the rung for sure; null: send nothing
 * @typedef {{rung: Rung, isShared: boolean}} Manner how video is encoded
 */

import { hintOf } from "../model/ladder.js";
import { TINY_HEIGHT } from "./carrier.js";

/** Small, and still above what an encoder refuses. */
const CARRIER_HEIGHT = TINY_HEIGHT * 0.75;
/** The limit of the tiny encoder only says up to which bitrate congestion control probes: what is carried is larger than what it encodes. */
const CARRIER_BITRATE = 2_500_000;
/** Where the source does not say. */
const HEIGHT = 720;
/** webrtc-extensions, section 8. */
const KEY = /** @type {any} */ ({ encodingOptions: [{ keyFrame: true }] });
const VP8 = "video/VP8";

export class VideoSender {
  #slot;
  #sender;
  #fanout;
  #lifetime;
  /** The sender's name in the fan-out, or 0. */
  #name = 0;
  /** @type {Setting} */
  #wanted = null;
  /** As it was last applied. */
  #applied = "";
  /** What the sender sends now, according to the worker. @type {string | null} */
  #route = null;
  /** What the worker was asked to send. @type {string | null} */
  #asked = null;
  #isApplying = false;
  /** Whether the browser does not know the degradation preference that carrier frames need. */
  #isRefused = false;
  /** @type {string | null} */
  #negotiated = null;
  /** The track whose frame rate was limited last, and to what. @type {{track: MediaStreamTrack | null, rate: number}} */
  #limited = { track: null, rate: 0 };

  /**
   * @param {object} options
   * @param {VideoSlot} options.slot
   * @param {RTCRtpSender} options.sender
   * @param {string} options.peer to whom it sends
   * @param {Fanout | null} options.fanout
   * @param {AbortSignal} options.signal
   */
  constructor({ slot, sender, peer, fanout, signal }) {
    this.#slot = slot;
    this.#sender = sender;
    this.#fanout = fanout;
    this.#lifetime = signal;
    if (fanout?.isOpen) this.#join(fanout, peer);
  }

  /** Whether layers can be carried. */
  get canShare() {
    return this.#name > 0 && (this.#codec ?? VP8) === VP8;
  }

  /** What it sends first of all, once that is negotiated. */
  get #codec() {
    this.#negotiated ??= this.#sender.getParameters().codecs[0]?.mimeType ?? null;
    return this.#negotiated;
  }

  /** Whether a layer is carried now. */
  get #isShared() {
    return this.#route !== null && this.#route !== "own";
  }

  /** The height of the layer that is carried now; null when none is. */
  get carried() {
    return this.#isShared && this.#wanted ? Math.min(this.#wanted.rung.height, this.#height) : null;
  }

  /** How the video is encoded now; null while none is sent. @returns {Manner | null} */
  get manner() {
    return this.#wanted && this.#sender.track ? { rung: this.#wanted.rung, isShared: this.#isShared } : null;
  }

  /** @param {Setting} setting what holds from now on */
  set(setting) {
    this.#wanted = setting;
    this.#ask();
    void this.#apply();
  }

  /**
   * A sender that sends already ignores a transform that is set later.
   *
   * @param {Fanout} fanout
   * @param {string} peer
   */
  #join(fanout, peer) {
    const signal = this.#lifetime;
    this.#name = fanout.attach(this.#sender, peer);
    fanout.addEventListener("routed", (event) => this.#follow(Reflect.get(event, "detail")), { signal });
    signal.addEventListener("abort", () => fanout.detach(this.#name), { once: true });
  }

  #ask() {
    if (!this.#name) return;
    const to = this.#wanted && (this.#wanted.layer ?? "own");
    if (to === this.#asked) return;
    this.#asked = to;
    if (to === null) this.#route = null;
    this.#fanout?.route(this.#name, to);
  }

  /** @param {{sender: number, to: string | null}} routed */
  #follow({ sender, to }) {
    if (sender !== this.#name) return;
    this.#route = to;
    void this.#apply();
  }

  /**
   * Sets the content hint of a screen, and limits its frame rate. A new hint makes a new encoder, so a sender of carrier frames keeps the
   * hint that it has: the layer's encoder has the right one.
   */
  #describe() {
    const { track } = this.#sender;
    if (this.#slot !== "screen" || !track || !this.#wanted) return;
    if (track.contentHint !== this.#hint) track.contentHint = this.#hint;
    if (isTab(track) || this.#limited.track === track) this.#limit(track, this.#wanted.rung.rate);
  }

  /**
   * @param {MediaStreamTrack} track
   * @param {number} rate
   */
  #limit(track, rate) {
    if (this.#limited.track === track && this.#limited.rate === rate) return;
    this.#limited = { track, rate };
    void track.applyConstraints({ frameRate: { max: rate } }).catch(() => {});
  }

  /** @returns {"motion" | "text"} */
  get #hint() {
    if (this.#slot === "camera") return "motion";
    return this.#wanted && this.#encodesAlone ? hintOf(this.#slot, this.#wanted.rung) : "text";
  }

  /** Whether frames of our own encoder are shown to the peer, or needed until the layer's are there. */
  get #encodesAlone() {
    return !this.#name || this.#wanted?.layer === null || this.#route === "own";
  }

  async #apply() {
    this.#describe();
    if (this.#isApplying) return;
    this.#isApplying = true;
    try {
      for (let due = this.#due(); due && !this.#lifetime.aborted; due = this.#due()) {
        this.#applied = due.wanted;
        await this.#sender.setParameters(due.parameters, this.#returns ? KEY : undefined);
      }
    } catch (error) {
      this.#isRefused ||= error instanceof TypeError;
      this.#applied = "";
    } finally {
      this.#isApplying = false;
    }
  }

  /** What is to be applied now, and as what it is remembered; null when nothing is, or it is too early. */
  #due() {
    const encoding = this.#parameters();
    const wanted = JSON.stringify([encoding, this.#preference]);
    const parameters = /** @type {any} */ (wanted === this.#applied ? null : this.#sender.getParameters());
    if (!parameters?.encodings.length) return null;
    Object.assign(parameters.encodings[0], encoding);
    if (this.#preference) parameters.degradationPreference = this.#preference;
    return { parameters, wanted };
  }

  /** What the encoder keeps when it cannot keep both. It begins small and grows slowly, so where there is room it may not. "": as before */
  get #preference() {
    if (this.#encodesAlone) return this.#hint === "text" || this.#wanted?.isAmple ? "maintain-resolution" : "maintain-framerate";
    return this.#isRefused ? "" : "maintain-framerate-and-resolution";
  }

  /** Whether frames of our own encoder are to follow those of a layer. They begin with a key frame. */
  get #returns() {
    return this.#wanted?.layer === null && this.#isShared;
  }

  /** @returns {RTCRtpEncodingParameters} */
  #parameters() {
    if (!this.#wanted) return { active: false };
    const { height, rate, bitrate } = this.#wanted.rung;
    const maxFramerate = isTab(this.#sender.track) ? undefined : rate;
    if (this.#encodesAlone) return { active: true, scaleResolutionDownBy: this.#scale(height), maxFramerate, maxBitrate: bitrate };
    return { active: true, scaleResolutionDownBy: this.#scale(CARRIER_HEIGHT), maxFramerate, maxBitrate: CARRIER_BITRATE };
  }

  /** @param {number} height */
  #scale(height) {
    return Math.max(1, this.#height / height);
  }

  /** The shorter side of the source. */
  get #height() {
    const { width = Infinity, height = HEIGHT } = this.#sender.track?.getSettings() ?? {};
    return Math.min(width, height);
  }
}

/**
 * A tab is captured, for all who take it, as seldom as the sender allows that came last (seen in Chromium 156): there each limits its own track.
 *
 * @param {MediaStreamTrack | null} track
 */
function isTab(track) {
  return track !== null && Reflect.get(track.getSettings(), "displaySurface") === "browser";
}
