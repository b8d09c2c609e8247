/**
 * Everybody as the page shows them: a tile each, and a row in the list of people. Drawn in a task of its own, so that offers do not wait
 * for the layout of the page.
 *
 * @import { Ignored } from "../chat/ignored.js"
 * @import { LocalMedia } from "../media/local-media.js"
 * @import { DataSaver } from "../preferences/data-saver.js"
 * @import { Peer } from "../rtc/pair/peer.js"
 * @import { People, Person } from "../signaling/people.js"
 * @import { PeoplePanel } from "../ui/people-panel.js"
 * @import { Call } from "./call.js"
 * @import { Tiles } from "./stage/tiles.js"
 */

import { gettext } from "../lib/gettext.js";
import { Later } from "../lib/later.js";
import { listener } from "../lib/listen.js";
import { lookAlikes } from "../lib/look-alike.js";
import { unmarked } from "../lib/names.js";
import { isHost } from "../signaling/protocol.js";
import { USES } from "../signaling/restrictions.js";
import { cannotHear, deafness } from "./audibility.js";
import { brief, condition, videoNote } from "./peer-status.js";

export class Presentation {
  #people;
  #call;
  #local;
  #dataSaver;
  #ignored;
  #tiles;
  #panel;
  /** The ids of those who are about to be shown anew. @type {Set<string>} */
  #stale = new Set();
  #showing;

  /**
   * @param {{people: People, call: Call, local: LocalMedia, dataSaver: DataSaver, ignored: Ignored, tiles: Tiles,
   *   panel: PeoplePanel, signal: AbortSignal}} options
   */
  constructor({ people, call, local, dataSaver, ignored, tiles, panel, signal }) {
    this.#people = people;
    this.#call = call;
    this.#local = local;
    this.#dataSaver = dataSaver;
    this.#ignored = ignored;
    this.#tiles = tiles;
    this.#panel = panel;
    this.#showing = new Later(() => this.#showStale(), signal);
    const on = listener(signal);
    on(people, "change", () => this.#showAll());
    on(call, "peer", (peer) => this.#meet(peer));
    on(call, "gone", (id) => tiles.drop(id));
    on(call, "media", () => people.self && this.#show(people.self));
    on(call, "silent", () => this.#showAll());
    on(dataSaver, "change", () => this.#showAll());
    on(ignored, "change", () => this.#showAll());
    signal.addEventListener("abort", () => this.#clear(), { once: true });
  }

  /** @param {Peer} peer */
  #meet(peer) {
    for (const type of ["state", "tracks", "media", "hearing", "held"]) peer.addEventListener(type, () => this.#show(peer.id));
    this.#show(peer.id);
  }

  #showAll() {
    if (!this.#people.self) return;
    for (const id of [this.#people.self, ...this.#call.peers.keys()]) this.#show(id);
  }

  /** @param {string} id */
  #show(id) {
    this.#stale.add(id);
    void this.#call.offered.then(() => this.#showing.ask());
  }

  #showStale() {
    const { self, present } = this.#people;
    for (const id of this.#stale) {
      const peer = this.#call.peers.get(id);
      if (id === self) this.#tiles.showSelf(this.#local, present.get(self)?.name ?? "");
      else if (peer) this.#showPeer(peer);
    }
    this.#stale.clear();
    const people = [...present.values()];
    const alike = lookAlikes(people.map(({ id, plain, role }) => ({ id, name: plain, isHost: isHost(role) })));
    this.#panel.people = people.map((person) => this.#row(person, alike.has(person.id)));
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
  #notes({ withheld }) {
    const { mode } = this.#dataSaver;
    return { camera: videoNote(mode, withheld.camera), screen: videoNote(mode, withheld.screen) };
  }

  /**
   * @param {Person} person
   * @param {boolean} isAlike whether the name looks like that of a host
   */
  #row(person, isAlike) {
    const { id, name, plain, isGuest, role, link } = person;
    const self = id === this.#people.self;
    const peer = this.#call.peers.get(id);
    const { microphone, camera, screen } = self || !peer ? this.#call.media : peer.media;
    const isIgnored = this.#ignored.has(id) ? gettext("ignored in the chat") : "";
    const words = [
      isAlike ? gettext("no host, though the name looks like a host's") : "",
      peer ? brief(peer.state, link === "detached") : "",
      cannotHear(this.#silentTo(id)),
      isIgnored,
      this.#kept(id),
    ];
    return { id, name, plain, isGuest, role, self, microphone, camera, screen, condition: words.filter(Boolean).join(" · ") };
  }

  /** Whom hosts keep from something, as other hosts see it. @param {string} id */
  #kept(id) {
    if (!this.#people.may("restrict")) return "";
    const limits = USES.map((use) => this.#people.limit(id, use));
    if (limits.includes("forbidden")) return gettext("restricted by a host");
    return limits.includes("stopped") ? gettext("stopped by a host") : "";
  }

  /**
   * @param {Peer} peer
   * @param {string} name
   */
  #pair(peer, name) {
    const hearsUs = !peer.silent.has(this.#people.self) || !this.#call.media.microphone;
    return { name, hearsUs, heard: !peer.isSilent };
  }

  /**
   * The names of those whom somebody cannot hear, according to themselves, without those who are muted.
   *
   * @param {string} id
   */
  #silentTo(id) {
    const isSelf = id === this.#people.self;
    const silent = isSelf ? this.#call.silent : [...(this.#call.peers.get(id)?.silent ?? [])];
    const missed = silent.filter((other) => this.#people.present.has(other) && (isSelf || this.#speaks(other)));
    return missed.map((other) => (other === this.#people.self ? gettext("you") : (this.#people.present.get(other)?.name ?? "")));
  }

  /** @param {string} id */
  #speaks(id) {
    return id === this.#people.self ? this.#call.media.microphone : (this.#call.peers.get(id)?.media.microphone ?? false);
  }

  #clear() {
    this.#tiles.clear();
    this.#panel.people = [];
  }
}
