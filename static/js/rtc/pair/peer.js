/**
 * One remote participant. It outlives its connections: a reload on the other side, or a rebuild, makes a new connection for the same peer.
 *
 * Events: `state`, `tracks`, `media`, `hearing`, `demand`, `held`, `proof`, `pairs`, `spotlight`, `moderation` and `reading`. The new values
 * are in `state` and `reason`, `tracks`, `media`, `silent`, `demand`, `withheld`, `proof`, `pairs`, `spotlit`, `stops`, `reading` and
 * `quality`.
 *
 * @import { Channels } from "../../channels/channels.js"
 * @import { Media, Message } from "../../channels/protocols/control.js"
 * @import { Clock } from "../../lib/clock.js"
 * @import { Envelope, Link } from "../../signaling/protocol.js"
 * @import { Fanout } from "../encoding/fanout.js"
 * @import { Manner, Setting } from "../encoding/video-sender.js"
 * @import { Demand } from "../model/demand.js"
 * @import { VideoSlot } from "../model/ladder.js"
 * @import { SlotName } from "../model/slots.js"
 * @import { Remedy } from "../recovery/remedies.js"
 * @import { CandidateBatch } from "../signal/candidate-batch.js"
 * @import { IceServers } from "../signal/ice-servers.js"
 * @import { PairQuality } from "../stats/grade.js"
 * @import { Reading } from "../stats/reading.js"
 * @import { PeerEvent, PeerState } from "./peer-state.js"
 * @import { Tracks } from "./transceivers.js"
 * @typedef {"unanswered" | "unreachable" | "interrupted" | "incompatible" | "oversized" | "forged"} Reason why we are not connected: nothing came
 *   back; no path was found; the path was lost; a description could not be used; its video was far too large; its certificate is not the one that it
 *   has signed
 * @typedef {object} MeshContext what all peers of a mesh share
 * @property {() => RTCPeerConnection} connect
 * @property {IceServers} servers
 * @property {Tracks} tracks
 * @property {Channels} channels
 * @property {Fanout | null} fanout
 * @property {CandidateBatch} batch
 * @property {Bucket} screens how often screens of all peers may appear or vanish (`state-limiter.js`)
 * @property {Clock} clock
 * @property {() => number} random
 */

import { Bucket } from "../../lib/bucket.js";
import { eachSlot } from "../model/slots.js";
import { BEGINNING, follow } from "../stats/grade.js";
import { Connection } from "./connection.js";
import { Connections } from "./connections.js";
import { OversizeGuard } from "./oversize-guard.js";
import { next } from "./peer-state.js";
import { Reception } from "./reception.js";
import { INITIAL, reduce, renewed } from "./remote-state.js";
import { Repair } from "./repair.js";
import { StateLimiter } from "./state-limiter.js";

/** For how long nothing is accepted of a peer that was cut off. */
const CUT_OFF_MS = 60_000;
/** Offers that are accepted: each may cost a connection or an answer. The peer repeats those that are dropped. */
const OFFERS = { rate: 1, burst: 20 };

export class Peer extends EventTarget {
  #context;
  #polite;
  #send;
  #lifetime = new AbortController();
  /** @type {PeerState} */
  #state = "new";
  /** @type {Reason | null} */
  #reason = null;
  #connections;
  #repair;
  #reception = new Reception();
  #guard = new OversizeGuard(this.#reception);
  #cutUntil = -Infinity;
  #offers;
  #limiter;
  #remote = INITIAL;
  /** @type {Reading | null} */
  #reading = null;
  /** @type {PairQuality} */
  #quality = BEGINNING;

  /**
   * @param {object} options
   * @param {string} options.id
   * @param {boolean} options.polite
   * @param {(envelope: Envelope) => void} options.send
   * @param {MeshContext} options.context
   */
  constructor({ id, polite, send, context }) {
    super();
    this.id = id;
    this.#polite = polite;
    this.#send = send;
    this.#context = context;
    this.#offers = new Bucket({ ...OFFERS, clock: context.clock });
    this.#limiter = new StateLimiter({
      apply: (message) => this.#applyState(message),
      screens: context.screens,
      clock: context.clock,
      signal: this.#lifetime.signal,
    });
    this.#connections = new Connections({
      make: (id, initiator) => this.#make(id, initiator),
      installed: (connection) => this.#begin(connection),
      random: context.random,
    });
    this.#repair = new Repair({
      connections: this.#connections,
      servers: context.servers,
      state: () => this.#state,
      offer: () => this.offer(),
      due: (remedy) => this.#miss(remedy),
      clock: context.clock,
      signal: this.#lifetime.signal,
    });
  }

  get state() {
    return this.#state;
  }

  /** Why we are not connected, or null. */
  get reason() {
    return this.#reason;
  }

  /** What the peer sends, according to itself, of what we receive. */
  get media() {
    return eachSlot(({ name }) => this.#remote.media[name] && this.#reception.permits(name));
  }

  /** The ids of those whom the peer cannot hear, according to itself. */
  get silent() {
    return this.#remote.silent;
  }

  /** Which video the peer has on and withholds from us, because the connection has too little bandwidth. */
  get withheld() {
    return this.#remote.withheld;
  }

  /** What the peer demands of our video; null while it has sent no demand. */
  get demand() {
    return this.#remote.demand;
  }

  /** The key of the peer's page and what that has signed, according to itself; null while it has sent none. */
  get proof() {
    return this.#remote.proof;
  }

  /** The connection in use and the certificates of both its ends; null before there is any. */
  get binding() {
    const connection = this.#connections.current;
    return connection && { connection: connection.id, ...connection.certificates };
  }

  /** The ids of those whom the peer wants large for everybody. They count while it is a host. */
  get spotlit() {
    return this.#remote.spotlit;
  }

  /** Whom the peer stops from what. They count while it is a host. */
  get stops() {
    return this.#remote.stops;
  }

  /** Whether we cannot hear the peer: its microphone is on and no audio arrives, or it cannot be reached. */
  get isSilent() {
    return this.#repair.isSilent || this.#state === "failed";
  }

  /** Whether we are connected through a relay, as of the last reading. */
  get isRelayed() {
    return this.#state === "connected" && (this.#reading?.isRelayed ?? false);
  }

  /** The last statistics of the connection, which are taken once a second while it is connected; null when there are none. */
  get reading() {
    return this.#reading;
  }

  /** How good the connection is, from its readings. */
  get quality() {
    return this.#quality;
  }

  /** The state of the peer's own pairs, according to itself; null while it has sent none. */
  get pairs() {
    return this.#remote.pairs;
  }

  /** Of what we receive. @returns {Tracks} */
  get tracks() {
    const tracks = this.#connections.current?.transceivers.tracks;
    return eachSlot(({ name }) => (this.#reception.permits(name) && tracks?.[name]) || null);
  }

  /** For statistics, inside `rtc/` only. */
  get pc() {
    return this.#connections.current?.pc ?? null;
  }

  /** How loud its microphone is, 0 to 1. */
  level() {
    return this.#connections.current?.transceivers.level ?? 0;
  }

  /** Makes a connection and offers it, in place of any other. */
  async offer() {
    if (this.#isCutOff) return;
    const connection = this.#connections.offer();
    this.#emit("tracks");
    await connection.offer();
  }

  /**
   * Repairs the pair now if it is not connected, or silent: signals may have been lost.
   *
   * @param {{moved?: boolean}} [options] `moved`: our network has changed, so that a pair may seem connected and not be
   */
  async mend({ moved = false } = {}) {
    await this.#repair.mend(moved);
  }

  /** Uses the present ICE servers from the next gathering on. */
  configure() {
    this.#repair.configure();
  }

  /** Looks for a path that the room's new policy permits. */
  reroute() {
    this.#repair.reroute();
  }

  /** @param {Envelope} envelope */
  async accept(envelope) {
    if (this.#isCutOff) return;
    if (envelope.description?.type === "offer" && !this.#offers.take(1)) return;
    const known = this.#connections.get(envelope.connection);
    if (known) return known.accept(envelope);
    if (!this.#welcomes(envelope)) return;
    if (this.#state !== "connected") await this.#connections.answer(envelope.connection).accept(envelope);
    else if (await this.#connections.stage(envelope)) this.#emit("tracks");
  }

  /**
   * @param {SlotName} name
   * @param {MediaStreamTrack | null} track
   */
  async setTrack(name, track) {
    await Promise.all(this.#connections.all.map((connection) => connection.setTrack(name, track)));
  }

  /** @param {Message} message for this peer alone */
  send(message) {
    this.#context.channels.control.send(this.id, message);
  }

  /** @param {Demand} demand what we demand of this peer; of slots that we do not receive, nothing */
  want(demand) {
    this.#reception.want(demand);
    this.#demand();
  }

  /**
   * Receives only these slots from now on.
   *
   * @param {Readonly<Media>} slots
   */
  permit(slots) {
    if (!this.#reception.permit(slots)) return;
    this.#demand();
    this.#followMedia();
    this.#emit("tracks");
    this.#emit("media");
  }

  /** Limits what is received to what is demanded, and sends that. */
  #demand() {
    for (const { transceivers } of this.#connections.all) transceivers.limit();
    const { demand } = this.#reception;
    if (demand) this.send({ type: "demand", ...demand });
  }

  /** @param {Message} message of this peer about itself */
  receive(message) {
    this.#limiter.receive(message);
  }

  /** @param {Message} message */
  #applyState(message) {
    const remote = reduce(this.#remote, message, this.id);
    const isRepeated = message.type === "demand" && JSON.stringify(remote.demand) === JSON.stringify(this.#remote.demand);
    if (remote === this.#remote || isRepeated) return;
    this.#remote = remote;
    if (message.type === "media") this.#followMedia();
    this.#emit(message.type);
  }

  /**
   * @param {VideoSlot} slot
   * @param {Setting} setting how it is to be encoded for this peer
   */
  encode(slot, setting) {
    this.#connections.current?.transceivers.encode(slot, setting);
  }

  /** @param {boolean} isLean whether our microphone is to be sent to this peer with a low bitrate */
  lean(isLean) {
    this.#connections.current?.transceivers.lean(isLean);
  }

  /** Whether our senders to this peer can carry shared layers. */
  get canShare() {
    return this.#connections.current?.transceivers.canShare ?? false;
  }

  /** @param {VideoSlot} slot @returns {number | null} the height of the layer that the peer gets; null when it gets none */
  carried(slot) {
    return this.#connections.current?.transceivers.carried(slot) ?? null;
  }

  /** @param {VideoSlot} slot @returns {Manner | null} how our video is encoded for this peer now; null when it gets none */
  manner(slot) {
    return this.#connections.current?.transceivers.manner(slot) ?? null;
  }

  /** Takes a reading of the connection, and repairs the pair if no audio arrives. */
  async listen() {
    const reading = await this.#connections.current?.read();
    if (!reading || this.#state === "closed") return;
    const now = this.#context.clock.now();
    if (this.#guard.update(reading)) return this.cutOff("oversized");
    this.#reading = reading;
    this.#quality = follow(this.#quality, reading, now);
    this.#repair.update(reading, now);
    this.#emit("reading");
    if (this.#state === "connected") this.#repair.treatSilence(now);
  }

  /**
   * Whether the peer is connected to the server. While it is not, no signal reaches it.
   *
   * @param {Link} link
   */
  setLink(link) {
    this.#repair.setLink(link);
  }

  /**
   * Closes the connection and makes none for a while: as long as it is open, the browser decodes whatever arrives.
   *
   * @param {Reason} reason
   */
  cutOff(reason) {
    this.#cutUntil = this.#context.clock.now() + CUT_OFF_MS;
    this.#connections.close();
    this.#drop();
    this.#move("give up", reason);
    this.#repair.suspend(CUT_OFF_MS);
  }

  get #isCutOff() {
    return this.#context.clock.now() < this.#cutUntil;
  }

  close() {
    this.#lifetime.abort();
    this.#connections.close();
    this.#move("close", null);
  }

  // Connections

  /**
   * Whether an offer for another connection replaces ours (`docs/protocol.md`, section 6).
   *
   * @param {Envelope} envelope
   */
  #welcomes({ connection, negotiation, description }) {
    if (description?.type !== "offer" || this.#connections.isRetired(connection)) return false;
    if (negotiation > 1) return this.#disagree();
    const isGlare = this.#connections.current?.initiator && !this.#connections.current.isSettled;
    return !isGlare || this.#polite;
  }

  /** The peer tries to repair a connection that we do not have. Only a new one helps. */
  #disagree() {
    if (!this.#connections.current || (this.#connections.current.isSettled && this.#state !== "connected")) void this.#repair.apply("rebuild");
    return false;
  }

  /**
   * @param {string} id
   * @param {boolean} initiator
   */
  #make(id, initiator) {
    const { connect, servers, tracks, channels, fanout, batch, clock } = this.#context;
    const options = {
      id,
      peer: this.id,
      initiator,
      polite: this.#polite,
      pc: connect(),
      send: this.#send,
      ready: () => servers.fresh(),
      policy: () => servers.policy,
    };
    const attach = (/** @type {RTCPeerConnection} */ pc, /** @type {AbortSignal} */ signal) => channels.attach(this.id, pc, signal);
    return new Connection({ ...options, tracks, channels: attach, fanout, guard: this.#guard, batch, clock });
  }

  /** @param {Connection} connection that has taken the place of any other */
  #begin(connection) {
    this.#listen(connection);
    this.#repair.begin();
    this.#reading = null;
    this.#remote = renewed(this.#remote);
    connection.transceivers.play(this.media);
    this.#emit("held");
    this.#move("begin", this.#state === "connected" ? "interrupted" : this.#reason);
    this.#follow(connection.pc.connectionState);
  }

  /** @param {Connection} connection */
  #listen(connection) {
    connection.addEventListener("change", () => this.#follow(connection.pc.connectionState));
    connection.addEventListener("tracks", () => this.#emit("tracks"));
    connection.addEventListener("broken", () => this.#break());
    connection.addEventListener("ended", () => this.#repair.end());
  }

  #followMedia() {
    this.#repair.expectAudio(this.media.microphone);
    this.#connections.current?.transceivers.play(this.media);
  }

  // State

  /** @param {RTCPeerConnectionState} state */
  #follow(state) {
    if (state === "connected") this.#reach();
    if (state === "disconnected" || state === "failed") this.#lose(state === "failed");
  }

  #reach() {
    this.#repair.reach();
    this.#move("up", null);
  }

  /** @param {boolean} isFinal whether ICE has given the path up */
  #lose(isFinal) {
    this.#drop();
    this.#repair.lose({ isFinal });
  }

  #drop() {
    if (this.#state === "connected") this.#move("down", "interrupted");
  }

  /** A description could not be used. */
  #break() {
    if (this.#state !== "connected") this.#reason = "incompatible";
    this.#repair.break();
  }

  /** The peer is not reached. @param {Remedy} remedy that is tried now */
  #miss(remedy) {
    this.#drop();
    if (remedy === "give up") this.#move("give up", this.#diagnose());
  }

  /** @returns {Reason} */
  #diagnose() {
    if (this.#reason) return this.#reason;
    return this.#connections.current?.isSettled ? "unreachable" : "unanswered";
  }

  /**
   * @param {PeerEvent} event
   * @param {Reason | null} reason
   */
  #move(event, reason) {
    const state = next(this.#state, event);
    const isNews = state !== this.#state || reason !== this.#reason;
    this.#state = state;
    this.#reason = reason;
    if (isNews) this.#emit("state");
  }

  /** @param {string} type */
  #emit(type) {
    this.dispatchEvent(new CustomEvent(type));
  }
}
