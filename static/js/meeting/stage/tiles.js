/**
 * The tiles of a call: one for oneself, one for each peer, one for each screen. A tile exists as long as what it shows. Its key is the id
 * of the peer or "self"; for a screen " screen" follows.
 *
 * Events: `change` when a tile has come or gone or has another name; `shown` when {@link Tiles.onPage} or {@link Tiles.inWindow} is another.
 *
 * @import { ShownName } from "../../lib/names.js"
 * @import { LocalMedia } from "../../media/local-media.js"
 * @import { Peer } from "../../rtc/pair/peer.js"
 * @import { PictureWindow } from "../../ui/picture-window.js"
 * @import { Placed, TileGrid } from "../../ui/tile-grid.js"
 * @import { TileKind } from "../../ui/video-tile.js"
 * @import { Box } from "../../rtc/model/demand.js"
 * @typedef {{camera: Box | null, screen: Box | null}} Shown in CSS pixels; null for what is not shown
 */

import { gettext, interpolate } from "../../lib/gettext.js";
import { listener } from "../../lib/listen.js";
import { unmarked } from "../../lib/names.js";
import { isMirrored } from "../../media/facing.js";
import { isWhole } from "../../rtc/model/demand.js";
import { TileActions } from "../../ui/tile-actions.js";
import { VideoTile } from "../../ui/video-tile.js";

export class Tiles extends EventTarget {
  #grid;
  #pictures;
  /** In the order in which they came. @type {Map<string, VideoTile>} */
  #tiles = new Map();
  /** @type {Placed["boxes"]} */
  #boxes = new Map();
  /** What was shown when `shown` was emitted last, as text. */
  #sizes = "";
  #sink = "";
  #isSilent = false;

  /** @param {{grid: TileGrid, pictures: PictureWindow, signal: AbortSignal}} options */
  constructor({ grid, pictures, signal }) {
    super();
    this.#grid = grid;
    this.#pictures = pictures;
    const on = listener(signal);
    on(grid, "placed", ({ boxes }) => this.#learn(boxes));
    on(pictures, "change", () => this.#compare());
    for (const type of ["fullscreenchange", "visibilitychange"]) document.addEventListener(type, () => this.#compare(), { signal });
  }

  /** @returns {ReadonlyMap<string, VideoTile>} in the order in which they came */
  get all() {
    return this.#tiles;
  }

  /** How large each peer is shown on the page, by id. In full screen all other tiles are hidden, and in a hidden page all. */
  get onPage() {
    return this.#shown((tile) => this.#sizeOnPage(tile));
  }

  /** How large each peer is shown in a window of its own, by id. */
  get inWindow() {
    return this.#shown((tile) => (tile === this.#pictures.shown ? this.#pictures.size : null));
  }

  /** @param {string} id of the loudspeaker */
  set sink(id) {
    this.#sink = id;
    for (const tile of this.#tiles.values()) tile.sink = id;
  }

  /** @param {boolean} silent whether no sound is played */
  set silent(silent) {
    this.#isSilent = silent;
    for (const tile of this.#tiles.values()) tile.silent = silent;
  }

  /** Plays all video and audio; needs a user gesture. @returns {Promise<boolean>} whether every sound plays */
  async play() {
    const plays = await Promise.all([...this.#tiles.values()].map((tile) => tile.play()));
    return plays.every(Boolean);
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
    this.#name(tile, unmarked(name));
    const camera = local.sending("camera");
    tile.videoTrack = camera;
    tile.mirrored = camera !== null && isMirrored(camera);
    tile.media = { microphone: local.sending("microphone") !== null, camera: camera !== null };
    this.#showScreen("self", "preview", local.sending("screen") !== null, gettext("Your screen"), { screen: local.sending("screen"), sound: null });
  }

  /**
   * @param {Peer} peer
   * @param {ShownName} shownName
   * @param {string} condition
   * @param {{camera: string, screen: string}} notes why its video is not shown; "" when it is
   */
  showPeer(peer, shownName, condition, notes) {
    const { media, tracks, state } = peer;
    const tile = this.#tile(peer.id, "person");
    this.#name(tile, shownName);
    tile.videoTrack = tracks.camera;
    tile.audioTrack = tracks.microphone;
    tile.media = media;
    tile.condition(state, condition);
    tile.note = media.camera ? notes.camera : "";
    this.#showScreen(peer.id, "screen", media.screen, interpolate(gettext("Screen of %(name)s"), { name: shownName.name }), tracks);
    const screen = this.#tiles.get(`${peer.id} screen`);
    if (screen) screen.note = notes.screen;
  }

  /** @param {string} id */
  drop(id) {
    for (const key of [id, `${id} screen`]) this.#remove(key);
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
    for (const key of [...this.#tiles.keys()]) this.#remove(key);
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
    if (!shown) return this.#remove(key);
    const tile = this.#tile(key, kind);
    this.#name(tile, unmarked(name));
    tile.videoTrack = screen;
    tile.audioTrack = sound;
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
    tile.silent = this.#isSilent;
    tile.addEventListener("shape", () => this.#compare());
    this.#tiles.set(key, tile);
    this.#grid.append(tile);
    if (kind !== "preview") tile.append(new TileActions());
    this.#emit("change");
    return tile;
  }

  /**
   * @param {VideoTile} tile
   * @param {ShownName} shownName
   */
  #name(tile, shownName) {
    const before = tile.name;
    tile.shownName = shownName;
    if (tile.name !== before) this.#emit("change");
  }

  /** @param {string} key */
  #remove(key) {
    const tile = this.#tiles.get(key);
    if (!tile) return;
    if (this.#pictures.shown === tile) this.#pictures.close();
    tile.remove();
    this.#tiles.delete(key);
    this.#emit("change");
    this.#compare();
  }

  // What is shown how large

  /** @param {Placed["boxes"]} boxes */
  #learn(boxes) {
    this.#boxes = boxes;
    this.#compare();
  }

  #compare() {
    for (const tile of this.#tiles.values()) this.#fit(tile);
    const sizes = JSON.stringify([...this.onPage, ...this.inWindow]);
    if (sizes === this.#sizes) return;
    this.#sizes = sizes;
    this.#emit("shown");
  }

  /** @param {VideoTile} tile */
  #fit(tile) {
    const size = this.#sizeOnPage(tile);
    if (size) tile.whole = tile.kind === "person" && isWhole({ ...size, ratio: tile.ratio });
  }

  /**
   * @param {(tile: VideoTile) => Box | null} sizeOf
   * @returns {Map<string, Shown>} by id of the peer
   */
  #shown(sizeOf) {
    const size = (/** @type {string} */ key) => {
      const tile = this.#tiles.get(key);
      const box = tile ? sizeOf(tile) : null;
      return box && tile?.ratio ? { ...box, ratio: tile.ratio } : box;
    };
    const peers = [...this.#tiles.keys()].filter((key) => !key.includes(" ") && key !== "self");
    return new Map(peers.map((id) => [id, { camera: size(id), screen: size(`${id} screen`) }]));
  }

  /**
   * @param {VideoTile} tile
   * @returns {Box | null}
   */
  #sizeOnPage(tile) {
    if (document.visibilityState === "hidden") return null;
    const full = document.fullscreenElement;
    if (full instanceof VideoTile) return full === tile ? { width: window.innerWidth, height: window.innerHeight } : null;
    const box = this.#boxes.get(tile);
    return box ? { width: box.width, height: box.height } : null;
  }

  /** @param {string} type */
  #emit(type) {
    this.dispatchEvent(new CustomEvent(type));
  }
}

/**
 * @param {string} id of a participant
 * @param {string} self our own
 * @returns {string} the key of their tile
 */
export function keyOf(id, self) {
  return id === self ? "self" : id;
}
