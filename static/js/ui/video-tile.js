import { gettext, interpolate } from "../lib/gettext.js";
import { h, icon, put, write } from "../lib/dom.js";
import { hue, initials } from "../lib/initials.js";

/**
 * One person, or one screen. Its media elements and streams are made once; tracks come and go in them.
 *
 * Attributes it sets are its state: `data-kind` (person, screen, preview), `data-self`, `data-camera`, `data-microphone` (on,
 * off), `data-state` (as a peer's), `data-speaking`.
 *
 * Events, bubbling: `blocked` when the browser does not let sound play without a gesture.
 *
 * @typedef {"person" | "screen" | "preview"} TileKind `preview` is one's own screen: small
 */
export class VideoTile extends HTMLElement {
  #picture = new MediaStream();
  #sound = new MediaStream();
  #video = h("video", { autoplay: true, playsinline: true, "aria-hidden": "true", disablepictureinpicture: true });
  #audio = h("audio", { autoplay: true });
  #avatar = h("span", { class: "avatar", "aria-hidden": "true" });
  #label = h("span", { class: "tile-name", dir: "auto" });
  #status = h("p", { class: "tile-status", hidden: true });
  #name = "";
  #sink = "";

  constructor() {
    super();
    this.#video.muted = true;
  }

  connectedCallback() {
    if (this.#video.isConnected) return;
    put(this, "role", "group");
    this.append(this.#avatar, this.#video, this.#audio, this.#status, h("p", { class: "tile-label" }, icon("microphone-off"), this.#label));
    if (this.kind === "screen") this.append(this.#enlarge());
  }

  get kind() {
    return /** @type {TileKind} */ (this.dataset.kind ?? "person");
  }

  get #isSelf() {
    return "self" in this.dataset;
  }

  /** @param {TileKind} kind */
  set kind(kind) {
    put(this, "data-kind", kind);
  }

  /** @param {boolean} self */
  set self(self) {
    put(this, "data-self", self);
    this.#entitle();
  }

  /** @param {string} name */
  set name(name) {
    if (name === this.#name) return;
    this.#name = name;
    write(this.#avatar, initials(name));
    this.style.setProperty("--hue", String(hue(name)));
    this.#entitle();
  }

  /** @param {MediaStreamTrack | null} track */
  set picture(track) {
    if (!putOnly(this.#picture, track)) return;
    this.#video.srcObject ??= this.#picture;
    void this.#video.play().catch(() => {});
  }

  /** @param {MediaStreamTrack | null} track */
  set sound(track) {
    if (!putOnly(this.#sound, track)) return;
    this.#audio.srcObject ??= this.#sound;
    void this.play();
  }

  /** @param {{microphone: boolean, camera: boolean}} media what it sends */
  set media({ microphone, camera }) {
    put(this, "data-microphone", microphone ? "on" : "off");
    put(this, "data-camera", camera ? "on" : "off");
    this.#describe();
  }

  /** @param {boolean} speaking */
  set speaking(speaking) {
    put(this, "data-speaking", speaking);
  }

  /**
   * @param {string} state as a peer's
   * @param {string} text what to say of it; "" when there is nothing to say
   */
  condition(state, text) {
    put(this, "data-state", state);
    write(this.#status, text);
    this.#status.hidden = text === "";
    this.#describe();
  }

  /** @param {string} id of the loudspeaker; "" is the system's own choice */
  set sink(id) {
    if (id === this.#sink || !("setSinkId" in this.#audio)) return;
    this.#sink = id;
    void this.#audio.setSinkId(id).catch(() => {});
  }

  /** Plays its sound; call it again at a gesture when `blocked` was told. */
  async play() {
    try {
      await this.#audio.play();
    } catch (error) {
      if (/** @type {DOMException} */ (error).name !== "NotAllowedError") return;
      this.dispatchEvent(new CustomEvent("blocked", { bubbles: true }));
    }
  }

  #entitle() {
    write(this.#label, this.#isSelf ? gettext("You") : this.#name);
    this.#describe();
  }

  #describe() {
    const { microphone, camera } = this.dataset;
    const name = this.#isSelf ? interpolate(gettext("%(name)s (you)"), { name: this.#name }) : this.#name;
    const parts = [name, this.#status.textContent];
    if (this.kind === "person" && microphone === "off") parts.push(gettext("microphone off"));
    if (this.kind === "person" && camera === "off") parts.push(gettext("camera off"));
    put(this, "aria-label", parts.filter(Boolean).join(", "));
  }

  #enlarge() {
    const label = interpolate(gettext("Full screen: %(name)s"), { name: this.#name });
    const button = h("button", { type: "button", class: "tile-enlarge", "aria-label": label, title: gettext("Full screen") }, icon("enlarge"));
    button.addEventListener("click", () => void toggleFullscreen(this));
    this.addEventListener("dblclick", () => void toggleFullscreen(this));
    return button;
  }
}

/** @param {Element} element */
function toggleFullscreen(element) {
  const change = document.fullscreenElement ? document.exitFullscreen() : element.requestFullscreen?.();
  return change?.catch(() => {});
}

/**
 * Makes `track` the only one of `stream`.
 *
 * @param {MediaStream} stream
 * @param {MediaStreamTrack | null} track
 * @returns {boolean} whether there is a new track to play
 */
function putOnly(stream, track) {
  if (stream.getTracks()[0] === (track ?? undefined)) return false;
  for (const old of stream.getTracks()) stream.removeTrack(old);
  if (track) stream.addTrack(track);
  return track !== null;
}

customElements.define("video-tile", VideoTile);
