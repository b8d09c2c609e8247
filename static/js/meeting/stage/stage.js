/**
 * How a person looks at a call: grid or speaker view, pins, the hosts' spotlights, the place of one's own tile, the page, full screen and
 * picture-in-picture.
 *
 * Event: `spotlight` {key}: a host wants this tile large for everybody, or no longer.
 *
 * @import { Preferences } from "../../preferences/preferences.js"
 * @import { CallControls } from "../../ui/call-controls.js"
 * @import { CallNotices } from "../../ui/call-notices.js"
 * @import { PictureWindow } from "../../ui/picture-window.js"
 * @import { Own } from "../../ui/scene.js"
 * @import { TileAction } from "../../ui/tile-actions.js"
 * @import { Placed, TileGrid } from "../../ui/tile-grid.js"
 * @import { TilePager } from "../../ui/tile-pager.js"
 * @import { Tiles } from "./tiles.js"
 * @typedef {{shown: ReadonlySet<string>, own: ReadonlySet<string>, offers: boolean}} Spotlights keys of tiles: `shown` of all hosts,
 *   `own` those of oneself; `offers`: whether oneself may put somebody there
 */

import { gettext, interpolate } from "../../lib/gettext.js";
import { listener } from "../../lib/listen.js";
import { compose } from "../../ui/scene.js";
import { TileActions } from "../../ui/tile-actions.js";
import { VideoTile } from "../../ui/video-tile.js";
import { TileOrder } from "./order.js";
import { OWN, ViewMenu } from "./view-menu.js";

export class Stage extends EventTarget {
  #grid;
  #pager;
  #controls;
  #menu;
  #tiles;
  #pictures;
  #preferences;
  #notices;
  /** @type {ReadonlySet<string>} */
  #pins = new Set();
  /** @type {Spotlights} */
  #spotlights = { shown: new Set(), own: new Set(), offers: false };
  /** The last of the others who had the floor. @type {string | null} */
  #speaker = null;
  #order = new TileOrder();
  #page = 0;
  /** The keys of the stage. @type {string[]} */
  #front = [];
  /** The keys beside it, or in the grid. @type {string[]} */
  #others = [];
  /** @type {Placed["boxes"]} */
  #boxes = new Map();
  /** Whether tiles are about to be arranged. */
  #stale = false;

  /**
   * @param {{grid: TileGrid, pager: TilePager, controls: CallControls, tiles: Tiles, pictures: PictureWindow, preferences: Preferences,
   *   notices: CallNotices, signal: AbortSignal}} options
   */
  constructor({ grid, pager, controls, tiles, pictures, preferences, notices, signal }) {
    super();
    this.#grid = grid;
    this.#pager = pager;
    this.#controls = controls;
    this.#menu = new ViewMenu(controls);
    this.#tiles = tiles;
    this.#pictures = pictures;
    this.#preferences = preferences;
    this.#notices = notices;
    this.#listen(signal);
    this.#arrange();
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    const on = listener(signal);
    on(this.#tiles, "change", () => this.#arrangeSoon());
    on(this.#grid, "placed", (placed) => this.#learn(placed));
    on(this.#grid, "pick", ({ tile }) => this.act("pin", tile));
    on(this.#grid, "page", ({ step }) => this.#turn(step));
    on(this.#pager, "page", ({ step }) => this.#turn(step));
    on(this.#controls, "command", ({ command }) => this.#commands.get(command)?.());
    this.#grid.addEventListener("act", (event) => this.#receiveAction(/** @type {CustomEvent<{action: TileAction}>} */ (event)), { signal });
    signal.addEventListener("abort", () => this.#end(), { once: true });
  }

  /** @param {Spotlights} spotlights */
  set spotlights(spotlights) {
    const before = this.#spotlights.shown;
    this.#spotlights = spotlights;
    for (const key of spotlights.shown) if (!before.has(key)) this.#announceSpotlight(key);
    this.#arrangeSoon();
  }

  /**
   * @param {object} speech
   * @param {string | null} speech.speaker the key of who has the floor
   * @param {Iterable<string>} speech.speaking keys
   * @param {number} speech.now milliseconds
   */
  showSpeaking({ speaker, speaking, now }) {
    this.#order.note(speaking, now);
    if (speaker === null || speaker === "self") return;
    if (speaker !== this.#speaker) {
      this.#speaker = speaker;
      this.#arrange();
    }
    this.#bring(speaker, now);
  }

  // What the person does

  /** @type {ReadonlyMap<string, () => void>} */
  #commands = new Map([
    ["speakers", () => this.#look(!this.#preferences.speakers)],
    ["unpin", () => this.#pin(new Set())],
    ["picture", () => this.#openPicture(this.#foremost())],
    ["fullscreen", () => this.#enlarge(document.activeElement?.closest("video-tile") ?? document.documentElement)],
    ...OWN.map((own) => /** @type {const} */ ([`own-${own}`, () => this.#place(own)])),
  ]);

  /** @param {boolean} speakers */
  #look(speakers) {
    this.#preferences.speakers = speakers;
    this.#notices.announce(speakers ? gettext("Speaker view") : gettext("Grid"));
    this.#arrange();
  }

  /** @param {Own} own */
  #place(own) {
    this.#preferences.own = own;
    this.#arrange();
  }

  /** @param {CustomEvent<{action: TileAction}>} event */
  #receiveAction({ target, detail }) {
    if (target instanceof Element) this.act(detail.action, target.closest("video-tile"));
  }

  /**
   * Does what the button of a tile does.
   *
   * @param {TileAction} action
   * @param {Element | null} tile
   */
  act(action, tile) {
    const key = [...this.#tiles.all].find(([, one]) => one === tile)?.[0];
    if (!key || !(tile instanceof VideoTile) || !this.#offered(tile).includes(action)) return;
    if (action === "pin") this.#pin(toggled(this.#pins, key));
    if (action === "spotlight") this.dispatchEvent(new CustomEvent("spotlight", { detail: { key } }));
    if (action === "picture") this.#openPicture(tile);
    if (action === "enlarge") this.#enlarge(tile);
  }

  /** @param {ReadonlySet<string>} pins */
  #pin(pins) {
    this.#pins = pins;
    this.#arrange();
  }

  /** @param {number} step */
  #turn(step) {
    this.#page = Math.max(0, this.#page + step);
    this.#arrange();
  }

  /** @param {VideoTile | undefined} tile */
  #openPicture(tile) {
    if (!tile || this.#pictures.shown === tile) return this.#pictures.close();
    this.#pictures.open(tile).catch(() => this.#notices.say(gettext("Your browser did not open a window for the picture.")));
  }

  /** @param {Element} element */
  #enlarge(element) {
    const change = document.fullscreenElement === element ? document.exitFullscreen() : element.requestFullscreen();
    change.catch(() => {});
  }

  /** The tile that one looks at most: the first of the stage, or whoever spoke last, or the first other person. */
  #foremost() {
    const keys = [this.#front[0], this.#speaker, ...this.#order.keys.filter((key) => key !== "self"), "self"];
    return keys.map((key) => this.#tiles.all.get(key ?? "")).find((tile) => tile && tile.kind !== "preview");
  }

  // What is shown

  #arrangeSoon() {
    if (this.#stale) return;
    this.#stale = true;
    queueMicrotask(() => {
      this.#stale = false;
      this.#arrange();
    });
  }

  #arrange() {
    const tiles = this.#tiles.all;
    this.#order.update([...tiles.keys()]);
    this.#pins = new Set([...this.#pins].filter((key) => tiles.has(key)));
    const { speakers, own } = this.#preferences;
    const shown = { speakers, own, speaker: this.#speaker, pins: this.#pins, spotlights: this.#spotlights.shown };
    const { stage, others, floating } = compose({ items: this.#order.keys.map((key) => itemOf(key, tiles.get(key))), ...shown });
    this.#front = stage;
    this.#others = others;
    const [front, side] = [stage, others].map((keys) => keys.flatMap((key) => tiles.get(key) ?? []));
    const hasScreens = front.some(({ kind }) => kind !== "person");
    this.#grid.plan = { stage: front, others: side, floating: tiles.get(floating ?? "") ?? null, hasScreens, page: this.#page };
    for (const [key, tile] of tiles) this.#mark(key, tile);
    this.#menu.show({ speakers, own, hasPins: this.#pins.size > 0, canOpenWindow: this.#pictures.isSupported });
  }

  /**
   * @param {string} key
   * @param {VideoTile} tile
   */
  #mark(key, tile) {
    const pinned = this.#pins.has(key);
    tile.pinned = pinned;
    tile.spotlit = this.#spotlights.shown.has(key);
    const actions = tile.querySelector("tile-actions");
    const state = {
      name: key === "self" ? gettext("yourself") : tile.name,
      pinned,
      spotlit: this.#spotlights.own.has(key),
      offered: this.#offered(tile),
    };
    if (actions instanceof TileActions) actions.state = state;
  }

  /**
   * @param {VideoTile} tile
   * @returns {TileAction[]}
   */
  #offered({ kind }) {
    if (kind === "preview") return [];
    /** @type {[TileAction, boolean][]} */
    const all = [
      ["pin", true],
      ["spotlight", kind === "person" && this.#spotlights.offers],
      ["picture", this.#pictures.isSupported],
      ["enlarge", document.fullscreenEnabled],
      ["more", kind === "person"],
    ];
    return all.filter(([, isOffered]) => isOffered).map(([action]) => action);
  }

  /** @param {Placed} placed */
  #learn({ boxes, page, pages }) {
    this.#boxes = boxes;
    this.#page = page;
    this.#pager.show(page, pages);
  }

  /**
   * Brings somebody who is on another page onto the shown one.
   *
   * @param {string} key
   * @param {number} now
   */
  #bring(key, now) {
    const isShown = (/** @type {string} */ one) => Boolean(this.#boxes.get(/** @type {VideoTile} */ (this.#tiles.all.get(one))));
    if (!this.#others.includes(key) || isShown(key)) return;
    const others = this.#others.filter((one) => one !== "self" && this.#tiles.all.get(one)?.kind === "person" && isShown(one));
    if (this.#order.bring(key, others, now)) this.#arrange();
  }

  /** @param {string} key */
  #announceSpotlight(key) {
    if (key === "self") return this.#notices.say(gettext("A host has put you in the spotlight: everybody sees you large."), { key: "spotlight" });
    const name = this.#tiles.all.get(key)?.name;
    if (name) this.#notices.announce(interpolate(gettext("%(name)s is in the spotlight"), { name }));
  }

  #end() {
    this.#pictures.close();
    if (document.fullscreenElement) void document.exitFullscreen().catch(() => {});
  }
}

/**
 * @param {string} key
 * @param {VideoTile | undefined} tile
 */
function itemOf(key, tile) {
  return { key, kind: tile?.kind ?? "person", self: key === "self" };
}

/**
 * @param {ReadonlySet<string>} set
 * @param {string} key
 */
function toggled(set, key) {
  return new Set(set.has(key) ? [...set].filter((other) => other !== key) : [...set, key]);
}
