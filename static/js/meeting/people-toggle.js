/**
 * Opens and closes the list of people.
 *
 * @import { CallControls } from "../ui/call-controls.js"
 * @import { PeoplePanel } from "../ui/people-panel.js"
 */

import { part } from "../lib/dom.js";
import { listener } from "../lib/listen.js";

export class PeopleToggle {
  #panel;
  #controls;

  /** @param {{panel: PeoplePanel, controls: CallControls, signal: AbortSignal}} options */
  constructor({ panel, controls, signal }) {
    this.#panel = panel;
    this.#controls = controls;
    const on = listener(signal);
    on(controls, "command", ({ command }) => command === "people" && this.#show(Boolean(panel.hidden)));
    on(panel, "close", () => this.#show(false));
    signal.addEventListener("abort", () => this.#press(false));
  }

  /** @param {boolean} isOpen */
  #show(isOpen) {
    this.#press(isOpen);
    if (isOpen) part(this.#panel, "[tabindex='-1']", HTMLElement).focus();
    else if (!document.activeElement?.checkVisibility()) part(this.#controls, "[data-command=people]", HTMLElement).focus();
  }

  /** @param {boolean} isOpen */
  #press(isOpen) {
    this.#panel.hidden = !isOpen;
    this.#controls.press("people", isOpen);
  }
}
