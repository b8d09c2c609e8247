/**
 * What this browser remembers of a person between meetings: the name as a guest, what was on, the data saver, and how they look at a
 * meeting.
 *
 * @import { Input } from "../media/sources/device-capture.js"
 * @import { Own } from "../ui/scene.js"
 * @import { Mode } from "./data-saver.js"
 * @typedef {"dark" | "light" | "system"} Surface
 */

/** @type {readonly Input[]} */
const INPUTS = ["microphone", "camera"];
/** @type {readonly Mode[]} */
const MODES = ["save", "audio"];
/** @type {readonly Own[]} */
const OWN = ["auto", "grid", "floating", "hidden"];
/** The first is used unless another is chosen. @type {readonly Surface[]} */
export const SURFACES = ["dark", "light", "system"];

export class Preferences {
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
    return INPUTS.filter((input) => this.#read(input) !== "off" && !(input === "camera" && this.dataSaver === "audio"));
  }

  /** @returns {Mode} */
  get dataSaver() {
    return MODES.find((mode) => mode === this.#read("data-saver")) ?? "none";
  }

  set dataSaver(mode) {
    this.#write("data-saver", mode);
  }

  /**
   * @param {Input} input
   * @param {boolean} on
   */
  turned(input, on) {
    this.#write(input, on ? "on" : "off");
  }

  /** Whether the active speaker has the stage. */
  get speakers() {
    return this.#read("view") === "speaker";
  }

  set speakers(on) {
    this.#write("view", on ? "speaker" : "grid");
  }

  /** Whether single keys are commands. */
  get shortcuts() {
    return this.#read("shortcuts") !== "off";
  }

  set shortcuts(on) {
    this.#write("shortcuts", on ? "on" : "off");
  }

  /** Whether our hand is lowered once we have spoken. */
  get lowersHand() {
    return this.#read("lowers-hand") !== "off";
  }

  set lowersHand(on) {
    this.#write("lowers-hand", on ? "on" : "off");
  }

  /** Whether a new message in the chat makes a sound. */
  get chimes() {
    return this.#read("chat-sound") !== "off";
  }

  set chimes(on) {
    this.#write("chat-sound", on ? "on" : "off");
  }

  /** Whether it sounds when others come or go. */
  get presenceSounds() {
    return this.#read("presence-sounds") !== "off";
  }

  set presenceSounds(on) {
    this.#write("presence-sounds", on ? "on" : "off");
  }

  /** How a call looks. @returns {Surface} */
  get surface() {
    return SURFACES.find((surface) => surface === this.#read("surface")) ?? SURFACES[0];
  }

  set surface(surface) {
    this.#write("surface", surface);
  }

  /** Whether files of members are fetched without asking. */
  get fetchesFiles() {
    return this.#read("files-of-members") === "on";
  }

  set fetchesFiles(on) {
    this.#write("files-of-members", on ? "on" : "off");
  }

  /** Where one's own tile goes. @returns {Own} */
  get own() {
    return OWN.find((own) => own === this.#read("own")) ?? "auto";
  }

  set own(own) {
    this.#write("own", own);
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
      // The storage is full or blocked: it is not remembered.
    }
  }
}
