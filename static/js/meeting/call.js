/**
 * The pairs of one meeting: a mesh for as long as we are the same participant, fed with the roster, with signals and with our tracks.
 *
 * Events: `mesh` (detail: a {@link Mesh} in place of any other), `peer` (detail: a {@link Peer} that appeared), `gone` (detail:
 * its id), `media` when `media` changed, `moderation` when `stops` changed, `silent` when `silent` changed, and `cutoff` (detail:
 * the id of a peer whose messages are ignored).
 *
 * @import { Stop } from "../channels/protocols/control.js"
 * @import { LocalMedia, Slot } from "../media/local-media.js"
 * @import { DataSaver } from "../preferences/data-saver.js"
 * @import { Fanout } from "../rtc/encoding/fanout.js"
 * @import { Demand } from "../rtc/model/demand.js"
 * @import { Peer } from "../rtc/pair/peer.js"
 * @import { SignalingClient } from "../signaling/client.js"
 * @import { Change, People } from "../signaling/people.js"
 * @import { Envelope, Participant, Summary } from "../signaling/protocol.js"
 */

import { Channels } from "../channels/channels.js";
import { systemClock } from "../lib/clock.js";
import { deferred } from "../lib/deferred.js";
import { listener } from "../lib/listen.js";
import { SLOTS } from "../media/local-media.js";
import { Mesh } from "../rtc/mesh.js";

/** @type {ReadonlyMap<string, Peer>} */
const NOBODY = new Map();
/** Where there are many peers, the page does not wait for all offers. */
const PATIENCE_MS = 100;

export class Call extends EventTarget {
  #client;
  #people;
  #local;
  #dataSaver;
  #certificates;
  #fanout;
  /** @type {Mesh | null} */
  #mesh = null;
  #meshId = "";
  /** Whether our network came back, or changed, since the last `welcomed`. */
  #moved = false;
  /** @type {Promise<void>} */
  #offered = Promise.resolve();
  #signal;
  /** The ids of those whom we want large for everybody. @type {readonly string[]} */
  #spotlit = [];
  /** Whom we stop from what without the server. @type {readonly Stop[]} */
  #stops = [];

  /**
   * @param {{client: SignalingClient, people: People, local: LocalMedia, dataSaver: DataSaver, certificates: () => RTCCertificate[],
   *   fanout: Fanout | null, network: EventTarget, signal: AbortSignal}} options
   */
  constructor({ client, people, local, dataSaver, certificates, fanout, network, signal }) {
    super();
    this.#client = client;
    this.#people = people;
    this.#local = local;
    this.#dataSaver = dataSaver;
    this.#certificates = certificates;
    this.#fanout = fanout;
    this.#signal = signal;
    const on = listener(signal);
    on(client, "signal", ({ from, ...envelope }) => void this.#mesh?.accept(from, envelope));
    on(client, "ice", () => this.#mesh?.configure(people.ice));
    on(people, "change", (change) => this.#follow(change));
    on(local, "track", ({ slot, track }) => this.#send(slot, track));
    on(dataSaver, "change", () => this.#spare());
    network.addEventListener("online", () => (this.#moved = true), { signal });
    signal.addEventListener("abort", () => this.#close(), { once: true });
  }

  /** @returns {ReadonlyMap<string, Peer>} by id */
  get peers() {
    return this.#mesh?.peers ?? NOBODY;
  }

  /** Settles when the offers that follow the last `welcomed` have been sent, and soon in any case: what may wait is done after it. */
  get offered() {
    return this.#offered;
  }

  /** Whether the connection to a peer carries less than its video needs. @param {string} id */
  isStrained(id) {
    return this.#mesh?.isStrained(id) ?? false;
  }

  /** The ids of those whom we cannot hear. */
  get silent() {
    return this.#mesh?.silent ?? [];
  }

  /** What we send. */
  get media() {
    const [microphone, camera, screen, sound] = SLOTS.map((slot) => this.#local.sending(slot) !== null);
    return { microphone, camera, screen, sound };
  }

  /** The ids of those whom we want large for everybody. */
  get spotlit() {
    return this.#spotlit;
  }

  /** Whom we stop from what without the server. */
  get stops() {
    return this.#stops;
  }

  /** @param {readonly Stop[]} stops */
  moderate(stops) {
    this.#stops = stops;
    this.#mesh?.moderate(stops);
    this.#emit("moderation");
  }

  /** @param {readonly string[]} ids */
  spotlight(ids) {
    this.#spotlit = ids;
    this.#mesh?.spotlight(ids);
  }

  /**
   * @param {string} id
   * @param {Demand} demand what we demand of this peer
   */
  want(id, demand) {
    this.#mesh?.want(id, demand);
  }

  /** @param {Change} change */
  #follow(change) {
    const mesh = this.#meshOf(this.#people.self);
    const present = [...this.#people.present.values()];
    if (change.offer || change.offers?.length) this.#offer(() => this.#greet(mesh, present, change));
    else void mesh.reconcile(present, change);
  }

  /**
   * After `welcomed`, or in another place: the credentials are fresh, so nothing here waits for messages that are corked. Our offers share
   * one frame.
   *
   * @param {Mesh} mesh
   * @param {Participant[]} present
   * @param {Change} change
   */
  async #greet(mesh, present, { offer, offers }) {
    mesh.configure(this.#people.ice);
    const moved = offer && this.#moved;
    if (offer) this.#moved = false;
    this.#client.cork();
    try {
      await mesh.reconcile(present, { offer, mend: true, moved, offers });
    } finally {
      this.#client.uncork();
    }
  }

  /** @param {() => Promise<void>} greet  sends the offers, and adds peers before, which those who wait for `offered` hear of */
  #offer(greet) {
    const { promise, resolve } = deferred();
    this.#offered = promise;
    systemClock.after(PATIENCE_MS, () => resolve(), this.#signal);
    void greet().finally(() => resolve());
  }

  /**
   * @param {string} id our own
   * @returns {Mesh} made anew when we are somebody else than before
   */
  #meshOf(id) {
    if (this.#mesh && this.#meshId === id) return this.#mesh;
    this.#mesh?.close();
    this.#mesh = this.#connect(id);
    this.#meshId = id;
    this.#emit("mesh", this.#mesh);
    return this.#mesh;
  }

  /** @param {string} id our own */
  #connect(id) {
    const send = (/** @type {string} */ to, /** @type {Envelope} */ envelope) => void this.#client.send({ type: "signal", to, ...envelope });
    const refresh = () => void this.#client.send({ type: "refresh" });
    const report = (/** @type {Summary} */ { pairs, ...counts }) =>
      this.#client.send({ type: "report", ...counts, pairs: this.#people.takesPairs ? pairs : undefined });
    const channels = new Channels({ clock: systemClock });
    const { control, chat, files, pieces } = channels;
    for (const channel of [control, chat, files, pieces])
      channel.addEventListener("cutoff", (event) => this.#emit("cutoff", Reflect.get(event, "detail")));
    const mesh = new Mesh({ id, send, refresh, report, channels, ice: this.#people.ice, certificates: this.#certificates(), fanout: this.#fanout });
    mesh.addEventListener("peer", (event) => this.#meet(/** @type {CustomEvent<Peer>} */ (event).detail));
    mesh.addEventListener("gone", (event) => this.#emit("gone", /** @type {CustomEvent<string>} */ (event).detail));
    mesh.addEventListener("hearing", () => this.#miss(mesh.silent.length > 0));
    mesh.isSaving = this.#dataSaver.mode !== "none";
    for (const slot of SLOTS) void mesh.setTrack(slot, this.#local.sending(slot));
    mesh.setMedia(this.media);
    mesh.spotlight(this.#spotlit);
    if (this.#stops.length) mesh.moderate(this.#stops);
    return mesh;
  }

  /** @param {Peer} peer */
  #meet(peer) {
    peer.addEventListener("state", () => peer.state === "reconnecting" && this.#doubt());
    this.#emit("peer", peer);
  }

  /** @param {boolean} anybody */
  #miss(anybody) {
    if (anybody) this.#doubt();
    this.#emit("silent");
  }

  /** When a pair fails, the socket may be dead as well, and only the server knows whether the other is still present. */
  #doubt() {
    if (this.#client.state === "open") this.#client.check();
  }

  /**
   * @param {Slot} slot
   * @param {MediaStreamTrack | null} track
   */
  #send(slot, track) {
    void this.#mesh?.setTrack(slot, track);
    this.#mesh?.setMedia(this.media);
    this.#emit("media");
  }

  #spare() {
    if (this.#mesh) this.#mesh.isSaving = this.#dataSaver.mode !== "none";
  }

  #close() {
    this.#mesh?.close();
    this.#mesh = null;
  }

  /**
   * @param {string} type
   * @param {unknown} [detail]
   */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
