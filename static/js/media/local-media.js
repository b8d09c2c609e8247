/**
 * What this person sends: the tracks of the four slots, and the devices behind them.
 *
 * @import { Trouble } from "./sources/capture-error.js"
 * @import { Input, Strictness } from "./sources/device-capture.js"
 * @import { Devices, DeviceChange } from "./devices.js"
 */

import { trouble } from "./sources/capture-error.js";
import { DeviceCapture } from "./sources/device-capture.js";
import { canCaptureDisplay, captureDisplay } from "./sources/display-capture.js";
import { Source } from "./sources/source.js";

/**
 * @typedef {"microphone" | "camera" | "screen" | "sound"} Slot
 * @typedef {Input | "screen"} Switch what can be turned: `sound` comes and goes with `screen`
 * @typedef {{on: boolean, opening: boolean, trouble: Trouble | null, device: string, label: string}} SwitchState
 *   `on` is what the person wants, `opening` that it is not there yet, `device` and `label` what is open
 */

/** @type {readonly Slot[]} */
export const SLOTS = ["microphone", "camera", "screen", "sound"];

const HINTS = { microphone: "speech", camera: "motion", screen: "text", sound: "music" };

/**
 * Turning the microphone off sends no track but keeps the device open, so that turning it on takes no time and the level of
 * `device("microphone")` can still be measured. Turning the camera off stops the device and its light.
 *
 * Events: `track` {slot, track} when what a slot sends changes; `state` {slot} when `state(slot)` changes;
 * `lost` {slot, label, fallback} when a device went away while on, `fallback` being the label of the one now used, or
 * null; `returned` {slot, label} when the preferred device came back and is used again; `withdrawn` {slot} when a permission was
 * taken back while on; `permitted` {slot} when a permission was given whose lack kept a device from opening; `interrupted` {slot, isMuted}
 * when the system or a switch on the device mutes what is on, or no longer does; `cut` {slot} when what was on was turned off by
 * {@link LocalMedia.bar}; `barred` {slot, on} when the person turns what is barred.
 */
export class LocalMedia extends EventTarget {
  #mediaDevices;
  #capture;
  #devices;
  #sources;
  /** @type {Record<Slot, MediaStreamTrack | null>} */
  #sent = { microphone: null, camera: null, screen: null, sound: null };
  /** What stays off. @type {Set<Switch>} */
  #barred = new Set();

  /**
   * @param {object} options
   * @param {MediaDevices | undefined} options.mediaDevices undefined in an insecure context
   * @param {Permissions | undefined} options.permissions
   * @param {Devices} options.devices
   * @param {AbortSignal} options.signal stops every track
   */
  constructor({ mediaDevices, permissions, devices, signal }) {
    super();
    this.#mediaDevices = mediaDevices;
    this.#capture = new DeviceCapture({ mediaDevices, permissions, preferred: (input) => devices.preferred(input) });
    this.#devices = devices;
    this.#sources = {
      microphone: this.#source("microphone"),
      camera: this.#source("camera"),
      screen: this.#source("screen"),
      sound: this.#source("sound"),
    };
    devices.addEventListener("change", (event) => this.#plugged(/** @type {CustomEvent<DeviceChange>} */ (event).detail), { signal });
    void this.#capture.watch((input) => this.#permitted(input), signal);
    signal.addEventListener("abort", () => this.close(), { once: true });
  }

  /** @param {Slot} slot */
  #source(slot) {
    const source = new Source(HINTS[slot]);
    source.addEventListener("ended", (event) => void this.#ended(slot, Reflect.get(event, "detail")));
    source.addEventListener("mute", () => this.#interrupted(slot));
    return source;
  }

  /** Whether the browser can share a screen at all. */
  get sharesScreen() {
    return canCaptureDisplay(this.#mediaDevices);
  }

  /**
   * @param {Switch} slot
   * @returns {SwitchState}
   */
  state(slot) {
    const { isOn, isOpening, trouble, device } = this.#sources[slot];
    return { on: isOn, opening: isOpening, trouble, device: device?.getSettings().deviceId ?? "", label: device?.label ?? "" };
  }

  /**
   * @param {Slot} slot
   * @returns {MediaStreamTrack | null} what others get
   */
  sending(slot) {
    return this.#sources[slot].output;
  }

  /**
   * @param {Slot} slot
   * @returns {MediaStreamTrack | null} what is open, sent or not
   */
  device(slot) {
    return this.#sources[slot].device;
  }

  /**
   * Turns several inputs on with one question to the person.
   *
   * @param {Input[]} inputs
   */
  async open(inputs) {
    const permitted = inputs.filter((input) => !this.#barred.has(input));
    const wanted = permitted.filter((input) => !this.#sources[input].device && !this.#sources[input].isOpening);
    for (const input of permitted) this.#sources[input].isOn = true;
    if (wanted.length) await this.#open(wanted, "ideal");
    permitted.forEach((input) => this.#emit(input));
  }

  /**
   * @param {Switch} slot
   * @param {boolean} on
   */
  async turn(slot, on) {
    if (this.#barred.has(slot)) return this.#dispatch("barred", { slot, on });
    if (slot === "screen") return on ? this.#share() : this.#unshare();
    if (on) return this.open([slot]);
    this.#sources[slot].isOn = false;
    if (slot === "camera") this.#sources[slot].release();
    this.#emit(slot);
  }

  /**
   * Turns a switch off, and keeps it off, also while its device is being opened or a screen chosen. To end that turns nothing on.
   *
   * @param {Switch} slot
   * @param {boolean} isBarred
   */
  bar(slot, isBarred) {
    if (!isBarred) return void this.#barred.delete(slot);
    if (this.#barred.has(slot)) return;
    const { isOn } = this.#sources[slot];
    void this.turn(slot, false);
    this.#barred.add(slot);
    if (isOn) this.#dispatch("cut", { slot });
  }

  /**
   * Prefers a device, and changes to it at once if the input is open.
   *
   * @param {Input} input
   * @param {string} id
   */
  async choose(input, id) {
    this.#devices.prefer(input, id);
    if (this.#sources[input].device) await this.#reopen(input);
    else if (this.#sources[input].trouble) await this.open([input]);
  }

  /** Stops every track. */
  close() {
    for (const slot of SLOTS) {
      this.#sources[slot].isOn = false;
      this.#sources[slot].release();
      this.#emit(slot);
    }
  }

  /**
   * @param {Input[]} inputs
   * @param {Strictness} strictness
   */
  async #open(inputs, strictness) {
    const attempts = inputs.map((input) => this.#begin(input));
    try {
      const tracks = await this.#capture.open(inputs, strictness);
      inputs.forEach((input, index) => this.#adopt(input, attempts[index], tracks[index]));
      await this.#devices.refresh();
    } catch (error) {
      await this.#failed(inputs, attempts, error);
    }
  }

  /** @param {Input} input */
  async #reopen(input) {
    const attempt = this.#begin(input);
    try {
      this.#adopt(input, attempt, await this.#capture.reopen(input, this.#sources[input].device));
    } catch (error) {
      await this.#failed([input], [attempt], error);
    }
  }

  /** @param {Slot} slot @returns {number} the attempt */
  #begin(slot) {
    const attempt = this.#sources[slot].begin();
    this.#emit(slot);
    return attempt;
  }

  /**
   * @param {Slot} slot
   * @param {number | undefined} attempt
   * @param {MediaStreamTrack | undefined} track
   */
  #adopt(slot, attempt, track) {
    const isLatest = this.#sources[slot].isLatest(attempt);
    this.#sources[slot].adopt(attempt, track);
    if (isLatest) this.#emit(slot);
  }

  /**
   * When opening two devices together fails, each that may work is tried alone.
   *
   * @param {Input[]} inputs
   * @param {number[]} attempts
   * @param {unknown} error
   */
  async #failed(inputs, attempts, error) {
    const permissions = await Promise.all(inputs.map((input) => this.#capture.permission(input)));
    const refused = /** @type {{name?: string}} */ (error)?.name === "NotAllowedError";
    const somebodyDenied = permissions.includes("denied");
    for (const [index, input] of inputs.entries()) {
      if (!this.#sources[input].isLatest(attempts[index])) continue;
      const alone = inputs.length > 1 && (refused ? somebodyDenied && permissions[index] !== "denied" : this.#capture.isPossible);
      if (alone) await this.#open([input], "ideal");
      else this.#stuck(input, this.#capture.isPossible ? trouble(error, permissions[index]) : "insecure");
    }
  }

  /**
   * @param {Switch} slot
   * @param {Trouble} why
   */
  #stuck(slot, why) {
    this.#sources[slot].fail(why);
    this.#emit(slot);
  }

  /** @param {Input} slot */
  #permitted(slot) {
    if (isRefusal(this.#sources[slot].trouble)) this.#dispatch("permitted", { slot });
  }

  /** @param {Slot} slot whose device the system or a switch mutes, or no longer does */
  #interrupted(slot) {
    if (slot === "microphone" || slot === "camera") this.#dispatch("interrupted", { slot, isMuted: this.sending(slot)?.muted });
  }

  /**
   * The browser ended a track: unplugged, permission withdrawn, or "Stop sharing".
   *
   * @param {Slot} slot
   * @param {MediaStreamTrack} track
   */
  async #ended(slot, track) {
    const source = this.#sources[slot];
    if (slot === "screen") return this.#unshare();
    this.#emit(slot);
    if (slot === "sound" || !source.isOn) return;
    await this.#devices.refresh();
    await this.#open([slot], "ideal");
    if (isRefusal(source.trouble)) return this.#dispatch("withdrawn", { slot });
    this.#dispatch("lost", { slot, label: track.label, fallback: source.device ? this.state(slot).label : null });
  }

  /** @param {DeviceChange} change */
  #plugged({ added }) {
    for (const { kind, device } of added) {
      if (kind !== "speaker" && this.#devices.preferred(kind) === device.id) void this.#back(kind, device.label);
    }
  }

  /**
   * @param {Input} input
   * @param {string} label
   */
  async #back(input, label) {
    const { isOpening, output } = this.#sources[input];
    if (!output || isOpening || this.state(input).device === this.#devices.preferred(input)) return;
    await this.#reopen(input);
    if (!this.#sources[input].trouble) this.#dispatch("returned", { slot: input, label });
  }

  async #share() {
    if (this.#sources.screen.isOpening || this.#sources.screen.device) return;
    const attempt = this.#begin("screen");
    const soundAttempt = this.#begin("sound");
    this.#sources.screen.isOn = this.#sources.sound.isOn = true;
    try {
      const { screen, sound } = await captureDisplay(this.#mediaDevices);
      this.#adopt("screen", attempt, screen);
      this.#adopt("sound", soundAttempt, sound);
    } catch (error) {
      this.#sources.sound.release();
      if (this.#sources.screen.isLatest(attempt)) this.#stuck("screen", trouble(error, "prompt"));
    }
  }

  #unshare() {
    for (const slot of /** @type {const} */ (["screen", "sound"])) {
      this.#sources[slot].isOn = false;
      this.#sources[slot].release();
      this.#emit(slot);
    }
  }

  /** @param {Slot} slot */
  #emit(slot) {
    const track = this.sending(slot);
    if (this.#sent[slot] !== track) {
      this.#sent[slot] = track;
      this.#dispatch("track", { slot, track });
    }
    this.#dispatch("state", { slot });
  }

  /**
   * @param {string} type
   * @param {object} detail
   */
  #dispatch(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** @param {Trouble | null} trouble */
function isRefusal(trouble) {
  return trouble === "denied" || trouble === "dismissed";
}
