/**
 * The items of the menu with which a person changes the view: shows what holds and what can be chosen.
 *
 * @import { CallControls } from "../../ui/call-controls.js"
 * @import { Own } from "../../ui/scene.js"
 * @typedef {object} View
 * @property {boolean} speakers whether whoever speaks has the stage
 * @property {Own} own where one's own tile goes
 * @property {boolean} hasPins
 * @property {boolean} canOpenWindow whether video can be shown in a window of its own
 */

import { part, put } from "../../lib/dom.js";

/** @type {readonly Own[]} */
export const OWN = ["auto", "grid", "floating", "hidden"];

export class ViewMenu {
  #controls;

  /** @param {CallControls} controls */
  constructor(controls) {
    this.#controls = controls;
  }

  /** @param {View} view */
  show({ speakers, own, hasPins, canOpenWindow }) {
    put(this.#item("speakers"), "aria-checked", String(speakers));
    for (const one of OWN) this.#controls.press(`own-${one}`, one === own);
    this.#item("unpin").hidden = !hasPins;
    this.#item("picture").hidden = !canOpenWindow;
    this.#item("fullscreen").hidden = !document.fullscreenEnabled;
  }

  /** @param {string} command */
  #item(command) {
    return part(this.#controls, `[data-command=${command}]`, HTMLElement);
  }
}
