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
 * @import { Manner, Setting } from "../encoding/video-sender.js"
 * @import { VideoSlot } from "../model/ladder.js"
 * @import { SlotName, SlotRecord } from "../model/slots.js"
 * @import { CandidateBatch } from "../signal/candidate-batch.js"
 * @import { Signal } from "../signal/negotiation.js"
 * @import { Reading } from "../stats/reading.js"
 * @typedef {SlotRecord<MediaStreamTrack | null>} Tracks
 */

import { deferred } from "../../lib/deferred.js";
import { AudioSender } from "../encoding/audio-sender.js";
import { VideoSender } from "../encoding/video-sender.js";
import { eachSlot, fit, SLOTS } from "../model/slots.js";
import { Negotiation, SignalError } from "../signal/negotiation.js";
import { preferred, trimmed } from "../signal/sdp.js";
import { reading } from "../stats/reading.js";

/** An answer is on its way for a few round trips; an offer that was lost costs this much. Doubles each time. */
const REPEAT_MS = 2000;
/** The offerer's candidates can wait for those of its other peers: the answerer is found by its own. */
const OFFERER_MS = 120;
const ANSWERER_MS = 10;

export class Connection extends EventTarget {
  #pc;
  #clock;
  #lifetime = new AbortController();
  /** @type {Deferred<void>} */
  #closed = deferred();
  #negotiation;
  #tracks;
  /** @type {RTCRtpTransceiver[]} */
  #transceivers = [];
  #peer;
  #fanout;
  /** @type {Map<VideoSlot, VideoSender>} */
  #videoSenders = new Map();
  /** @type {AudioSender | null} */
  #audioSender = null;
  /** Of the screen, for this connection alone. @type {MediaStreamTrack | null} */
  #copy = null;

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
   * @param {(envelope: Envelope) => void} options.send
   * @param {() => Promise<void>} options.ready awaited before an offer is answered
   * @param {() => Policy} options.policy
   * @param {CandidateBatch} options.batch
   * @param {Clock} options.clock
   */
  constructor({ id, peer = "", initiator, polite, pc, tracks, channels, fanout = null, send, ready, policy, batch, clock }) {
    super();
    const { signal } = this.#lifetime;
    const emit = (/** @type {Signal} */ payload) => signal.aborted || send({ connection: id, ...payload });
    this.id = id;
    this.#peer = peer;
    this.initiator = initiator;
    this.#pc = pc;
    this.#clock = clock;
    this.#tracks = { ...tracks };
    this.#fanout = fanout;
    this.#negotiation = new Negotiation({ pc, polite, send: emit, ready, policy, prepare: () => this.#adopt() });
    if (initiator) this.#make();
    channels(pc, signal).addEventListener("close", () => this.#lose(), { signal });
    this.#listen(batch);
  }

  get pc() {
    return this.#pc;
  }

  /** Whether the other side has described itself. */
  get isSettled() {
    return this.#negotiation.isSettled;
  }

  /** The receivers' tracks; all null until there are any. @returns {Tracks} */
  get tracks() {
    return eachSlot((_, index) => this.#transceivers[index]?.receiver.track ?? null);
  }

  /** How loud the peer's microphone is, 0 to 1. */
  get level() {
    const [source] = this.#transceivers[0]?.receiver.getSynchronizationSources() ?? [];
    return source?.audioLevel ?? 0;
  }

  /** Makes and sends an offer, and says it again until it is answered. */
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

  /** Says an offer that has no answer yet again. */
  repeat() {
    return this.#attempt(this.#negotiation.repeat());
  }

  /** @param {Signal} payload */
  accept(payload) {
    return this.#attempt(this.#negotiation.accept(payload));
  }

  /**
   * @param {SlotName} name
   * @param {MediaStreamTrack | null} track
   */
  async setTrack(name, track) {
    this.#tracks[name] = track;
    const index = SLOTS.findIndex((slot) => slot.name === name);
    const sender = this.#transceivers[index]?.sender;
    if (sender && !this.#lifetime.signal.aborted) await this.#attempt(sender.replaceTrack(this.#own(name, track)));
  }

  /**
   * @param {VideoSlot} slot
   * @param {Setting} setting
   */
  encode(slot, setting) {
    this.#videoSenders.get(slot)?.set(setting);
  }

  /** @param {boolean} isLean whether our voice has to do with few bits */
  lean(isLean) {
    if (!this.#lifetime.signal.aborted) void this.#audioSender?.lean(isLean);
  }

  /** Whether all its pictures could be shared with other connections. */
  get canShare() {
    return this.#videoSenders.size > 0 && [...this.#videoSenders.values()].every(({ canShare }) => canShare);
  }

  /** @param {VideoSlot} slot @returns {number | null} how many lines the layer has that it is given; null when it is given none */
  carried(slot) {
    return this.#videoSenders.get(slot)?.carried ?? null;
  }

  /** @param {VideoSlot} slot @returns {Manner | null} how our picture is encoded for it now; null when it gets none */
  manner(slot) {
    return this.#videoSenders.get(slot)?.manner ?? null;
  }

  /** @returns {Promise<Reading | null>} null when there is nothing to read any more */
  async read() {
    const report = await Promise.race([this.#pc.getStats(), this.#closed.promise]);
    return report && !this.#lifetime.signal.aborted ? reading(report.values(), this.#identities()) : null;
  }

  close() {
    this.#lifetime.abort();
    this.#pc.close();
    this.#copy?.stop();
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

  // Slots

  /** The offerer's transceivers. */
  #make() {
    const streams = fresh();
    this.#transceivers = SLOTS.map(({ name, kind, stream }) => {
      const init = { streams: [streams[stream]] };
      const transceiver = this.#pc.addTransceiver(this.#own(name, this.#tracks[name]) ?? kind, { direction: "sendrecv", ...init });
      limit(transceiver, kind);
      return transceiver;
    });
    this.#govern();
  }

  /** The answerer takes the transceivers that the first offer made; no offer adds any. */
  #adopt() {
    const transceivers = this.#pc.getTransceivers();
    if (!fit(transceivers.map(({ receiver }) => receiver.track.kind))) throw new Error("not the four slots");
    if (this.#transceivers.length) return;
    this.#transceivers = transceivers;
    const streams = fresh();
    SLOTS.forEach(({ name, stream }, index) => this.#fill(transceivers[index], this.#own(name, this.#tracks[name]), streams[stream]));
    this.#govern();
    this.#emit("tracks");
  }

  /**
   * @param {RTCRtpTransceiver | undefined} transceiver
   * @param {MediaStreamTrack | null} track
   * @param {MediaStream} stream
   */
  #fill(transceiver, track, stream) {
    if (!transceiver) return;
    transceiver.direction = "sendrecv";
    transceiver.sender.setStreams(stream);
    void this.#attempt(transceiver.sender.replaceTrack(track));
  }

  /**
   * A screen's track is another for each connection, because each says of its own what it is and how many pictures are taken (`encoding.js`).
   *
   * @param {SlotName} name
   * @param {MediaStreamTrack | null} track
   */
  #own(name, track) {
    if (name !== "screen") return track;
    this.#copy?.stop();
    return (this.#copy = track && track.clone());
  }

  #govern() {
    const { signal } = this.#lifetime;
    const [microphone] = this.#transceivers;
    this.#audioSender = microphone ? new AudioSender(microphone.sender) : null;
    SLOTS.forEach(({ name, kind }, index) => {
      const sender = this.#transceivers[index]?.sender;
      if (!sender || kind !== "video") return;
      const slot = /** @type {VideoSlot} */ (name);
      this.#videoSenders.set(slot, new VideoSender({ slot, sender, peer: this.#peer, fanout: this.#fanout, signal }));
    });
  }

  #identities() {
    return eachSlot((_, index) => {
      const transceiver = this.#transceivers[index];
      return { mid: transceiver?.mid ?? null, received: transceiver?.receiver.track.id ?? "", sent: transceiver?.sender.track?.id ?? "" };
    });
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
   * A candidate that is of no use is one path less; a description that is of no use ends the connection. What was under way
   * when a connection is closed never settles (webrtc-pc, section 4.4.1.2), so the close does.
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

/** Nothing but their ids is of use. */
function fresh() {
  return { voice: new MediaStream(), face: new MediaStream(), screen: new MediaStream() };
}

/**
 * A browser only opens TCP, so two of them never meet on it (RFC 6544, section 4.5).
 *
 * @param {RTCIceCandidate} candidate
 */
function isFutile({ protocol, tcpType, type }) {
  return protocol === "tcp" && tcpType === "active" && type !== "relay";
}

/**
 * @param {RTCRtpTransceiver} transceiver
 * @param {"audio" | "video"} kind
 */
function limit(transceiver, kind) {
  const codecs = preferred(kind, RTCRtpReceiver.getCapabilities(kind)?.codecs ?? []);
  if (codecs.length) transceiver.setCodecPreferences?.(codecs);
  limitExtensions(/** @type {any} */ (transceiver));
}

/** Not in every browser yet (webrtc-extensions, section 5). @param {any} transceiver */
function limitExtensions(transceiver) {
  if (!transceiver.setHeaderExtensionsToNegotiate) return;
  transceiver.setHeaderExtensionsToNegotiate(trimmed(transceiver.getHeaderExtensionsToNegotiate()));
}
