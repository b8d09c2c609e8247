/**
 * Shows how good connections are: a sign on each tile, the card of one connection, the graph of all, and for how many more there is room.
 *
 * @import { Pair } from "../channels/protocols/control.js"
 * @import { Clock } from "../lib/clock.js"
 * @import { Mesh } from "../rtc/mesh.js"
 * @import { VideoSlot } from "../rtc/model/ladder.js"
 * @import { Peer } from "../rtc/pair/peer.js"
 * @import { People } from "../signaling/people.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 * @import { QualityCard } from "../ui/quality-card.js"
 * @import { RoomGraph } from "../ui/room-graph.js"
 * @import { VideoTile } from "../ui/video-tile.js"
 * @import { Call } from "./call.js"
 * @import { Room } from "./capacity.js"
 * @import { Given } from "./encoding-status.js"
 * @import { Tiles } from "./stage/tiles.js"
 */

import { Bucket } from "../lib/bucket.js";
import { write } from "../lib/dom.js";
import { VIDEO_SLOTS } from "../rtc/model/ladder.js";
import { edges } from "../rtc/stats/edges.js";
import { figures, history } from "../rtc/stats/grade.js";
import { isTight, roomForMore, tightness, weakest } from "./capacity.js";
import { encoded } from "./encoding-status.js";
import { videoNote } from "./peer-status.js";

/** Changes within this time are drawn together. */
const GATHER_MS = 200;
/** Warnings: at most one a minute, also for a computer whose load varies. */
const WARNINGS = { rate: 1 / 60, burst: 1 };

export class Quality {
  #clock;
  #signal;
  #warnings;
  /** Whether it is to be drawn soon. */
  #isStale = false;
  #people;
  #tiles;
  #card;
  #graph;
  #room;
  #notices;
  /** @type {Mesh | null} */
  #mesh = null;
  /** Whose connection the card shows. */
  #shown = "";
  /** Whether a warning was shown that there is no room for more. */
  #warned = false;

  /**
   * @param {{people: People, call: Call, tiles: Tiles, card: QualityCard, graph: RoomGraph, room: HTMLElement,
   *   notices: CallNotices, clock: Clock, signal: AbortSignal}} options `room`: where it says for how many more there is room
   */
  constructor({ people, call, tiles, card, graph, room, notices, clock, signal }) {
    this.#clock = clock;
    this.#signal = signal;
    this.#warnings = new Bucket({ ...WARNINGS, clock });
    this.#people = people;
    this.#tiles = tiles;
    this.#card = card;
    this.#graph = graph;
    this.#room = room;
    this.#notices = notices;
    call.addEventListener("mesh", (event) => this.#follow(/** @type {CustomEvent<Mesh>} */ (event).detail), { signal });
    people.addEventListener("change", () => this.#drawSoon(), { signal });
    tiles.grid.addEventListener("quality", ({ target }) => this.#open(/** @type {VideoTile} */ (target)), { signal });
    signal.addEventListener("abort", () => this.#end(), { once: true });
  }

  /** @param {Mesh} mesh in place of any other */
  #follow(mesh) {
    this.#mesh = mesh;
    mesh.addEventListener("peer", (event) => this.#meet(/** @type {CustomEvent<Peer>} */ (event).detail));
    mesh.addEventListener("gone", (event) => this.#lose(/** @type {CustomEvent<string>} */ (event).detail));
    mesh.addEventListener("pairs", () => this.#drawSoon());
  }

  /** What a host should know before letting somebody in; "" when there is nothing. */
  get warning() {
    const room = weakest(this.#rooms());
    return room?.count === 0 ? tightness(room) : "";
  }

  /** @param {Peer} peer */
  #meet(peer) {
    for (const type of ["reading", "state", "held"]) peer.addEventListener(type, () => this.#show(peer));
    peer.addEventListener("pairs", () => this.#drawSoon());
  }

  /** @param {string} id */
  #lose(id) {
    if (this.#shown === id && this.#card.isOpen) this.#card.hidePopover();
    this.#drawSoon();
  }

  /** @param {Peer} peer */
  #show(peer) {
    if (this.#mesh?.peers.get(peer.id) !== peer) return;
    const tile = this.#tiles.of(peer.id);
    if (tile) tile.quality = sign(peer);
    if (this.#shown === peer.id && this.#card.isOpen) this.#fill(peer);
  }

  /** @param {VideoTile} tile */
  #open(tile) {
    const peer = this.#mesh?.peers.get(this.#tiles.idOf(tile));
    const source = tile.querySelector(".tile-quality");
    if (!peer || !(source instanceof HTMLElement)) return;
    this.#shown = peer.id;
    this.#fill(peer);
    this.#card.open(source, this.#nameOf(peer.id));
  }

  /** @param {Peer} peer */
  #fill(peer) {
    this.#card.figures = figures(peer.quality, { camera: peer.carried("camera"), screen: peer.carried("screen") });
    this.#card.history = history(peer.quality);
    const isWithheld = peer.withheld.camera || peer.withheld.screen;
    const said = [videoNote("none", isWithheld), encoded(VIDEO_SLOTS.map((slot) => this.#given(peer, slot)))];
    this.#card.how = said.filter(Boolean).join("\n");
  }

  /**
   * @param {Peer} peer
   * @param {VideoSlot} slot
   * @returns {Given}
   */
  #given(peer, slot) {
    return { slot, manner: peer.manner(slot), canShare: peer.canShare, others: this.#mesh?.peers.size ?? 0 };
  }

  #end() {
    if (this.#card.isOpen) this.#card.hidePopover();
    this.#graph.show([], []);
    this.#room.hidden = true;
  }

  #drawSoon() {
    if (this.#isStale) return;
    this.#isStale = true;
    this.#clock.after(GATHER_MS, () => this.#draw(), this.#signal);
  }

  #draw() {
    this.#isStale = false;
    const present = [...this.#people.present.values()].map(({ id, name, plain }) => ({ id, name, plain }));
    this.#graph.show(present, edges(present.map(({ id }) => id), this.#reported()));
    const rooms = this.#rooms();
    const room = weakest(rooms);
    write(this.#room, room ? roomForMore(room) : "");
    this.#room.hidden = !room;
    if (!room || (this.#warned && isTight(room))) return;
    this.#warned = room.count === 0 && this.#people.may("admit") && this.#warnings.take(1) > 0;
    if (this.#warned) this.#notices.say(tightness(room), { key: "headroom" });
  }

  /** What each reports of its own pairs. */
  #reported() {
    /** @type {Map<string, readonly Pair[]>} */
    const reported = new Map();
    for (const { id, pairs } of this.#said()) if (pairs) reported.set(id, pairs.pairs);
    return reported;
  }

  /** @returns {Room[]} */
  #rooms() {
    return this.#said().flatMap(({ id, pairs }) => {
      const isThere = this.#people.present.has(id) && pairs && pairs.headroom !== null;
      return isThere ? [{ count: /** @type {number} */ (pairs.headroom), name: this.#nameOf(id), self: id === this.#people.self }] : [];
    });
  }

  /** The state of everybody's own pairs, according to themselves. */
  #said() {
    const mesh = this.#mesh;
    return mesh ? [{ id: mesh.id, pairs: mesh.pairs }, ...[...mesh.peers.values()].map(({ id, pairs }) => ({ id, pairs }))] : [];
  }

  /** @param {string} id */
  #nameOf(id) {
    return this.#people.present.get(id)?.name ?? "";
  }
}

/**
 * The grade on a tile. A connection over which video is withheld is poor, however good it is for the rest.
 *
 * @param {Pick<Peer, "state" | "withheld" | "quality">} peer
 */
function sign({ state, withheld, quality }) {
  if (state !== "connected") return null;
  return withheld.camera ? "poor" : quality.grade;
}
