/**
 * Capture of microphone and camera: what the browser is asked for, and whether it may be asked.
 *
 * @typedef {"microphone" | "camera"} Input
 * @typedef {"ideal" | "exact"} Strictness whether another device than the preferred will do
 */

import { trouble } from "./capture-error.js";

const INPUTS = /** @type {const} */ (["microphone", "camera"]);
const CONSTRAINTS = {
  microphone: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  camera: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
};
const MEMBER = /** @type {const} */ ({ microphone: "audio", camera: "video" });

export class DeviceCapture {
  #mediaDevices;
  #permissions;
  #preferred;

  /**
   * @param {object} options
   * @param {MediaDevices | undefined} options.mediaDevices undefined in an insecure context
   * @param {Permissions | undefined} options.permissions
   * @param {(input: Input) => string} options.preferred the id of the device that the person prefers, or ""
   */
  constructor({ mediaDevices, permissions, preferred }) {
    this.#mediaDevices = mediaDevices;
    this.#permissions = permissions;
    this.#preferred = preferred;
  }

  /** Whether there is anything that could be asked. */
  get isPossible() {
    return this.#mediaDevices !== undefined;
  }

  /**
   * @param {readonly Input[]} inputs asked for together, with one question to the person
   * @param {Strictness} strictness
   * @returns {Promise<(MediaStreamTrack | undefined)[]>} in the order of `inputs`
   * @throws {DOMException}
   */
  async open(inputs, strictness) {
    if (!this.#mediaDevices) throw new DOMException("no media devices", "InsecureError");
    const constraints = inputs.map((input) => [MEMBER[input], this.#constraints(input, strictness)]);
    const stream = await this.#mediaDevices.getUserMedia(Object.fromEntries(constraints));
    return inputs.map((input) => (input === "microphone" ? stream.getAudioTracks() : stream.getVideoTracks())[0]);
  }

  /**
   * Opens the preferred device in place of another. Some machines open only one camera at a time: there the old one goes first.
   *
   * @param {Input} input
   * @param {MediaStreamTrack | null} old
   * @returns {Promise<MediaStreamTrack | undefined>}
   * @throws {DOMException}
   */
  async reopen(input, old) {
    try {
      return (await this.open([input], "exact"))[0];
    } catch (error) {
      if (trouble(error, "unknown") !== "busy") throw error;
      old?.stop();
      return (await this.open([input], "ideal"))[0];
    }
  }

  /**
   * @param {Input} input
   * @returns {Promise<PermissionState | "unknown">}
   */
  async permission(input) {
    return (await this.#query(input))?.state ?? "unknown";
  }

  /**
   * @param {(input: Input) => void} granted called each time a permission is given
   * @param {AbortSignal} signal
   */
  async watch(granted, signal) {
    for (const input of INPUTS) {
      const status = await this.#query(input);
      status?.addEventListener("change", () => status.state === "granted" && granted(input), { signal });
    }
  }

  /**
   * @param {Input} input
   * @returns {Promise<PermissionStatus | undefined>} undefined where the browser does not know this permission
   */
  async #query(input) {
    return this.#permissions?.query({ name: /** @type {PermissionName} */ (input) }).catch(() => undefined);
  }

  /**
   * @param {Input} input
   * @param {Strictness} strictness
   */
  #constraints(input, strictness) {
    const id = this.#preferred(input);
    return id ? { ...CONSTRAINTS[input], deviceId: { [strictness]: id } } : CONSTRAINTS[input];
  }
}
