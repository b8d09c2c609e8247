/**
 * What this browser remembers of a person between meetings: the name said as a guest, what was on, and how sparing it is.
 *
 * @import { Input } from "../media/local.js"
 * @import { Mode } from "./thrift.js"
 */

/** @type {readonly Input[]} */
const INPUTS = ["microphone", "camera"];
/** @type {readonly Mode[]} */
const MODES = ["save", "audio"];

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

  /** @returns {Input[]} the inputs that were not turned off; no camera where it is sound alone */
  get inputs() {
    return INPUTS.filter((input) => this.#read(input) !== "off" && !(input === "camera" && this.thrift === "audio"));
  }

  /** @returns {Mode} */
  get thrift() {
    return MODES.find((mode) => mode === this.#read("thrift")) ?? "none";
  }

  set thrift(mode) {
    this.#write("thrift", mode);
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
