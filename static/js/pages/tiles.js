/**
 * The tiles of a call: one for oneself, one for each peer, one for each screen. A tile lives as long as what it shows.
 *
 * @import { LocalMedia } from "../media/local.js"
 * @import { Peer } from "../rtc/peer.js"
 * @import { TileKind } from "../ui/video-tile.js"
 */

import { gettext, interpolate } from "../lib/gettext.js";
import { VideoTile } from "../ui/video-tile.js";

export class Tiles {
  #grid;
  /** @type {Map<string, VideoTile>} */
  #tiles = new Map();
  #sink = "";

  /** @param {HTMLElement} grid */
  constructor(grid) {
    this.#grid = grid;
  }

  /** @param {string} id of the loudspeaker */
  set sink(id) {
    this.#sink = id;
    for (const tile of this.#tiles.values()) tile.sink = id;
  }

  /** Plays every sound; at a gesture this always works. */
  play() {
    for (const tile of this.#tiles.values()) void tile.play();
  }

  /** Where they are. */
  get grid() {
    return this.#grid;
  }

  /** @param {string} id of a peer, or "self" */
  of(id) {
    return this.#tiles.get(id);
  }

  /** @param {VideoTile} tile */
  idOf(tile) {
    return [...this.#tiles].find(([, one]) => one === tile)?.[0] ?? "";
  }

  /**
   * @param {LocalMedia} local
   * @param {string} name
   */
  showSelf(local, name) {
    const tile = this.#tile("self", "person");
    tile.self = true;
    tile.name = name;
    tile.picture = local.sending("camera");
    tile.media = { microphone: local.sending("microphone") !== null, camera: local.sending("camera") !== null };
    this.#showScreen("self", "preview", local.sending("screen") !== null, gettext("Your screen"), { screen: local.sending("screen"), sound: null });
  }

  /**
   * @param {Peer} peer
   * @param {string} name
   * @param {string} condition
   * @param {string} note why its pictures are not shown; "" when they are
   */
  showPeer(peer, name, condition, note) {
    const { media, tracks, state } = peer;
    const tile = this.#tile(peer.id, "person");
    tile.name = name;
    tile.picture = tracks.camera;
    tile.sound = tracks.microphone;
    tile.media = media;
    tile.condition(state, condition);
    tile.note = media.camera ? note : "";
    this.#showScreen(peer.id, "screen", media.screen, interpolate(gettext("Screen of %(name)s"), { name }), tracks);
    const screen = this.#tiles.get(`${peer.id} screen`);
    if (screen) screen.note = note;
  }

  /** @param {string} id */
  drop(id) {
    for (const key of [id, `${id} screen`]) {
      this.#tiles.get(key)?.remove();
      this.#tiles.delete(key);
    }
  }

  /**
   * @param {string} id of a peer, or "self"
   * @param {boolean} speaking
   */
  speak(id, speaking) {
    const tile = this.#tiles.get(id);
    if (tile) tile.speaking = speaking;
  }

  clear() {
    for (const tile of this.#tiles.values()) tile.remove();
    this.#tiles.clear();
  }

  /**
   * @param {string} id
   * @param {TileKind} kind
   * @param {boolean} shown
   * @param {string} name
   * @param {{screen: MediaStreamTrack | null, sound: MediaStreamTrack | null}} tracks
   */
  #showScreen(id, kind, shown, name, { screen, sound }) {
    const key = `${id} screen`;
    if (!shown) {
      this.#tiles.get(key)?.remove();
      this.#tiles.delete(key);
      return;
    }
    const tile = this.#tile(key, kind);
    tile.name = name;
    tile.picture = screen;
    tile.sound = sound;
    tile.media = { microphone: true, camera: true };
  }

  /**
   * @param {string} key
   * @param {TileKind} kind
   */
  #tile(key, kind) {
    const known = this.#tiles.get(key);
    if (known) return known;
    const tile = new VideoTile();
    tile.kind = kind;
    tile.sink = this.#sink;
    this.#tiles.set(key, tile);
    this.#grid.append(tile);
    return tile;
  }
}
