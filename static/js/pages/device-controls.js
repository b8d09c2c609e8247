/**
 * One's own devices, joined to every switch and picker of the page; lives as long as the page.
 *
 * @import { Devices, DeviceChange, Kind } from "../media/devices.js"
 * @import { Level } from "../media/levels.js"
 * @import { Input } from "../media/sources/device-capture.js"
 * @import { LocalMedia, Switch } from "../media/local-media.js"
 * @import { SoundOutput } from "../media/sound-output.js"
 * @import { Preferences } from "../preferences/preferences.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 * @import { GreenRoom } from "../ui/green-room.js"
 */

import { onGesture } from "../lib/gestures.js";
import { gettext, interpolate } from "../lib/gettext.js";
import { listener } from "../lib/listen.js";
import { advice } from "../media/advice.js";
import { loudness } from "../media/levels.js";
import { DevicePicker } from "../ui/device-picker.js";
import { LevelMeter } from "../ui/level-meter.js";
import { MediaSwitch } from "../ui/media-switch.js";

const METER_MS = 80;

export class DeviceControls {
  #root;
  #devices;
  #local;
  #level;
  #sound;
  #preferences;
  #notices;
  #green;
  /** @type {Promise<void> | null} */
  #opened = null;

  /**
   * @param {{root: HTMLElement, devices: Devices, local: LocalMedia, level: Level, sound: SoundOutput, preferences: Preferences,
   *   notices: CallNotices, green: GreenRoom, signal: AbortSignal}} options
   */
  constructor({ root, devices, local, level, sound, preferences, notices, green, signal }) {
    this.#root = root;
    this.#devices = devices;
    this.#local = local;
    this.#level = level;
    this.#sound = sound;
    this.#preferences = preferences;
    this.#notices = notices;
    this.#green = green;
    this.#listen(signal);
    this.#offer();
    for (const slot of /** @type {const} */ (["microphone", "camera", "screen"])) this.#show(slot);
    const timer = setInterval(() => this.#meter(), METER_MS);
    signal.addEventListener("abort", () => clearInterval(timer));
  }

  /** Opens what was on the last time; once. Without sound here the microphone stays off, too: the person speaks on another device. */
  open() {
    return (this.#opened ??= this.#open());
  }

  /** Turns everything off, until it is opened again. */
  close() {
    this.#opened = null;
    this.#local.close();
    this.#level.close();
  }

  #open() {
    void this.#devices.refresh();
    const { inputs } = this.#preferences;
    return this.#local.open(this.#sound.isOn ? inputs : inputs.filter((input) => input !== "microphone"));
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    const on = listener(signal);
    on(this.#root, "turn", ({ slot, on }) => this.#turn(slot, on));
    on(this.#root, "choose", ({ kind, id }) => this.#choose(kind, id));
    on(this.#root, "retry", ({ inputs }) => this.#local.open(inputs));
    on(this.#devices, "change", (change) => this.#plugged(change));
    on(this.#local, "state", ({ slot }) => slot !== "sound" && this.#show(slot));
    on(this.#local, "lost", (loss) => this.#lost(loss));
    on(this.#local, "interrupted", ({ slot, isMuted }) => this.#interrupted(slot, isMuted));
    on(this.#local, "withdrawn", ({ slot }) => this.#complain(slot));
    on(this.#local, "permitted", ({ slot }) => this.#permitted(slot));
    on(this.#local, "returned", ({ label }) => this.#notices.say(said(gettext("Back to %(label)s"), label)));
    onGesture(this.#root, () => this.#level.resume(), signal);
  }

  /** Shows only what this browser can do. */
  #offer() {
    for (const element of this.#root.querySelectorAll("media-switch[for=screen]"))
      if (element instanceof HTMLElement) element.hidden = !this.#local.sharesScreen;
  }

  // What the person does

  /**
   * @param {Switch} slot
   * @param {boolean} on
   */
  async #turn(slot, on) {
    if (slot !== "screen") this.#preferences.turned(slot, on);
    await this.#local.turn(slot, on);
    const { on: isOn, trouble } = this.#local.state(slot);
    if (trouble) this.#complain(slot);
    else if (isOn === on) this.#notices.announce(spoken(slot, on));
  }

  /**
   * @param {Kind} kind
   * @param {string} id
   */
  async #choose(kind, id) {
    if (kind === "speaker") return this.#devices.prefer(kind, id);
    await this.#local.choose(kind, id);
    if (this.#local.state(kind).trouble) this.#complain(kind);
  }

  /** @param {Switch} slot */
  #complain(slot) {
    const { trouble } = this.#local.state(slot);
    if (!trouble || this.#green.checkVisibility()) return;
    if (slot !== "screen") return this.#notices.say(sentences(advice([slot], trouble)), { key: `trouble ${slot}` });
    if (trouble !== "dismissed") this.#notices.say(gettext("The screen could not be shared. Your system may not let the browser see it."));
  }

  // What the browser and the devices do

  /**
   * In the green room nobody sees or hears it yet. In the call the person decides.
   *
   * @param {Input} slot
   */
  #permitted(slot) {
    if (this.#green.checkVisibility()) return void this.#local.open([slot]);
    const words = {
      microphone: gettext("The browser lets this page use your microphone again."),
      camera: gettext("The browser lets this page use your camera again."),
    };
    const action = { label: gettext("Turn on"), run: () => void this.#turn(slot, true) };
    this.#notices.say(words[slot], { key: `trouble ${slot}`, action });
  }

  /** @param {{slot: Input, label: string, fallback: string | null}} loss */
  #lost({ slot, label, fallback }) {
    const without = {
      microphone: gettext("%(label)s was disconnected. Nobody hears you."),
      camera: gettext("%(label)s was disconnected. Nobody sees you."),
    };
    const format = fallback ? gettext("%(label)s was disconnected. Now using %(fallback)s.") : without[slot];
    this.#notices.say(interpolate(format, { label, fallback }), { key: `lost ${slot}` });
  }

  /**
   * @param {Input} slot
   * @param {boolean} isMuted
   */
  #interrupted(slot, isMuted) {
    const key = `interrupted ${slot}`;
    const words = {
      microphone: [
        gettext("Your microphone works again."),
        gettext("The system or a switch on the device has muted your microphone. Nobody hears you."),
      ],
      camera: [gettext("Your camera works again."), gettext("The system or a switch on the device has turned your camera off. Nobody sees you.")],
    };
    this.#notices.say(words[slot][Number(isMuted)], { key, stays: isMuted });
  }

  /** @param {DeviceChange} change */
  #plugged({ added }) {
    this.#showPickers();
    for (const { kind, device } of added) {
      if (!device.label || this.#devices.preferred(kind) === device.id) continue;
      const action = { label: gettext("Use it"), run: () => void this.#choose(kind, device.id) };
      this.#notices.say(said(gettext("Connected: %(label)s"), device.label), { key: `plugged ${device.label}`, action });
    }
  }

  // What is shown

  /** @param {Switch} slot */
  #show(slot) {
    const state = this.#local.state(slot);
    for (const element of this.#root.querySelectorAll(`media-switch[for=${slot}]`)) if (element instanceof MediaSwitch) element.state = state;
    if (slot === "screen") return;
    if (state.on && !state.trouble) this.#notices.retract(`trouble ${slot}`);
    if (slot === "microphone") this.#level.attach(this.#local.device(slot));
    else this.#green.preview = this.#local.sending(slot);
    this.#green.problems = this.#problems();
    this.#green.hint = this.#local.state("camera").opening
      ? gettext("Starting… Choose “Allow” if your browser asks.")
      : gettext("Your camera is off");
    this.#showPickers();
  }

  #showPickers() {
    for (const picker of this.#root.querySelectorAll("device-picker")) if (picker instanceof DevicePicker) this.#showPicker(picker);
  }

  /** @param {DevicePicker} picker */
  #showPicker(picker) {
    const kind = /** @type {Kind} */ (picker.kind);
    const canChoose = kind !== "speaker" || "setSinkId" in HTMLMediaElement.prototype;
    const current = kind === "speaker" ? "" : this.#local.state(kind).device;
    picker.show(canChoose ? this.#devices.list[kind] : [], current || this.#devices.preferred(kind));
  }

  #problems() {
    const inputs = /** @type {Input[]} */ (["microphone", "camera"]).filter((input) => this.#local.state(input).trouble);
    const [first, second] = inputs.map((input) => this.#local.state(input).trouble);
    const groups = first === second && inputs.length > 1 ? [inputs] : inputs.map((input) => [input]);
    return groups.map((group) => ({ ...advice(group, this.#local.state(group[0]).trouble ?? "unknown"), inputs: group }));
  }

  #meter() {
    const value = loudness(this.#local.sending("microphone") ? this.#level.read() : 0);
    for (const meter of this.#root.querySelectorAll("level-meter")) {
      if (meter instanceof LevelMeter && meter.checkVisibility()) meter.value = value;
    }
    for (const button of this.#root.querySelectorAll("media-switch")) {
      if (button instanceof MediaSwitch && button.slotName === "microphone") button.level = value;
    }
  }
}

/** @param {{problem: string, remedy: string}} advice */
function sentences({ problem, remedy }) {
  return `${problem} ${remedy}`;
}

/**
 * @param {string} format
 * @param {string} label
 */
function said(format, label) {
  return interpolate(format, { label });
}

/**
 * @param {Switch} slot
 * @param {boolean} on
 */
function spoken(slot, on) {
  const words = {
    microphone: [gettext("Microphone off"), gettext("Microphone on")],
    camera: [gettext("Camera off"), gettext("Camera on")],
    screen: [gettext("You no longer share your screen"), gettext("You share your screen")],
  };
  return words[slot][Number(on)];
}
