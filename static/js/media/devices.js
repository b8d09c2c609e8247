/**
 * Which devices there are, and which the person prefers. Preferences outlive the page.
 *
 * @typedef {"microphone" | "camera" | "speaker"} Kind
 * @typedef {{id: string, label: string}} Device
 * @typedef {Record<Kind, Device[]>} DeviceList
 * @typedef {{added: {kind: Kind, device: Device}[], removed: {kind: Kind, device: Device}[]}} DeviceChange
 */

/** @type {Record<string, Kind>} */
const KINDS = { audioinput: "microphone", videoinput: "camera", audiooutput: "speaker" };

const KEY = "devices";

/** Chromium lists the same device twice more, under these ids; only the system's default is worth keeping. */
const ALIAS = "communications";

/** @returns {DeviceList} */
const nothing = () => ({ microphone: [], camera: [], speaker: [] });

/**
 * Events: `change` (detail: `DeviceChange`) whenever the list differs, in ids or in labels: what a permission has just uncovered is not
 * `added`; `preferred` {kind} when the person prefers another device.
 */
export class Devices extends EventTarget {
  /** @type {DeviceList} */
  list = nothing();

  #mediaDevices;
  #storage;
  #preferred;
  /** Kinds the browser has not shown us yet: what appears then was there before. @type {Set<Kind>} */
  #unseen = new Set(Object.values(KINDS));

  /**
   * @param {{mediaDevices: MediaDevices | undefined, storage: Pick<Storage, "getItem" | "setItem">, signal: AbortSignal}} options
   *   `mediaDevices` is undefined in an insecure context
   */
  constructor({ mediaDevices, storage, signal }) {
    super();
    this.#mediaDevices = mediaDevices;
    this.#storage = storage;
    this.#preferred = readPreferred(storage);
    mediaDevices?.addEventListener("devicechange", () => void this.refresh(), { signal });
  }

  /** Asks the browser anew. Labels and ids are empty until a permission was granted. */
  async refresh() {
    const before = this.list;
    const unseenBefore = this.#unseen;
    const infos = (await this.#mediaDevices?.enumerateDevices()) ?? [];
    this.list = toList(infos);
    this.#unseen = unseen(infos, this.list);
    if (JSON.stringify(before) === JSON.stringify(this.list)) return;
    const added = difference(this.list, before).filter(({ kind }) => !unseenBefore.has(kind));
    const detail = { added, removed: difference(before, this.list) };
    this.dispatchEvent(new CustomEvent("change", { detail }));
  }

  /**
   * @param {Kind} kind
   * @returns {string} the id of the preferred device if it is there (ids change, labels stay: either finds it), else ""
   */
  preferred(kind) {
    const wanted = this.#preferred[kind];
    if (!wanted) return "";
    const known = this.list[kind];
    const found = known.find(({ id }) => id === wanted.id) ?? known.find(({ label }) => label && label === wanted.label);
    return found?.id ?? (known.length ? "" : wanted.id);
  }

  /**
   * @param {Kind} kind
   * @param {string} id
   */
  prefer(kind, id) {
    this.#preferred[kind] = { id, label: this.label(kind, id) };
    try {
      this.#storage.setItem(KEY, JSON.stringify(this.#preferred));
    } catch {
      // A full or forbidden storage only means that the next visit starts from the default.
    }
    this.dispatchEvent(new CustomEvent("preferred", { detail: { kind } }));
  }

  /**
   * @param {Kind} kind
   * @param {string} id
   * @returns {string} "" when unknown
   */
  label(kind, id) {
    return this.list[kind].find((device) => device.id === id)?.label ?? "";
  }
}

/**
 * @param {Pick<Storage, "getItem">} storage
 * @returns {Partial<Record<Kind, Device>>}
 */
function readPreferred(storage) {
  try {
    const value = JSON.parse(storage.getItem(KEY) ?? "{}");
    const entries = Object.values(KINDS).map((kind) => [kind, value?.[kind]]);
    return Object.fromEntries(entries.filter(([, device]) => typeof device?.id === "string" && typeof device?.label === "string"));
  } catch {
    return {};
  }
}

/**
 * @param {MediaDeviceInfo[]} infos
 * @returns {DeviceList}
 */
function toList(infos) {
  const list = nothing();
  for (const { kind, deviceId, label } of infos) {
    if (KINDS[kind] && deviceId && deviceId !== ALIAS) list[KINDS[kind]].push({ id: deviceId, label });
  }
  return list;
}

/**
 * The kinds that the browser does not show yet. Without the permission for a microphone it leaves loudspeakers out altogether
 * (mediacapture-output, section 4.1).
 *
 * @param {MediaDeviceInfo[]} infos
 * @param {DeviceList} list what they show
 * @returns {Set<Kind>}
 */
function unseen(infos, { speaker }) {
  /** @type {Kind[]} */
  const hidden = speaker.length ? [] : ["speaker"];
  return new Set([...infos.filter(({ deviceId }) => !deviceId).map(({ kind }) => KINDS[kind]), ...hidden]);
}

/**
 * @param {DeviceList} list
 * @param {DeviceList} other
 * @returns {{kind: Kind, device: Device}[]} what `list` has and `other` does not
 */
function difference(list, other) {
  return Object.values(KINDS).flatMap((kind) =>
    list[kind].filter(({ id }) => !other[kind].some((device) => device.id === id)).map((device) => ({ kind, device })),
  );
}
