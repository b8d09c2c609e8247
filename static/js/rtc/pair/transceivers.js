/**
 * The four transceivers of one connection, one for each slot: what they send, how it is encoded, and what they receive.
 *
 * @import { Media } from "../../channels/protocols/control.js"
 * @import { Fanout } from "../encoding/fanout.js"
 * @import { Manner, Setting } from "../encoding/video-sender.js"
 * @import { VideoSlot } from "../model/ladder.js"
 * @import { SlotName, SlotRecord } from "../model/slots.js"
 * @import { OversizeGuard } from "./oversize-guard.js"
 * @typedef {SlotRecord<MediaStreamTrack | null>} Tracks
 */

import { AudioSender } from "../encoding/audio-sender.js";
import { VideoSender } from "../encoding/video-sender.js";
import { VIDEO_SLOTS } from "../model/ladder.js";
import { eachSlot, fit, SLOTS } from "../model/slots.js";
import { preferred, trimmed } from "../signal/sdp.js";

export class Transceivers {
  #pc;
  #peer;
  #fanout;
  #guard;
  #signal;
  #tracks;
  /** In the order of the slots; empty until they exist. @type {RTCRtpTransceiver[]} */
  #all = [];
  /** @type {Map<VideoSlot, VideoSender>} */
  #videoSenders = new Map();
  /** @type {AudioSender | null} */
  #audioSender = null;
  /** The names of receivers whose frames the fan-out's worker inspects. @type {Map<VideoSlot, number>} */
  #inspected = new Map();
  /** What the peer says it sends. @type {Readonly<Media>} */
  #played = eachSlot(() => false);
  /** Of the screen, for this connection alone. @type {MediaStreamTrack | null} */
  #copy = null;

  /**
   * @param {object} options
   * @param {RTCPeerConnection} options.pc
   * @param {string} options.peer whose connection it is
   * @param {Tracks} options.tracks what to send at first
   * @param {Fanout | null} options.fanout
   * @param {OversizeGuard | null} options.guard
   * @param {AbortSignal} options.signal the end of the connection
   */
  constructor({ pc, peer, tracks, fanout, guard, signal }) {
    this.#pc = pc;
    this.#peer = peer;
    this.#fanout = fanout;
    this.#guard = guard;
    this.#signal = signal;
    this.#tracks = { ...tracks };
    signal.addEventListener("abort", () => this.#copy?.stop(), { once: true });
  }

  /** Adds those of the offerer. */
  add() {
    const streams = fresh();
    this.#all = SLOTS.map(({ name, kind, stream }) => {
      const init = { streams: [streams[stream]] };
      const transceiver = this.#pc.addTransceiver(this.#own(name, this.#tracks[name]) ?? kind, { direction: "sendrecv", ...init });
      prefer(transceiver, kind);
      limitExtensions(transceiver);
      return transceiver;
    });
    this.play(this.#played);
    this.#makeSenders();
    this.#inspect();
  }

  /**
   * Takes those that the first offer made; later offers add none.
   *
   * @returns {boolean} whether they are new
   * @throws {Error} if they are not the four slots
   */
  adopt() {
    const transceivers = this.#pc.getTransceivers();
    if (!fit(transceivers.map(({ receiver }) => receiver.track.kind))) throw new Error("not the four slots");
    if (this.#all.length) return false;
    this.#all = transceivers;
    this.play(this.#played);
    const streams = fresh();
    SLOTS.forEach(({ name, stream }, index) => this.#fill(transceivers[index], this.#own(name, this.#tracks[name]), streams[stream]));
    SLOTS.forEach(({ kind }, index) => prefer(transceivers[index], kind));
    this.#makeSenders();
    this.#inspect();
    return true;
  }

  /** The receivers' tracks; all null until there are any. @returns {Tracks} */
  get tracks() {
    return eachSlot((_, index) => this.#all[index]?.receiver.track ?? null);
  }

  /**
   * Plays sound only of slots that are on. A track that is not enabled is silent, whatever arrives (mediacapture-streams, section 4.3.1).
   *
   * @param {Readonly<Media>} media what the peer says it sends, of what we receive
   */
  play(media) {
    this.#played = media;
    SLOTS.forEach(({ name, kind }, index) => {
      const track = this.#all[index]?.receiver.track;
      if (track && kind === "audio") track.enabled = media[name];
    });
  }

  /** What was demanded has changed, and with it what may be received. */
  limit() {
    for (const [slot, name] of this.#inspected) this.#fanout?.limit(name, this.#guard?.most(slot) ?? 0);
  }

  /** How loud the peer's microphone is, 0 to 1. */
  get level() {
    const [source] = this.#all[0]?.receiver.getSynchronizationSources() ?? [];
    return source?.audioLevel ?? 0;
  }

  /** By what statistics know each slot. */
  get identities() {
    return eachSlot((_, index) => {
      const transceiver = this.#all[index];
      return { mid: transceiver?.mid ?? null, received: transceiver?.receiver.track.id ?? "", sent: transceiver?.sender.track?.id ?? "" };
    });
  }

  /**
   * @param {SlotName} name
   * @param {MediaStreamTrack | null} track to send from now on
   */
  async setTrack(name, track) {
    this.#tracks[name] = track;
    const sender = this.#all[SLOTS.findIndex((slot) => slot.name === name)]?.sender;
    if (sender && !this.#signal.aborted) await sender.replaceTrack(this.#own(name, track));
  }

  /**
   * @param {VideoSlot} slot
   * @param {Setting} setting
   */
  encode(slot, setting) {
    this.#videoSenders.get(slot)?.set(setting);
  }

  /** @param {boolean} isLean whether our microphone is to be sent with a low bitrate */
  lean(isLean) {
    if (!this.#signal.aborted) void this.#audioSender?.lean(isLean);
  }

  /** Whether all its video could be shared with other connections. */
  get canShare() {
    return this.#videoSenders.size > 0 && [...this.#videoSenders.values()].every(({ canShare }) => canShare);
  }

  /** @param {VideoSlot} slot @returns {number | null} the height of the layer that is sent; null when none is */
  carried(slot) {
    return this.#videoSenders.get(slot)?.carried ?? null;
  }

  /** @param {VideoSlot} slot @returns {Manner | null} how our video is encoded now; null when none is sent */
  manner(slot) {
    return this.#videoSenders.get(slot)?.manner ?? null;
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
    void transceiver.sender.replaceTrack(track);
  }

  /**
   * Each connection sends a copy of a screen's track, because content hint and frame rate are set for it alone (`video-sender.js`).
   *
   * @param {SlotName} name
   * @param {MediaStreamTrack | null} track
   */
  #own(name, track) {
    if (name !== "screen") return track;
    this.#copy?.stop();
    return (this.#copy = track && track.clone());
  }

  #inspect() {
    const [fanout, guard, signal] = [this.#fanout, this.#guard, this.#signal];
    if (!fanout?.isOpen || !guard) return;
    for (const slot of VIDEO_SLOTS) {
      const { receiver } = this.#all[SLOTS.findIndex(({ name }) => name === slot)] ?? {};
      if (receiver) this.#inspected.set(slot, fanout.inspect(receiver, guard.most(slot)));
    }
    const names = new Set(this.#inspected.values());
    fanout.addEventListener("refused", (event) => names.has(Reflect.get(event, "detail").receiver) && guard.refuse(), { signal });
  }

  #makeSenders() {
    const signal = this.#signal;
    const [microphone] = this.#all;
    this.#audioSender = microphone ? new AudioSender(microphone.sender) : null;
    SLOTS.forEach(({ name, kind }, index) => {
      const sender = this.#all[index]?.sender;
      if (!sender || kind !== "video") return;
      const slot = /** @type {VideoSlot} */ (name);
      this.#videoSenders.set(slot, new VideoSender({ slot, sender, peer: this.#peer, fanout: this.#fanout, signal }));
    });
  }
}

/** Only their ids are of use. */
function fresh() {
  return { voice: new MediaStream(), face: new MediaStream(), screen: new MediaStream() };
}

/**
 * @param {RTCRtpTransceiver | undefined} transceiver
 * @param {"audio" | "video"} kind
 */
function prefer(transceiver, kind) {
  const codecs = preferred(kind, RTCRtpReceiver.getCapabilities(kind)?.codecs ?? []);
  if (codecs.length) transceiver?.setCodecPreferences?.(codecs);
}

/** Not in every browser yet (webrtc-extensions, section 5). @param {any} transceiver */
function limitExtensions(transceiver) {
  if (!transceiver.setHeaderExtensionsToNegotiate) return;
  transceiver.setHeaderExtensionsToNegotiate(trimmed(transceiver.getHeaderExtensionsToNegotiate()));
}
