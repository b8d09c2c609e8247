/**
 * Perfect negotiation (webrtc-pc, section 10.7) for one connection, over a wire that may lose, repeat and delay.
 *
 * Offers are counted within the connection (`docs/protocol.md`, section 6): a number says which exchange a description or a
 * candidate belongs to. So what is late or doubled is recognised and dropped, and what was lost can be sent again.
 *
 * @import { Description, Envelope, Policy } from "../../signaling/protocol.js"
 * @typedef {Pick<Envelope, "negotiation" | "description" | "candidate">} Signal
 */

import { bounded, isTaken, permits, permitted } from "./candidate-policy.js";
import { fingerprint, mended, sparing } from "./sdp.js";

/** How far a number may be ahead of the last one: numbers end at 2^53 - 1, and a peer must not exhaust them. */
const LEAP = 1000;
/** How many of a peer's candidates are used for one description: each makes the browser send packets to an address that the peer names. */
const MOST_CANDIDATES = 64;
/** Characters; the server refuses more. */
const SDP_LENGTH = 49_152;

/** Something a peer sent could not be used, or we could make no description. `code` says what it was. */
export class SignalError extends Error {
  /**
   * @param {"offer" | "answer" | "candidate"} code
   * @param {unknown} cause
   */
  constructor(code, cause) {
    super(`${code} failed: ${cause}`, { cause });
    this.name = "SignalError";
    this.code = code;
  }
}

/** An offer that is not taken yet. */
class Waiting {
  /** @type {RTCIceCandidateInit[]} */
  candidates = [];

  /**
   * @param {number} negotiation
   * @param {Description} description
   */
  constructor(negotiation, description) {
    this.negotiation = negotiation;
    this.description = description;
  }

  /**
   * The offer came again, maybe with more candidates in it.
   *
   * @param {number} negotiation
   * @param {Description} description
   */
  repeat(negotiation, description) {
    if (negotiation === this.negotiation) this.description = description;
  }
}

export class Negotiation {
  makingOffer = false;
  ignoreOffer = false;
  isSettingRemoteAnswerPending = false;
  /** Whether an offer was requested when none could be made. Once it can, `negotiationneeded` shows whether it is still needed. */
  isOwed = false;
  #isTakingOffer = false;
  #pc;
  #polite;
  #send;
  #ready;
  #policy;
  #prepare;
  /** The highest number that either side has used. */
  #last = 0;
  /** The number of our offer that has no answer yet, or 0. */
  #awaited = 0;
  /** The number of the remote description. */
  #settled = 0;
  /** The remote candidates that belong to it. @type {Set<string>} */
  #taken = new Set();
  /** The number of our last answer. */
  #answered = 0;
  /** The number of our local description: what candidates are gathered for. */
  #local = 0;
  /** The newest offer, while we get ready for it, and the candidates that came for it. @type {Waiting | null} */
  #waiting = null;

  /**
   * @param {object} options
   * @param {RTCPeerConnection} options.pc
   * @param {boolean} options.polite
   * @param {(signal: Signal) => void} options.send
   * @param {() => Promise<void>} options.ready awaited before an offer is taken; it settles soon, come what may
   * @param {() => Policy} options.policy of the room; it may be another once we are ready
   * @param {() => void} options.prepare called between taking an offer and answering it; may throw to refuse
   */
  constructor({ pc, polite, send, ready, policy, prepare }) {
    this.#pc = pc;
    this.#polite = polite;
    this.#send = send;
    this.#ready = ready;
    this.#policy = policy;
    this.#prepare = prepare;
  }

  /** Whether an offer of ours has no answer yet. */
  get isAwaiting() {
    return this.#awaited > 0;
  }

  /** Whether there is a remote description. */
  get isSettled() {
    return this.#settled > 0;
  }

  /** Makes and sends an offer. If an exchange is under way, repeats the last offer instead, and a new one is owed. Throws SignalError. */
  async offer() {
    this.isOwed = this.makingOffer || this.#isTakingOffer || !!this.#waiting || this.#pc.signalingState !== "stable";
    if (!this.isOwed) await this.#makeOffer();
    await this.repeat();
  }

  /** Sends the offer that has no answer yet again, with the candidates gathered since. Throws SignalError. */
  async repeat() {
    if (!this.#awaited || this.#pc.signalingState !== "have-local-offer") return;
    this.#describe(this.#awaited, this.#pc.localDescription);
  }

  /** @param {RTCIceCandidate} candidate one that was gathered here */
  offerCandidate(candidate) {
    this.#send({ negotiation: this.#local, candidate: candidate.toJSON() });
  }

  /**
   * Takes a signal of the other side. Throws SignalError, after which the connection is usable only if its code is `candidate`.
   *
   * @param {Signal} signal
   */
  async accept({ negotiation, description, candidate }) {
    if (candidate) await this.#acceptCandidate(negotiation, candidate);
    else if (description?.type === "answer") await this.#acceptAnswer(negotiation, description);
    else if (description) await this.#awaitOffer(negotiation, description);
  }

  async #makeOffer() {
    this.makingOffer = true;
    this.#awaited = this.#local = this.#last += 1;
    try {
      await this.#pc.setLocalDescription();
    } catch (cause) {
      throw new SignalError("offer", cause);
    } finally {
      this.makingOffer = false;
    }
  }

  /**
   * Takes an offer when we are ready for it. Until then its candidates wait, it may be repeated, and a newer one takes its place.
   *
   * @param {number} negotiation
   * @param {Description} description
   */
  async #awaitOffer(negotiation, description) {
    if (negotiation <= this.#settled) return this.#repeatAnswer(negotiation);
    if (negotiation > this.#last + LEAP) return;
    if (this.#waiting && negotiation <= this.#waiting.negotiation) return this.#waiting.repeat(negotiation, description);
    const waiting = new Waiting(negotiation, description);
    this.#waiting = waiting;
    await this.#ready();
    if (this.#waiting !== waiting) return;
    this.#waiting = null;
    if (this.#pc.signalingState === "closed") return;
    await this.#acceptOffer(negotiation, waiting.description);
    await Promise.all(waiting.candidates.map((candidate) => this.#acceptCandidate(negotiation, candidate)));
  }

  /**
   * @param {number} negotiation
   * @param {Description} description
   */
  async #acceptOffer(negotiation, description) {
    if (negotiation <= this.#settled) return this.#repeatAnswer(negotiation);
    if (this.#isTakingOffer) return;
    const readyForOffer =
      !this.makingOffer && (this.#pc.signalingState === "stable" || this.isSettingRemoteAnswerPending);
    const offerCollision = !readyForOffer;
    this.ignoreOffer = !this.#polite && offerCollision;
    if (!this.ignoreOffer) await this.#takeOffer(negotiation, description);
  }

  /**
   * @param {number} negotiation
   * @param {Description} description
   */
  async #takeOffer(negotiation, description) {
    this.#awaited = 0;
    this.#settle(negotiation);
    this.#isTakingOffer = true;
    try {
      await this.#describeRemote(description);
      this.#prepare();
      this.#local = negotiation;
      await this.#pc.setLocalDescription();
    } catch (cause) {
      throw new SignalError("offer", cause);
    } finally {
      this.#isTakingOffer = false;
    }
    this.#answered = negotiation;
    this.#repeatAnswer(negotiation);
  }

  /** @param {number} negotiation */
  #repeatAnswer(negotiation) {
    if (negotiation !== this.#answered || negotiation !== this.#settled) return;
    this.#describe(negotiation, this.#pc.currentLocalDescription);
  }

  /**
   * @param {number} negotiation
   * @param {Description} description
   */
  async #acceptAnswer(negotiation, description) {
    if (negotiation !== this.#awaited) return;
    this.#awaited = 0;
    this.#settle(negotiation);
    this.isSettingRemoteAnswerPending = true;
    try {
      await this.#describeRemote(description);
    } catch (cause) {
      throw new SignalError("answer", cause);
    } finally {
      this.isSettingRemoteAnswerPending = false;
    }
  }

  /**
   * @param {number} negotiation
   * @param {RTCIceCandidateInit} candidate
   */
  async #acceptCandidate(negotiation, candidate) {
    if (negotiation === this.#waiting?.negotiation) return void this.#waiting.candidates.push(candidate);
    if (negotiation !== this.#settled || !permits(candidate, this.#policy())) return;
    if (candidate.candidate && !isTaken(candidate.candidate, this.#taken, MOST_CANDIDATES)) return;
    try {
      await this.#pc.addIceCandidate(candidate);
    } catch (cause) {
      if (!this.ignoreOffer) throw new SignalError("candidate", cause);
    }
  }

  /** @param {Description} description */
  async #describeRemote(description) {
    const { type, sdp } = permitted(description, this.#policy());
    const known = this.#pc.currentRemoteDescription;
    if (known && fingerprint(known.sdp) !== fingerprint(sdp)) throw new Error("another certificate");
    await this.#pc.setRemoteDescription({ type, sdp: sparing(mended(bounded(sdp, this.#taken, MOST_CANDIDATES))) });
  }

  /** @param {number} negotiation */
  #settle(negotiation) {
    this.#settled = negotiation;
    this.#taken.clear();
    this.#last = Math.max(this.#last, negotiation);
  }

  /**
   * @param {number} negotiation
   * @param {RTCSessionDescription | null} description
   */
  #describe(negotiation, description) {
    if (!description) return;
    if (description.sdp.length > SDP_LENGTH) throw new SignalError(/** @type {Description} */ (description).type, "too long to be sent");
    this.#send({ negotiation, description: /** @type {Description} */ ({ type: description.type, sdp: description.sdp }) });
  }
}
