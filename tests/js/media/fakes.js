/** Devices one can plug, unplug and break, with real tracks from the browser's own generators. */

/**
 * @typedef {{kind: MediaDeviceKind, deviceId: string, label: string}} Info
 */

/** @type {Info[]} */
export const CAST = [
  { kind: "audioinput", deviceId: "mic-1", label: "Desk microphone" },
  { kind: "audioinput", deviceId: "mic-2", label: "Headset" },
  { kind: "videoinput", deviceId: "cam-1", label: "Webcam" },
  { kind: "videoinput", deviceId: "cam-2", label: "Capture card" },
  { kind: "audiooutput", deviceId: "out-1", label: "Speakers" },
];

/** Keeps what it was asked for; `fail` decides which requests throw. */
export class RecordingMediaDevices extends EventTarget {
  /** @type {MediaStreamConstraints[]} */
  asked = [];
  /** @type {MediaStreamTrack[]} */
  opened = [];
  /** @type {(constraints: MediaStreamConstraints) => DOMException | null} */
  fail = () => null;
  /** Resolves before a request is answered. */
  answer = Promise.resolve();

  /** @param {Info[]} infos */
  constructor(infos = CAST) {
    super();
    this.infos = infos;
  }

  async enumerateDevices() {
    return this.infos;
  }

  /** @param {MediaStreamConstraints} constraints */
  async getUserMedia(constraints) {
    this.asked.push(constraints);
    await this.answer;
    const error = this.fail(constraints);
    if (error) throw error;
    const stream = new MediaStream();
    if (constraints.audio) stream.addTrack(this.#track("audioinput", constraints.audio));
    if (constraints.video) stream.addTrack(this.#track("videoinput", constraints.video));
    return stream;
  }

  /** @type {Record<string, boolean>} */
  supported = {};

  getSupportedConstraints() {
    return this.supported;
  }

  /** @param {MediaStreamConstraints} constraints */
  async getDisplayMedia(constraints) {
    this.asked.push(constraints);
    const error = this.fail(constraints);
    if (error) throw error;
    return new MediaStream([this.#keep(pictures()), this.#keep(silence())]);
  }

  /** @param {Info[]} infos */
  plug(infos) {
    this.infos = infos;
    this.dispatchEvent(new Event("devicechange"));
  }

  /**
   * @param {MediaDeviceKind} kind
   * @param {boolean | MediaTrackConstraints} constraint
   */
  #track(kind, constraint) {
    const found =
      this.infos.find((info) => info.kind === kind && info.deviceId === wantedId(constraint)) ?? this.infos.find((info) => info.kind === kind);
    if (!found) throw new DOMException("Requested device not found", "NotFoundError");
    const track = this.#keep(kind === "audioinput" ? silence() : pictures());
    Object.defineProperty(track, "label", { value: found.label });
    track.getSettings = () => ({ deviceId: found.deviceId });
    return track;
  }

  /** @param {MediaStreamTrack} track */
  #keep(track) {
    this.opened.push(track);
    return track;
  }
}

/** @param {boolean | MediaTrackConstraints} constraint */
function wantedId(constraint) {
  const id = typeof constraint === "object" ? constraint.deviceId : undefined;
  return typeof id === "object" && !Array.isArray(id) ? (id.exact ?? id.ideal) : id;
}

export function silence() {
  return new AudioContext().createMediaStreamDestination().stream.getAudioTracks()[0];
}

export function pictures() {
  return document.createElement("canvas").captureStream().getVideoTracks()[0];
}

/** @returns {Pick<Storage, "getItem" | "setItem"> & {values: Map<string, string>}} */
export function memoryStorage() {
  const values = new Map();
  return { values, getItem: (key) => values.get(key) ?? null, setItem: (key, value) => void values.set(key, value) };
}

/** @param {RecordingMediaDevices} fake */
export function asMediaDevices(fake) {
  return /** @type {MediaDevices} */ (/** @type {unknown} */ (fake));
}

/** Permissions that a person gives and takes back. */
export class RecordingPermissions {
  /** @type {Map<string, EventTarget & {state: PermissionState}>} */
  #statuses = new Map();

  /** @param {Record<string, PermissionState>} states */
  constructor(states) {
    this.states = states;
  }

  /** @param {{name: string}} what */
  async query({ name }) {
    const status = this.#statuses.get(name) ?? Object.assign(new EventTarget(), { state: this.states[name] ?? "prompt" });
    this.#statuses.set(name, status);
    return status;
  }

  /**
   * @param {string} name
   * @param {PermissionState} state
   */
  async change(name, state) {
    const status = await this.query({ name });
    status.state = state;
    status.dispatchEvent(new Event("change"));
  }
}

/** @param {RecordingPermissions} fake */
export function asPermissions(fake) {
  return /** @type {Permissions} */ (/** @type {unknown} */ (fake));
}
