import { put } from "../lib/dom.js";
import { layout } from "./grid.js";

/** @import { Box } from "./grid.js" */

const SWIPE_PX = 48;

/**
 * Places its tiles. They never move in the document (that would stop their media): only custom properties say where they are. A tile
 * that is not shown lacks `data-placed`. `data-layout` is "stage" or "grid"; the tile that floats has `data-floating`. A tile that was
 * shown before has `data-gliding`: it glides to its place, unless it begins or ends to float. Each frame of that costs a layout of the
 * page, and most tiles begin to be shown while their connection is made.
 *
 * One tile can be reached with Tab, the others from there with the arrow keys.
 *
 * Events: `placed` {boxes, page, pages} after placing, `boxes` being a map from each tile to its {@link Box} in CSS px, or to null;
 * `pick` {tile} for a double click, or Enter on a tile; `page` {step} for a swipe, or an arrow key past the last tile.
 *
 * @typedef {{stage: readonly HTMLElement[], others: readonly HTMLElement[], floating: HTMLElement | null, hasScreens: boolean, page: number}} Plan
 * @typedef {{boxes: ReadonlyMap<HTMLElement, Box | null>, page: number, pages: number}} Placed
 */
export class TileGrid extends HTMLElement {
  /** @type {Plan} */
  #plan = { stage: [], others: [], floating: null, hasScreens: false, page: 0 };
  #lifetime = new AbortController();
  #resized = new ResizeObserver(() => this.#place());
  /** The tiles that are shown, as one reads. @type {HTMLElement[]} */
  #shown = [];
  /** The one that Tab reaches. @type {HTMLElement | undefined} */
  #current;
  /** Where tiles were placed last. @type {Placed["boxes"]} */
  #boxes = new Map();
  /** Where a finger came down. @type {PointerEvent | null} */
  #touch = null;

  connectedCallback() {
    this.#lifetime = new AbortController();
    const { signal } = this.#lifetime;
    this.#resized.observe(this);
    this.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.addEventListener("focusin", ({ target }) => this.#rove(this.#tileOf(target) ?? this.#current), { signal });
    this.addEventListener("dblclick", ({ target }) => this.#pick(target), { signal });
    this.addEventListener("pointerdown", (event) => (this.#touch = event.pointerType === "mouse" || !event.isPrimary ? null : event), { signal });
    this.addEventListener("pointerup", (event) => this.#swipe(event), { signal });
  }

  disconnectedCallback() {
    this.#lifetime.abort();
    this.#resized.disconnect();
  }

  /** @param {Plan} plan what is not in it is not shown */
  set plan(plan) {
    this.#plan = plan;
    this.#place();
  }

  #place() {
    const { stage, others, floating, hasScreens, page } = this.#plan;
    const gap = Number.parseFloat(getComputedStyle(this).columnGap) || 0;
    const size = { width: this.clientWidth, height: this.clientHeight };
    const found = layout({ stage: stage.length, screens: hasScreens, others: others.length, floats: floating !== null, page, gap, ...size });
    /** @type {Map<HTMLElement, Box | null>} */
    const boxes = new Map([...this.children].map((tile) => [/** @type {HTMLElement} */ (tile), null]));
    stage.forEach((tile, index) => boxes.set(tile, found.stage[index] ?? null));
    others.forEach((tile, index) => boxes.set(tile, found.others[index] ?? null));
    if (floating) boxes.set(floating, found.floating);
    for (const [tile, box] of boxes) {
      put(tile, "data-gliding", hasArea(this.#boxes.get(tile)) && hasArea(box) && "floating" in tile.dataset === (tile === floating));
      position(tile, box);
      put(tile, "data-floating", tile === floating);
    }
    this.#boxes = boxes;
    put(this, "data-layout", stage.length ? "stage" : "grid");
    this.#keepFocus([...stage, ...others, ...(floating ? [floating] : [])].filter((tile) => boxes.get(tile)));
    this.dispatchEvent(new CustomEvent("placed", { detail: { boxes, page: found.page, pages: found.pages } }));
  }

  // Keys

  /** @param {HTMLElement[]} shown */
  #keepFocus(shown) {
    this.#shown = shown;
    const focused = this.#tileOf(document.activeElement);
    if (focused && !shown.includes(focused)) shown[0]?.focus();
    this.#rove(focused && shown.includes(focused) ? focused : shown[0]);
  }

  /** @param {HTMLElement | undefined} current */
  #rove(current) {
    this.#current = current;
    for (const tile of this.children) put(tile, "tabindex", tile === current ? "0" : "-1");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = event.target === this.#current && !event.altKey && !event.ctrlKey && !event.metaKey ? this.#step(event.key) : 0;
    if (event.key === "Enter" && event.target === this.#current) this.#pick(event.target);
    else if (!step) return;
    else this.#go(step);
    event.preventDefault();
  }

  /** @param {string} key */
  #step(key) {
    const forwards = this.matches(":dir(rtl)") ? -1 : 1;
    return { ArrowRight: forwards, ArrowLeft: -forwards, ArrowDown: 1, ArrowUp: -1 }[key] ?? 0;
  }

  /** @param {number} step */
  #go(step) {
    const next = this.#current && this.#shown[this.#shown.indexOf(this.#current) + step];
    if (next) next.focus();
    else this.#emit("page", { step });
  }

  // Pointers

  /** @param {PointerEvent} event */
  #swipe({ pointerId, clientX, clientY }) {
    const from = this.#touch;
    this.#touch = null;
    if (from?.pointerId !== pointerId) return;
    const [x, y] = [clientX - from.clientX, clientY - from.clientY];
    if (Math.abs(x) < SWIPE_PX || Math.abs(x) < 2 * Math.abs(y)) return;
    this.#emit("page", { step: x < 0 === this.matches(":dir(rtl)") ? -1 : 1 });
  }

  /** @param {EventTarget | null} target */
  #pick(target) {
    const tile = this.#tileOf(target);
    if (tile && target instanceof Element && !target.closest("button")) this.#emit("pick", { tile });
  }

  /** @param {EventTarget | null} target */
  #tileOf(target) {
    return /** @type {HTMLElement | undefined} */ ([...this.children].find((tile) => target instanceof Node && tile.contains(target)));
  }

  /**
   * @param {string} type
   * @param {object} detail
   */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** While the grid is hidden, boxes have none. @param {Box | null | undefined} box */
function hasArea(box) {
  return Boolean(box?.width && box.height);
}

/**
 * @param {HTMLElement} tile
 * @param {Box | null} box
 */
function position(tile, box) {
  put(tile, "data-placed", box !== null);
  if (!box) return;
  for (const name of /** @type {const} */ (["x", "y", "width", "height"])) tile.style.setProperty(`--${name}`, `${box[name].toFixed(1)}px`);
}

customElements.define("tile-grid", TileGrid);
