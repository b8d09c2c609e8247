/**
 * Whether a call looks dark, light, or as the system has it.
 *
 * @import { Preferences } from "../preferences/preferences.js"
 * @import { CallControls } from "../ui/call-controls.js"
 */

import { SURFACES } from "../preferences/preferences.js";

export class Surface {
  #root;
  #controls;
  #preferences;

  /** @param {{root: HTMLElement, controls: CallControls, preferences: Preferences}} options `root`: what has `data-surface` */
  constructor({ root, controls, preferences }) {
    this.#root = root;
    this.#controls = controls;
    this.#preferences = preferences;
    this.#show();
  }

  /** @param {string} command such as "surface-dark"; others do nothing */
  obey(command) {
    const chosen = SURFACES.find((surface) => command === `surface-${surface}`);
    if (!chosen) return;
    this.#preferences.surface = chosen;
    this.#show();
  }

  #show() {
    const { surface } = this.#preferences;
    this.#root.dataset.surface = surface;
    for (const one of SURFACES) this.#controls.press(`surface-${one}`, one === surface);
  }
}
