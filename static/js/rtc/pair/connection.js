/**
 * One RTCPeerConnection to one peer: the four slots, the data channels, and the negotiation that is done once.
 *
 * Events: `change` (`pc.connectionState` is another), `tracks` (the receivers' tracks are there), `broken` (detail: a
 * {@link SignalError}; the connection is of no use any more), `ended` (either end was closed, and not by {@link Connection.close}).
 *
 * @import { Clock } from "../../lib/clock.js"
 * @import { Deferred } from "../../lib/deferred.js"
 * @import { Envelope, Policy } from "../../signaling/protocol.js"
 * @import { Fanout } from "../encoding/fanout.js"
 * @import { SlotName } from "../model/slots.js"
 * @import { CandidateBatch } from "../signal/candidate-batch.js"
 * @import { Signal } from "../signal/negotiation.js"
 * @import { Reading } from "../stats/reading.js"
 * @import { OversizeGuard } from "./oversize-guard.js"
 * @import { Tracks } from "./transceivers.js"
 * @typedef {{own: string | null, theirs: string | null}} Certificates fingerprints; null where a description names none, or several,
 *   and when the connection is closed: Firefox does not say any more
 */

import { deferred } from "../../lib/deferred.js";
import { Negotiation, SignalError } from "../signal/negotiation.js";
import { fingerprint } from "../signal/sdp.js";
import { reading } from "../stats/reading.js";
import { Transceivers } from "./transceivers.js";

/** When an offer without an answer is sent again; an answer takes a few round trips. Doubles each time. */
const REPEAT_MS = 2000;
/** How long candidates are collected. The offerer's can wait for those for its other peers: the answerer's are enough to find a path. */
const OFFERER_MS = 120;
const ANSWERER_MS = 10;

export class Connection extends EventTarget {
  #pc;
  #clock;
  #lifetime = new AbortController();
  /** @type {Deferred<void>} */
  #closed = deferred();
  #negotiation;

  /**
   * @param {object} options
   * @param {string} options.id
   * @param {string} [options.peer] whose it is
   * @param {boolean} options.initiator whether this side makes the first offer
   * @param {boolean} options.polite
   * @param {RTCPeerConnection} options.pc
   * @param {Tracks} options.tracks what to send at first
   * @param {(pc: RTCPeerConnection, signal: AbortSignal) => RTCDataChannel} options.channels creates the data channels; answers one of them
   * @param {Fanout | null} [options.fanout]
   * @param {OversizeGuard | null} [options.guard]
   * @param {(envelope: Envelope) => void} options.send
   * @param {() => Promise<void>} options.ready awaited before an offer is answered
   * @param {() => Policy} options.policy
   * @param {CandidateBatch} options.batch
   * @param {Clock} options.clock
   */
  constructor({ id, peer = "", initiator, polite, pc, tracks, channels, fanout = null, guard = null, send, ready, policy, batch, clock }) {
    super();
    const { signal } = this.#lifetime;
    const emit = (/** @type {Signal} */ payload) => signal.aborted || send({ connection: id, ...payload });
    this.id = id;
    this.initiator = initiator;
    this.#pc = pc;
    this.#clock = clock;
    this.transceivers = new Transceivers({ pc, peer, tracks, fanout, guard, signal });
    this.#negotiation = new Negotiation({ pc, polite, send: emit, ready, policy, prepare: () => this.#adopt() });
    if (initiator) this.transceivers.add();
    channels(pc, signal).addEventListener("close", () => this.#lose(), { signal });
    this.#listen(batch);
  }

  get pc() {
    return this.#pc;
  }

  /** Whether there is a remote description. */
  get isSettled() {
    return this.#negotiation.isSettled;
  }

  /** The certificates of both ends, as the descriptions in use name them. @returns {Certificates} */
  get certificates() {
    if (this.#lifetime.signal.aborted) return { own: null, theirs: null };
    const [own, theirs] = [this.#pc.currentLocalDescription, this.#pc.currentRemoteDescription].map((description) =>
      fingerprint(description?.sdp ?? ""),
    );
    return { own, theirs };
  }

  /** Makes and sends an offer, and repeats it until it is answered. */
  async offer() {
    await this.#attempt(this.#negotiation.offer());
    this.#insist(REPEAT_MS);
  }

  /** ICE restart (webrtc-pc, section 4.4.2); while an exchange is under way, after it. */
  async restart() {
    this.#pc.restartIce();
    await this.offer();
  }

  /** @param {RTCConfiguration} configuration used from the next gathering on */
  configure(configuration) {
    if (!this.#lifetime.signal.aborted) this.#pc.setConfiguration(configuration);
  }

  /** Sends an offer that has no answer yet again. */
  repeat() {
    return this.#attempt(this.#negotiation.repeat());
  }

  /** @param {Signal} payload */
  accept(payload) {
    return this.#attempt(this.#negotiation.accept(payload));
  }

  /**
   * @param {SlotName} name
   * @param {MediaStreamTrack | null} track to send from now on
   */
  setTrack(name, track) {
    return this.#attempt(this.transceivers.setTrack(name, track));
  }

  /** @returns {Promise<Reading | null>} null when the connection is closed */
  async read() {
    const report = await Promise.race([this.#pc.getStats(), this.#closed.promise]);
    return report && !this.#lifetime.signal.aborted ? reading(report.values(), this.transceivers.identities) : null;
  }

  close() {
    this.#lifetime.abort();
    this.#pc.close();
    this.#closed.resolve();
  }

  /** @param {CandidateBatch} batch */
  #listen(batch) {
    const { signal } = this.#lifetime;
    const pc = this.#pc;
    pc.addEventListener("icecandidate", ({ candidate }) => this.#gather(candidate, batch), { signal });
    pc.addEventListener("connectionstatechange", () => this.#emit("change"), { signal });
    pc.addEventListener("negotiationneeded", () => this.#negotiation.isOwed && void this.offer(), { signal });
  }

  /** A data channel was closed, alone or with the connection. Its transport tells which, maybe a little later (webrtc-pc, section 6.1). */
  #lose() {
    const { sctp } = this.#pc;
    if (!sctp || sctp.state === "closed") return this.#emit("ended");
    const { signal } = this.#lifetime;
    sctp.addEventListener("statechange", () => sctp.state === "closed" && this.#emit("ended"), { signal });
  }

  /** Takes the transceivers of an offer. */
  #adopt() {
    if (this.transceivers.adopt()) this.#emit("tracks");
  }

  // Signals

  /**
   * @param {RTCIceCandidate | null} candidate
   * @param {CandidateBatch} batch
   */
  #gather(candidate, batch) {
    if (!candidate?.candidate || isFutile(candidate)) return;
    const ms = this.initiator ? OFFERER_MS : ANSWERER_MS;
    batch.add(ms, () => this.#negotiation.offerCandidate(candidate));
  }

  /** @param {number} ms */
  #insist(ms) {
    const repeat = () => {
      if (!this.#negotiation.isAwaiting) return;
      void this.repeat();
      this.#insist(ms * 2);
    };
    this.#clock.after(ms, repeat, this.#lifetime.signal);
  }

  /**
   * Waits for work on the connection. A candidate that cannot be used costs one path; a description that cannot be used ends the
   * connection. What is under way when a connection is closed never settles (webrtc-pc, section 4.4.1.2), so closing ends the wait.
   *
   * @param {Promise<void>} work
   */
  async #attempt(work) {
    try {
      await Promise.race([work, this.#closed.promise]);
    } catch (error) {
      if (!(error instanceof SignalError)) throw error;
      if (error.code !== "candidate") this.#emit("broken", error);
    }
  }

  /**
   * @param {string} type
   * @param {unknown} [detail]
   */
  #emit(type, detail) {
    if (!this.#lifetime.signal.aborted) this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/**
 * Browsers only open TCP connections and accept none, so two of them have no path over TCP (RFC 6544, section 4.5).
 *
 * @param {RTCIceCandidate} candidate
 */
function isFutile({ protocol, tcpType, type }) {
  return protocol === "tcp" && tcpType === "active" && type !== "relay";
}
