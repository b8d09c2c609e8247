/**
 * What this browser remembers of a person between meetings: the name said as a guest, and what was on.
 *
 * @import { Input } from "../media/local.js"
 */

/** @type {readonly Input[]} */
const INPUTS = ["microphone", "camera"];

export class Remembered {
  #storage;

  /** @param {Pick<Storage, "getItem" | "setItem">} storage */
  constructor(storage) {
    this.#storage = storage;
  }

  get name() {
    return this.#read("name") ?? "";
  }

  set name(name) {
    this.#write("name", name);
  }

  /** @returns {Input[]} the inputs that were not turned off */
  get inputs() {
    return INPUTS.filter((input) => this.#read(input) !== "off");
  }

  /**
   * @param {Input} input
   * @param {boolean} on
   */
  turned(input, on) {
    this.#write(input, on ? "on" : "off");
  }

  /** @param {string} key */
  #read(key) {
    try {
      return this.#storage.getItem(key);
    } catch {
      return null;
    }
  }

  /**
   * @param {string} key
   * @param {string} value
   */
  #write(key, value) {
    try {
      this.#storage.setItem(key, value);
    } catch {
      // Not remembered, then.
    }
  }
}
