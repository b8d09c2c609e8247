/**
 * The data saver: off, smaller video, or audio only. Kept between meetings.
 *
 * Event: `change`, after which `mode` is another.
 *
 * @import { Preferences } from "./preferences.js"
 * @typedef {"none" | "save" | "audio"} Mode
 */
export class DataSaver extends EventTarget {
  #preferences;

  /** @param {Preferences} preferences */
  constructor(preferences) {
    super();
    this.#preferences = preferences;
    this.#mode = preferences.dataSaver;
  }

  /** @type {Mode} */
  #mode;

  get mode() {
    return this.#mode;
  }

  /** @param {Mode} mode */
  set mode(mode) {
    if (mode === this.#mode) return;
    this.#mode = mode;
    this.#preferences.dataSaver = mode;
    this.dispatchEvent(new CustomEvent("change"));
  }

  /** Into this mode, or out of it. @param {Mode} mode */
  toggle(mode) {
    this.mode = this.#mode === mode ? "none" : mode;
  }
}
