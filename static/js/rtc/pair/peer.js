/**
 * One remote participant. It outlives its connections: a reload on the other side, or a rebuild, makes a new connection for the same peer.
 *
 * Events: `state`, `tracks`, `media`, `hearing`, `demand`, `held`, `pairs`, `spotlight` and `reading`. The new values are
 * in `state` and `reason`, `tracks`, `media`, `silent`, `demand`, `held`, `pairs`, `spotlit`, `reading` and `quality`.
 *
 * @import { Channels } from "../../channels/channels.js"
 * @import { Message } from "../../channels/protocols/control.js"
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
 * @typedef {"unanswered" | "unreachable" | "interrupted" | "incompatible" | "oversized"} Reason why we are not connected: nothing came back; no
 *   path was found; the path was lost; a description could not be used
 * @typedef {object} MeshContext what all peers of a mesh share
 * @property {() => RTCPeerConnection} connect
 * @property {IceServers} servers
 * @property {Tracks} tracks
 * @property {Channels} channels
 * @property {Fanout | null} fanout
 * @property {CandidateBatch} batch
 * @property {Clock} clock
 * @property {() => number} random
 */

import { Bucket } from "../../lib/bucket.js";
import { eachSlot } from "../model/slots.js";
import { PathRecovery } from "../recovery/path-recovery.js";
import { SilenceRecovery } from "../recovery/silence-recovery.js";
import { BEGINNING, follow } from "../stats/grade.js";
import { isOversized } from "../stats/oversize.js";
import { Connection } from "./connection.js";
import { Connections } from "./connections.js";
import { next } from "./peer-state.js";
import { INITIAL, reduce, renewed } from "./remote-state.js";
import { StateLimiter } from "./state-limiter.js";

/** ICE reports short interruptions as `disconnected`, too, and mostly recovers by itself. */
const HICCUP_MS = 3000;
/** A reloaded page sends an offer itself, and the server reports within this time who has left. */
const ENDED_MS = 800;
/** A sender may begin with the size of its source for a moment. */
const MOST_OVERSIZED = 2;
/** How long nothing is accepted of a peer whose video is far too large. */
const CUT_OFF_MS = 60_000;
/** How many times longer the side waits that did not offer. */
const DEFERENCE = 1.5;
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
  #recovery;
  /** `broken`: a description could not be used, so it cannot negotiate, but may still carry media; `ended`: it was closed at either end. */
  #fitness = /** @type {"whole" | "broken" | "ended"} */ ("whole");
  #offers;
  #limiter;
  /** What we have demanded of its video. @type {Demand | null} */
  #demanded = null;
  #cutUntil = -Infinity;
  /** Readings in a row whose video was far too large. */
  #oversized = 0;
  #remote = INITIAL;
  #silence = new SilenceRecovery();
  /** @type {Reading | null} */
  #reading = null;
  /** @type {PairQuality} */
  #quality = BEGINNING;
  /** @type {Link} */
  #link = "attached";
  /** Whether the connection may use relays only, as a remedy. */
  #isRelayOnly = false;

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
    this.#limiter = new StateLimiter({ apply: (message) => this.#applyState(message), clock: context.clock, signal: this.#lifetime.signal });
    this.#connections = new Connections({
      make: (id, initiator) => this.#make(id, initiator),
      installed: (connection) => this.#begin(connection),
      random: context.random,
    });
    this.#recovery = new PathRecovery({
      due: (remedy) => this.#remedy(remedy),
      canRelay: () => context.servers.canRelay,
      delay: (ms) => this.#delay(ms),
      clock: context.clock,
      signal: this.#lifetime.signal,
    });
    this.#recovery.wait();
  }

  get state() {
    return this.#state;
  }

  /** Why we are not connected, or null. */
  get reason() {
    return this.#reason;
  }

  /** What the peer sends, according to itself. */
  get media() {
    return this.#remote.media;
  }

  /** The ids of those whom the peer cannot hear, according to itself. */
  get silent() {
    return this.#remote.silent;
  }

  /** Which video the peer has on and withholds from us, because the connection has too little bandwidth. */
  get held() {
    return this.#remote.held;
  }

  /** What the peer demands of our video; null while it has sent no demand. */
  get demand() {
    return this.#remote.demand;
  }

  /** The ids of those whom the peer wants large for everybody. They count while it is a host. */
  get spotlit() {
    return this.#remote.spotlit;
  }

  /** Whether we cannot hear the peer: its microphone is on and no audio arrives, or it cannot be reached. */
  get isSilent() {
    return this.#silence.isThere || this.#state === "failed";
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

  /** @returns {Tracks} */
  get tracks() {
    return this.#connections.current?.transceivers.tracks ?? eachSlot(() => null);
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
    if (this.#state === "connected" && moved) return this.#restart();
    if (!this.#isIll) return;
    if (!this.#connections.current?.isSettled) return this.#connections.current?.repeat();
    await this.#apply("restart");
  }

  /** Uses the present ICE servers from the next gathering on. */
  configure() {
    for (const connection of this.#connections.all) connection.configure(this.#context.servers.configuration({ relayOnly: this.#isRelayOnly }));
  }

  /**
   * Looks for a path that the room's new policy permits. The offerer acts. The other side acts only if the offerer does not, or acted
   * before it knew the new policy.
   */
  reroute() {
    const connection = this.#connections.current;
    if (connection?.initiator) return void this.#reroute();
    const insist = () => this.#connections.current === connection && this.#context.servers.policy !== "all" && void this.#reroute();
    if (connection) this.#context.clock.after(HICCUP_MS, insist, this.#lifetime.signal);
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
    if (message.type === "demand") this.#demanded = message;
    this.#context.channels.control.send(this.id, message);
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
    const isUp = this.#state === "connected";
    this.#oversized = isOversized(reading, this.#demanded) ? this.#oversized + 1 : 0;
    if (this.#oversized >= MOST_OVERSIZED) return this.#cutOff();
    this.#reading = reading;
    this.#quality = follow(this.#quality, reading, now);
    this.#silence.update({ now, isUp, packets: reading.received.microphone.packets });
    this.#emit("reading");
    if (isUp) this.#treat(now);
  }

  /**
   * Whether the peer is connected to the server. While it is not, no signal reaches it.
   *
   * @param {Link} link
   */
  setLink(link) {
    const isBack = this.#link === "detached" && link === "attached";
    this.#link = link;
    if (!isBack || (this.#state === "connected" && this.#fitness !== "ended")) return;
    this.#recovery.restart(HICCUP_MS);
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

  /** The peer repairs a connection that we do not have. Only a new one helps. */
  #disagree() {
    if (!this.#connections.current || (this.#connections.current.isSettled && this.#state !== "connected")) void this.#apply("rebuild");
    return false;
  }

  /**
   * @param {string} id
   * @param {boolean} initiator
   */
  #make(id, initiator) {
    const { connect, servers, tracks, channels, fanout, batch, clock } = this.#context;
    const options = { id, peer: this.id, initiator, polite: this.#polite, pc: connect(), send: this.#send, ready: () => servers.fresh(), policy: () => servers.policy };
    const attach = (/** @type {RTCPeerConnection} */ pc, /** @type {AbortSignal} */ signal) => channels.attach(this.id, pc, signal);
    return new Connection({ ...options, tracks, channels: attach, fanout, batch, clock });
  }

  /** @param {Connection} connection that has taken the place of any other */
  #begin(connection) {
    this.#listen(connection);
    this.#silence.renew();
    this.#reading = null;
    this.#remote = renewed(this.#remote);
    connection.transceivers.play(this.media);
    this.#emit("held");
    this.#isRelayOnly = false;
    this.#fitness = "whole";
    this.#move("begin", this.#state === "connected" ? "interrupted" : this.#reason);
    this.#recovery.wait();
    this.#follow(connection.pc.connectionState);
  }

  /** Only a new connection is sure to leave a path: after an ICE restart Chromium keeps a path that is better than those it finds. */
  async #reroute() {
    await (this.#context.servers.policy === "all" ? this.#restart() : this.offer());
  }

  /** ICE restart, or a new connection where none can be negotiated. */
  async #restart() {
    await (this.#connections.current?.isSettled && this.#fitness === "whole" ? this.#connections.current.restart() : this.offer());
  }

  /** @param {Connection} connection */
  #listen(connection) {
    connection.addEventListener("change", () => this.#follow(connection.pc.connectionState));
    connection.addEventListener("tracks", () => this.#emit("tracks"));
    connection.addEventListener("broken", () => this.#break());
    connection.addEventListener("ended", () => this.#end());
  }

  #followMedia() {
    this.#silence.expect(this.media.microphone);
    this.#connections.current?.transceivers.play(this.media);
  }

  // State

  /** @param {RTCPeerConnectionState} state */
  #follow(state) {
    if (state === "connected") this.#reach();
    if (state === "disconnected") this.#stumble(HICCUP_MS);
    if (state === "failed") this.#stumble(0);
  }

  #reach() {
    this.#recovery.stop();
    if (!this.#silence.isThere) this.#relyOn(false);
    this.#silence.defer(this.#context.clock.now());
    this.#move("up", null);
  }

  /** @param {number} ms */
  #stumble(ms) {
    this.#drop();
    void this.#context.servers.fresh();
    this.#recovery.wait(this.#recovery.hasBegun ? undefined : ms);
  }

  #drop() {
    if (this.#state === "connected") this.#move("down", "interrupted");
  }

  /** Either end was closed, which ICE notices only after seconds. */
  #end() {
    this.#fitness = "ended";
    this.#recovery.skipTo("rebuild");
    this.#recovery.wait(ENDED_MS);
  }

  /** A description could not be used. While the connection carries media nothing is done. */
  #break() {
    this.#fitness = "broken";
    if (this.#state === "connected") return;
    this.#reason = "incompatible";
    this.#recovery.skipTo("rebuild");
    this.#recovery.wait();
  }

  /** Whoever did not offer waits longer, so that mostly one side acts. @param {number} ms */
  #delay(ms) {
    return this.#connections.current?.initiator ? ms : ms * DEFERENCE + (ms ? 0 : HICCUP_MS);
  }

  /** @param {Remedy} remedy that is due */
  #remedy(remedy) {
    this.#drop();
    if (remedy === "give up") this.#move("give up", this.#diagnose());
    void this.#apply(remedy);
  }

  /** @param {Remedy} remedy */
  async #apply(remedy) {
    const connection = this.#connections.current;
    if (this.#context.servers.isStale) await this.#context.servers.fresh();
    if (this.#connections.current !== connection || !this.#isIll || this.#isAway) return;
    if (remedy === "rebuild" || remedy === "give up") return this.offer();
    this.#relyOn(remedy === "relay");
    await this.#restart();
  }

  get #isCutOff() {
    return this.#context.clock.now() < this.#cutUntil;
  }

  /** Only a closed connection decodes nothing. */
  #cutOff() {
    this.#cutUntil = this.#context.clock.now() + CUT_OFF_MS;
    this.#connections.current?.close();
    this.#fitness = "ended";
    this.#drop();
    this.#move("give up", "oversized");
    this.#recovery.restart(CUT_OFF_MS);
  }

  get #isIll() {
    return this.#state === "connected" ? this.#silence.isThere : this.#state !== "closed";
  }

  /** Whether only a new connection helps, but an offer would not arrive and would collide with that of a reloaded page. */
  get #isAway() {
    return this.#fitness === "ended" && this.#link === "detached";
  }

  /** @param {number} now */
  #treat(now) {
    if (!this.#silence.isThere) return this.#relyOn(false);
    const remedy = this.#silence.treat(now, this.#context.servers.canRelay);
    if (remedy) void this.#apply(remedy);
  }

  /** @param {boolean} relayOnly whether to use relays only; else what the room's policy permits */
  #relyOn(relayOnly) {
    if (relayOnly === this.#isRelayOnly) return;
    this.#isRelayOnly = relayOnly;
    this.configure();
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
