import { put } from "../lib/dom.js";
import { layout } from "./grid.js";

/** @import { Box } from "./grid.js" */

/**
 * Places its tiles. They never move in the document (that would stop their media): only custom properties say where they are.
 * `data-kind="screen"` makes a tile large, `data-self` puts it last.
 */
export class TileGrid extends HTMLElement {
  #resized = new ResizeObserver(() => this.#place());
  #changed = new MutationObserver(() => this.#place());

  connectedCallback() {
    this.#resized.observe(this);
    this.#changed.observe(this, { childList: true, subtree: true, attributeFilter: ["data-kind", "data-self"] });
    this.#place();
  }

  disconnectedCallback() {
    this.#resized.disconnect();
    this.#changed.disconnect();
  }

  #place() {
    const tiles = /** @type {HTMLElement[]} */ ([...this.children]);
    const screens = tiles.filter(isScreen);
    const people = tiles.filter((tile) => !isScreen(tile)).sort((a, b) => rank(a) - rank(b));
    const gap = Number.parseFloat(getComputedStyle(this).columnGap) || 0;
    const size = { width: this.clientWidth, height: this.clientHeight };
    const found = layout({ screens: screens.length, people: people.length, gap, ...size });
    screens.forEach((tile, index) => position(tile, found.screens[index]));
    people.forEach((tile, index) => position(tile, found.people[index]));
    put(this, "data-layout", found.floating ? "floating" : screens.length ? "stage" : "grid");
  }
}

/** @param {HTMLElement} tile */
function isScreen(tile) {
  return tile.dataset.kind === "screen";
}

/** @param {HTMLElement} tile */
function rank(tile) {
  return "self" in tile.dataset ? 1 : 0;
}

/**
 * @param {HTMLElement} tile
 * @param {Box | undefined} box
 */
function position(tile, box) {
  put(tile, "data-placed", box !== undefined);
  if (!box) return;
  for (const [name, value] of Object.entries(box)) tile.style.setProperty(`--${name}`, `${value.toFixed(1)}px`);
}

customElements.define("tile-grid", TileGrid);
