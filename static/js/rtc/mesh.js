/**
 * Every peer of one meeting, as seen by one participant. Knows neither socket nor page: signals leave through `send`, and come
 * in through `accept`.
 *
 * Events: `peer` (detail: a {@link Peer} that appeared), `gone` (detail: its id), `hearing`: `silent` has
 * changed, `pairs`: `pairs` has changed, and `reaction` {from, reaction}.
 *
 * @import { Media, Message, Pairs as PairsReport, Stop } from "../channels/protocols/control.js"
 * @import { Clock } from "../lib/clock.js"
 * @import { Envelope, Ice, Participant, Summary } from "../signaling/protocol.js"
 * @import { Fanout } from "./encoding/fanout.js"
 * @import { Demand } from "./model/demand.js"
 * @import { SlotName } from "./model/slots.js"
 * @import { MeshContext } from "./pair/peer.js"
 * @import { Load } from "./stats/headroom.js"
 */

import { Channels } from "../channels/channels.js";
import { Bucket } from "../lib/bucket.js";
import { systemClock } from "../lib/clock.js";
import { Adaptation } from "./adaptation/controller.js";
import { eachSlot } from "./model/slots.js";
import { Hearing } from "./monitor/hearing.js";
import { Pairs } from "./monitor/pairs.js";
import { Report } from "./monitor/report.js";
import { Peer } from "./pair/peer.js";
import { CHANGES } from "./pair/state-limiter.js";
import { CandidateBatch } from "./signal/candidate-batch.js";
import { IceServers } from "./signal/ice-servers.js";

export class Mesh extends EventTarget {
  #id;
  #send;
  #channels;
  /** @type {MeshContext} */
  #context;
  #lifetime = new AbortController();
  /** @type {Map<string, Peer>} */
  #peers = new Map();
  #report;
  #adaptation;
  /** @type {readonly string[]} */
  #silent = [];
  /** @type {PairsReport | null} */
  #pairs = null;

  /**
   * @param {object} options
   * @param {string} options.id our own participant id
   * @param {(to: string, payload: Envelope) => void} options.send
   * @param {Ice} options.ice
   * @param {() => void} [options.refresh] asks for fresh ICE servers, which come through `configure`
   * @param {(summary: Summary) => boolean} [options.report] sends the state of our pairs to the server; false when it could not
   * @param {Channels} [options.channels] to everybody in the meeting
   * @param {Fanout | null} [options.fanout] encodes once for several peers; without it each peer has an encoder
   * @param {RTCCertificate[]} [options.certificates] made beforehand and shared by all peers; see `signal/certificates.js`
   * @param {typeof globalThis.RTCPeerConnection} [options.RTCPeerConnection]
   * @param {number} [options.cores] of this computer
   * @param {Clock} [options.clock]
   * @param {() => number} [options.random]
   * @param {AbortSignal} [options.signal] closes the mesh
   */
  constructor({
    id,
    send,
    ice,
    refresh = () => {},
    report = () => true,
    fanout = null,
    certificates = [],
    RTCPeerConnection = globalThis.RTCPeerConnection,
    cores = navigator.hardwareConcurrency,
    clock = systemClock,
    channels = new Channels({ clock }),
    random = Math.random,
    signal,
  }) {
    super();
    this.#id = id;
    this.#send = send;
    const servers = new IceServers({ ice, certificates, refresh, clock, signal: this.#lifetime.signal });
    this.#context = {
      connect: () => new RTCPeerConnection(servers.configuration()),
      servers,
      tracks: eachSlot(() => null),
      channels,
      fanout,
      batch: new CandidateBatch({ clock, signal: this.#lifetime.signal }),
      screens: new Bucket({ ...CHANGES, clock }),
      clock,
      random,
    };
    this.#channels = channels;
    this.#listen();
    this.setMedia(eachSlot(() => false));
    const own = { peers: this.#peers, clock, signal: this.#lifetime.signal };
    new Hearing({ ...own, report: (silent, isNews) => this.#reportSilent(silent, isNews) });
    new Pairs({ ...own, cores, load: () => this.load, send: (pairs) => this.#describe(pairs) });
    this.#report = new Report({ ...own, send: report });
    fanout?.addEventListener("failed", () => this.#remake(), { signal: this.#lifetime.signal });
    this.#adaptation = new Adaptation({ ...own, tracks: this.#context.tracks, fanout });
    signal?.addEventListener("abort", () => this.close(), { once: true, signal: this.#lifetime.signal });
  }

  #listen() {
    const { signal } = this.#lifetime;
    this.#channels.control.addEventListener("message", (event) => this.#receive(Reflect.get(event, "detail")), { signal });
  }

  /** @param {{from: string, message: Message}} received */
  #receive({ from, message }) {
    const peer = this.#peers.get(from);
    if (message.type !== "reaction") peer?.receive(message);
    else if (peer) this.dispatchEvent(new CustomEvent("reaction", { detail: { from, reaction: message.reaction } }));
  }

  get id() {
    return this.#id;
  }

  get channels() {
    return this.#channels;
  }

  /** @returns {ReadonlyMap<string, Peer>} */
  get peers() {
    return this.#peers;
  }

  /** The ids of those we cannot hear, though their microphone is on or they cannot be reached. */
  get silent() {
    return this.#silent;
  }

  /** The state of our pairs, as the others get it; null while it is not known. */
  get pairs() {
    return this.#pairs;
  }

  /** What encoding costs for all peers together. @returns {Load} */
  get load() {
    return this.#adaptation.load;
  }

  /** Whether the connection to a peer carries less than its video needs. @param {string} id */
  isStrained(id) {
    const peer = this.#peers.get(id);
    return peer !== undefined && this.#adaptation.isStrained(peer);
  }

  /**
   * Compares the roster with the peers: unknown participants are offered to or awaited, absent ones closed; `mend` restarts the
   * pairs that are not connected. Call it with the whole roster, for every fact that changes it: what comes from somebody who is
   * not in it is dropped.
   *
   * @param {Pick<Participant, "id" | "link">[]} participants may include ourselves
   * @param {{offer?: boolean, mend?: boolean, moved?: boolean, offers?: readonly string[]}} [options] `offer`: after `welcomed`; `mend`:
   *   after `welcomed` and `roster`; `moved`: our network has changed, so that pairs which seem connected are repaired, too; `offers`:
   *   to whom to offer if they are new, without `offer`
   * @returns {Promise<void>} settled when every offer was handed to `send`
   */
  async reconcile(participants, { offer = false, mend = offer, moved = false, offers = [] } = {}) {
    if (offer) this.#report.renew();
    const others = participants.filter(({ id }) => id !== this.#id);
    this.#closeAbsent(new Set(others.map(({ id }) => id)));
    const work = others.map((participant) => this.#meet(participant, { offer: offer || offers.includes(participant.id), mend, moved }));
    await Promise.all(work);
  }

  /**
   * @param {string} from
   * @param {Envelope} envelope
   */
  async accept(from, { connection, negotiation, description, candidate }) {
    await this.#peers.get(from)?.accept({ connection, negotiation, description, candidate });
  }

  /**
   * Sends this track in this slot to every peer, now and later; null sends nothing.
   *
   * @param {SlotName} name
   * @param {MediaStreamTrack | null} track
   */
  async setTrack(name, track) {
    this.#context.tracks[name] = track;
    this.#adaptation.adapt();
    await Promise.all([...this.#peers.values()].map((peer) => peer.setTrack(name, track)));
  }

  /**
   * @param {string} id
   * @param {Demand} demand what we demand of this peer
   */
  want(id, demand) {
    this.#peers.get(id)?.want(demand);
  }

  /** @param {boolean} isSaving whether nobody is to get large video of us */
  set isSaving(isSaving) {
    this.#adaptation.isSaving = isSaving;
  }

  /** @param {Media} media what we send */
  setMedia({ microphone, camera, screen, sound }) {
    this.#broadcast({ type: "media", microphone, camera, screen, sound });
  }

  /** @param {readonly string[]} ids whom we want large for everybody; counts if we are a host */
  spotlight(ids) {
    this.#broadcast({ type: "spotlight", ids });
  }

  /** @param {readonly Stop[]} stops whom we stop from what; counts if we are a host */
  moderate(stops) {
    this.#broadcast({ type: "moderation", stops });
  }

  /** @param {string} reaction what everybody is shown for a moment; whoever cannot be reached now never gets it */
  react(reaction) {
    this.#channels.control.flash({ type: "reaction", reaction });
  }

  /** @param {Ice} ice fresh servers, used from the next gathering on; every pair looks for a new path when the policy has changed */
  configure(ice) {
    const { policy } = this.#context.servers;
    this.#context.servers.replace(ice);
    for (const peer of this.#peers.values()) {
      peer.configure();
      if (ice.policy !== policy) peer.reroute();
    }
  }

  close() {
    this.#lifetime.abort();
    this.#closeAbsent(new Set());
  }

  /**
   * @param {Pick<Participant, "id" | "link">} participant
   * @param {{offer: boolean, mend: boolean, moved: boolean}} options
   */
  async #meet({ id, link }, { offer, mend, moved }) {
    const known = this.#peers.get(id);
    const peer = known ?? this.#add(id);
    peer.setLink(link);
    if (offer && peer.state === "new") await peer.offer();
    else if (mend) await peer.mend({ moved });
  }

  /** @param {string} id */
  #add(id) {
    const send = (/** @type {Envelope} */ envelope) => this.#send(id, envelope);
    const peer = new Peer({ id, polite: this.#id < id, send, context: this.#context });
    this.#peers.set(id, peer);
    this.#adaptation.follow(peer);
    this.dispatchEvent(new CustomEvent("peer", { detail: peer }));
    return peer;
  }

  /**
   * @param {readonly string[]} silent
   * @param {boolean} isNews
   */
  #reportSilent(silent, isNews) {
    this.#silent = silent;
    this.#broadcast({ type: "hearing", silent });
    if (isNews) this.dispatchEvent(new CustomEvent("hearing"));
  }

  /** @param {PairsReport} pairs */
  #describe(pairs) {
    this.#pairs = pairs;
    this.#broadcast({ type: "pairs", ...pairs });
    this.dispatchEvent(new CustomEvent("pairs"));
  }

  /** Sends to everybody, now and later. @param {Message} message */
  #broadcast(message) {
    this.#channels.control.broadcast(message);
  }

  /** The worker could not be loaded, and senders and receivers that wait for it pass nothing on. New connections do without it. */
  #remake() {
    for (const peer of this.#peers.values()) if (peer.state !== "new") void peer.offer();
  }

  /** @param {Set<string>} present */
  #closeAbsent(present) {
    for (const [id, peer] of this.#peers) {
      if (present.has(id)) continue;
      this.#peers.delete(id);
      peer.close();
      this.#channels.forget(id);
      this.dispatchEvent(new CustomEvent("gone", { detail: id }));
    }
  }
}
