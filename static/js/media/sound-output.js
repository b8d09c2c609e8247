/**
 * Whether this page plays any sound: the voices of others, and tones. Off where the same person hears the meeting on another device. A tab
 * remembers it over a reload.
 *
 * Event: `change`.
 */

const KEY = "sound-output";

export class SoundOutput extends EventTarget {
  #storage;
  #isOn;

  /** @param {Pick<Storage, "getItem" | "setItem">} storage of the tab */
  constructor(storage) {
    super();
    this.#storage = storage;
    this.#isOn = storage.getItem(KEY) !== "off";
  }

  get isOn() {
    return this.#isOn;
  }

  /** @param {boolean} on */
  turn(on) {
    if (on === this.#isOn) return;
    this.#isOn = on;
    try {
      this.#storage.setItem(KEY, on ? "on" : "off");
    } catch {
      // The storage is full or blocked: after a reload there is sound.
    }
    this.dispatchEvent(new CustomEvent("change"));
  }
}
