/**
 * A call from its first `welcomed` to its end: the pairs of the mesh, and what the page shows of them.
 *
 * @import { Level } from "../media/levels.js"
 * @import { LocalMedia, Slot } from "../media/local-media.js"
 * @import { DataSaver } from "../preferences/data-saver.js"
 * @import { Fanout } from "../rtc/encoding/fanout.js"
 * @import { Peer } from "../rtc/pair/peer.js"
 * @import { SignalingClient } from "../signaling/client.js"
 * @import { Change, People, Person } from "../signaling/people.js"
 * @import { LeaveReason, Participant, Summary } from "../signaling/protocol.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 * @import { PeoplePanel } from "../ui/people-panel.js"
 * @import { Quality } from "./quality.js"
 * @import { Stage } from "./stage/stage.js"
 * @import { Tiles } from "./stage/tiles.js"
 */

import { Channels } from "../channels/channels.js";
import { systemClock } from "../lib/clock.js";
import { gettext, interpolate } from "../lib/gettext.js";
import { Later } from "../lib/later.js";
import { listener } from "../lib/listen.js";
import { unmarked } from "../lib/names.js";
import { MutedTalk } from "../media/levels.js";
import { SLOTS } from "../media/local-media.js";
import { Speakers } from "../media/speakers.js";
import { Mesh } from "../rtc/mesh.js";
import { cannotHear, deafness } from "./audibility.js";
import { demands } from "./demands.js";
import { brief, condition, pictureNote } from "./peer-status.js";
import { toggled, united } from "./spotlights.js";

const SPEECH_MS = 150;

export class Call {
  #client;
  #people;
  #local;
  #level;
  #tiles;
  #stage;
  #panel;
  #notices;
  #quality;
  #dataSaver;
  #certificates;
  #fanout;
  /** @type {Mesh | null} */
  #mesh = null;
  #meshId = "";
  /** Whether our network came back, or changed, since the last `welcomed`. */
  #moved = false;
  /** The ids of those who are about to be shown anew. @type {Set<string>} */
  #stale = new Set();
  #showing;
  #speakers = new Speakers();
  #mutedTalk = new MutedTalk();
  /** The ids of those whom we want large for everybody. @type {readonly string[]} */
  #spotlit = [];

  /**
   * @param {{client: SignalingClient, people: People, local: LocalMedia, level: Level, tiles: Tiles, stage: Stage,
   *   panel: PeoplePanel, notices: CallNotices, quality: Quality, dataSaver: DataSaver, certificates: () => RTCCertificate[], fanout: Fanout | null,
   *   network: EventTarget, signal: AbortSignal}} options
   */
  constructor({ client, people, local, level, tiles, stage, panel, notices, quality, dataSaver, certificates, fanout, network, signal }) {
    this.#client = client;
    this.#people = people;
    this.#local = local;
    this.#level = level;
    this.#tiles = tiles;
    this.#stage = stage;
    this.#panel = panel;
    this.#notices = notices;
    this.#quality = quality;
    this.#dataSaver = dataSaver;
    this.#certificates = certificates;
    this.#fanout = fanout;
    this.#showing = new Later(() => this.#showStale(), signal);
    signal.addEventListener("abort", () => this.#end(), { once: true });
    network.addEventListener("online", () => (this.#moved = true), { signal });
    this.#listen(signal);
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    const on = listener(signal);
    on(this.#client, "signal", ({ from, ...envelope }) => void this.#mesh?.accept(from, envelope));
    on(this.#client, "ice", () => this.#mesh?.configure(this.#people.ice));
    on(this.#people, "change", (change) => this.#follow(change));
    on(this.#people, "joined", ({ participant }) => this.#notices.say(named(gettext("%(name)s joined"), participant), { key: `presence ${participant.name}` }));
    on(this.#people, "left", ({ participant, reason }) => this.#notices.say(named(departure(reason), participant), { key: `presence ${participant.name}` }));
    on(this.#people, "knocked", ({ participant }) => this.#knock(participant));
    on(this.#local, "track", ({ slot, track }) => this.#send(slot, track));
    on(this.#dataSaver, "change", () => this.#spare());
    on(this.#tiles, "shown", () => this.#demand());
    on(this.#stage, "spotlight", ({ key }) => this.#spotlight(toggled(this.#spotlit, key === "self" ? this.#people.self : key)));
    on(this.#panel, "admit", ({ id }) => this.#client.send({ type: "admit", id }));
    on(this.#panel, "deny", ({ id }) => this.#client.send({ type: "deny", id }));
    const timer = setInterval(() => this.#measureSpeech(performance.now()), SPEECH_MS);
    signal.addEventListener("abort", () => clearInterval(timer));
  }

  #end() {
    this.#mesh?.close();
    this.#mesh = null;
    this.#tiles.clear();
  }

  // The pairs

  /** @param {Change} change */
  #follow(change) {
    const mesh = this.#meshOf(this.#people.self);
    const present = [...this.#people.present.values()];
    if (change.offer) void this.#greet(mesh, present);
    else void mesh.reconcile(present, change);
    this.#light();
    this.#showAll();
  }

  /**
   * After `welcomed`: the credentials are fresh, so nothing here waits for messages that are corked. Our offers share one frame.
   *
   * @param {Mesh} mesh
   * @param {Participant[]} present
   */
  async #greet(mesh, present) {
    mesh.configure(this.#people.ice);
    const moved = this.#moved;
    this.#moved = false;
    this.#client.cork();
    try {
      await mesh.reconcile(present, { offer: true, moved });
    } finally {
      this.#client.uncork();
    }
  }

  /**
   * @param {string} id our own
   * @returns {Mesh} made anew when we are somebody else than before
   */
  #meshOf(id) {
    if (this.#mesh && this.#meshId === id) return this.#mesh;
    this.#mesh?.close();
    const send = (/** @type {string} */ to, /** @type {import("../signaling/protocol.js").Envelope} */ envelope) =>
      void this.#client.send({ type: "signal", to, ...envelope });
    const refresh = () => void this.#client.send({ type: "refresh" });
    const report = (/** @type {Summary} */ summary) => this.#client.send({ type: "report", ...summary });
    const channels = new Channels({ clock: systemClock });
    channels.control.addEventListener("cutoff", (event) => this.#warn(Reflect.get(event, "detail")));
    const mesh = new Mesh({ id, send, refresh, report, channels, ice: this.#people.ice, certificates: this.#certificates(), fanout: this.#fanout });
    mesh.addEventListener("peer", (event) => this.#meet(/** @type {CustomEvent<Peer>} */ (event).detail));
    mesh.addEventListener("gone", (event) => this.#tiles.drop(/** @type {CustomEvent<string>} */ (event).detail));
    this.#quality.follow(mesh);
    mesh.addEventListener("hearing", () => this.#miss(mesh.silent.length > 0));
    mesh.isSaving = this.#dataSaver.mode !== "none";
    for (const slot of SLOTS) void mesh.setTrack(slot, this.#local.sending(slot));
    mesh.setMedia(this.#media());
    mesh.spotlight(this.#spotlit);
    this.#mesh = mesh;
    this.#meshId = id;
    return mesh;
  }

  /** @param {boolean} anybody */
  #miss(anybody) {
    if (anybody) this.#doubt();
    this.#showAll();
  }

  /** When a pair fails, the socket may be dead as well, and only the server knows whether the other is still present. */
  #doubt() {
    if (this.#client.state === "open") this.#client.check();
  }

  /** @param {Peer} peer */
  #meet(peer) {
    for (const type of ["state", "tracks", "media"]) peer.addEventListener(type, () => this.#show(peer));
    peer.addEventListener("state", () => this.#announce(peer));
    peer.addEventListener("state", () => peer.state === "reconnecting" && this.#doubt());
    for (const type of ["hearing", "held"]) peer.addEventListener(type, () => this.#show(peer));
    peer.addEventListener("spotlight", () => this.#light());
    this.#show(peer);
    this.#demand();
  }

  /**
   * @param {Slot} slot
   * @param {MediaStreamTrack | null} track
   */
  #send(slot, track) {
    void this.#mesh?.setTrack(slot, track);
    if (slot === "microphone" && track) this.#notices.retract("muted");
    this.#mesh?.setMedia(this.#media());
    if (this.#mesh) this.#showSelf();
  }

  #media() {
    const [microphone, camera, screen, sound] = SLOTS.map((slot) => this.#local.sending(slot) !== null);
    return { microphone, camera, screen, sound };
  }

  // What is shown: in a task of its own, so that offers do not wait for the layout of the page

  #showAll() {
    this.#showSelf();
    for (const peer of this.#mesh?.peers.values() ?? []) this.#show(peer);
    const waiting = [...this.#people.waiting.values()];
    this.#panel.waiting = waiting;
    this.#notices.retractAll("knock ", waiting.map(({ id }) => `knock ${id}`));
  }

  #showSelf() {
    this.#stale.add(this.#people.self);
    this.#showing.ask();
  }

  /** @param {Peer} peer */
  #show(peer) {
    this.#stale.add(peer.id);
    this.#showing.ask();
  }

  #showStale() {
    const { self, present } = this.#people;
    for (const id of this.#stale) {
      const peer = this.#mesh?.peers.get(id);
      if (id === self) this.#tiles.showSelf(this.#local, present.get(self)?.name ?? "");
      else if (peer) this.#showPeer(peer);
    }
    this.#stale.clear();
    this.#panel.people = [...present.values()].map((person) => this.#row(person));
  }

  /** @param {Peer} peer */
  #showPeer(peer) {
    const participant = this.#people.present.get(peer.id);
    const shownName = participant ?? unmarked("");
    const { name } = shownName;
    const silence = peer.state === "connected" ? deafness(this.#pair(peer, name)) : "";
    this.#tiles.showPeer(peer, shownName, silence || condition(peer, name, participant?.link === "detached"), this.#notes(peer));
  }

  /** @param {Peer} peer */
  #notes({ held }) {
    const { mode } = this.#dataSaver;
    return { camera: pictureNote(mode, held.camera), screen: pictureNote(mode, held.screen) };
  }

  /** @param {Person} person */
  #row({ id, name, plain, isGuest, role, link }) {
    const self = id === this.#people.self;
    const peer = this.#mesh?.peers.get(id);
    const { microphone, camera, screen } = self || !peer ? this.#media() : peer.media;
    const words = [peer ? brief(peer.state, link === "detached") : "", cannotHear(this.#silentTo(id))];
    const [removable, bannable] = [!self && this.#people.may("remove", role), !self && this.#people.may("ban", role)];
    return { id, name, plain, isGuest, role, self, microphone, camera, screen, removable, bannable, condition: words.filter(Boolean).join(" · ") };
  }

  /**
   * @param {Peer} peer
   * @param {string} name
   */
  #pair(peer, name) {
    const hearsUs = !peer.silent.has(this.#people.self) || !this.#media().microphone;
    return { name, hearsUs, heard: !peer.isSilent };
  }

  /**
   * The names of those whom somebody cannot hear, according to themselves, without those who are muted.
   *
   * @param {string} id
   */
  #silentTo(id) {
    const isSelf = id === this.#people.self;
    const silent = isSelf ? (this.#mesh?.silent ?? []) : [...(this.#mesh?.peers.get(id)?.silent ?? [])];
    const missed = silent.filter((other) => this.#people.present.has(other) && (isSelf || this.#speaks(other)));
    return missed.map((other) => (other === this.#people.self ? gettext("you") : (this.#people.present.get(other)?.name ?? "")));
  }

  /** @param {string} id */
  #speaks(id) {
    return id === this.#people.self ? this.#media().microphone : (this.#mesh?.peers.get(id)?.media.microphone ?? false);
  }

  // Demand

  /** Sends each peer what we demand of it. Each place that shows video is a consumer. */
  #demand() {
    const { mode } = this.#dataSaver;
    const consumers = [this.#tiles.onPage, this.#tiles.inWindow];
    const view = { ids: this.#tiles.onPage.keys(), isSpeaking: (/** @type {string} */ id) => this.#speakers.isWatched(id), saving: mode, density: devicePixelRatio };
    for (const [id, demand] of demands(consumers, view)) this.#mesh?.want(id, demand);
  }

  #spare() {
    if (this.#mesh) this.#mesh.isSaving = this.#dataSaver.mode !== "none";
    this.#demand();
    this.#showAll();
  }

  // The spotlight

  /** @param {readonly string[]} ids */
  #spotlight(ids) {
    this.#spotlit = ids;
    this.#mesh?.spotlight(ids);
    this.#light();
  }

  /** Who has lost the right to it ends their own spotlight. */
  #light() {
    const { present, self } = this.#people;
    const offers = this.#people.may("spotlight");
    if (!offers && this.#spotlit.length) return this.#spotlight([]);
    const said = [...(this.#mesh?.peers.values() ?? [])].map(({ id, spotlit }) => /** @type {const} */ ([id, spotlit]));
    const keys = (/** @type {Iterable<string>} */ ids) => new Set([...ids].map((id) => this.#keyOf(id)));
    this.#stage.spotlights = { shown: keys(united(present, [...said, [self, this.#spotlit]])), own: keys(this.#spotlit), offers };
  }

  // Notices

  /** @param {Peer} peer */
  #announce({ id, state }) {
    const participant = this.#people.present.get(id);
    if (state === "failed" && participant) this.#notices.announce(named(gettext("No connection to %(name)s"), participant));
  }

  /** @param {string} id of a peer that was cut off */
  #warn(id) {
    const participant = this.#people.present.get(id);
    const format = gettext("The browser of %(name)s sends far too many messages. They are ignored; sound and video go on.");
    if (participant) this.#notices.say(named(format, participant), { key: `cutoff ${id}` });
  }

  /** @param {Person} person */
  #knock({ id, name }) {
    const action = { label: gettext("Let in"), run: () => void this.#client.send({ type: "admit", id }) };
    const words = [interpolate(gettext("%(name)s would like to come in"), { name }), this.#quality.warning].filter(Boolean).join(". ");
    this.#notices.say(words, { key: `knock ${id}`, action });
  }

  /** @param {number} now */
  #measureSpeech(now) {
    if (!this.#mesh) return;
    const level = this.#level.read();
    const muted = !this.#local.sending("microphone");
    const peers = [...this.#mesh.peers.values()].map((peer) => /** @type {const} */ ([peer.id, peer.media.microphone ? peer.level() : 0]));
    const levels = new Map([/** @type {const} */ ([this.#people.self, muted ? 0 : level]), ...peers]);
    if (this.#speakers.update(levels, now)) this.#demand();
    const { holder, speaking } = this.#speakers;
    for (const id of levels.keys()) this.#tiles.speak(this.#keyOf(id), speaking.has(id));
    this.#stage.showSpeaking({ speaker: holder && this.#keyOf(holder), speaking: [...speaking].map((id) => this.#keyOf(id)), now });
    if (this.#mutedTalk.update(muted ? level : 0, now)) this.#remind();
  }

  #remind() {
    const action = { label: gettext("Turn on"), run: () => void this.#local.turn("microphone", true) };
    this.#notices.say(gettext("Your microphone is off. Nobody hears you."), { key: "muted", action });
  }

  /** @param {string} id @returns {string} of their tile */
  #keyOf(id) {
    return id === this.#people.self ? "self" : id;
  }
}

/** @param {LeaveReason} reason */
function departure(reason) {
  return reason === "removed" ? gettext("%(name)s was removed") : gettext("%(name)s left");
}

/**
 * @param {string} format
 * @param {{name: string}} participant
 */
function named(format, { name }) {
  return interpolate(format, { name });
}
