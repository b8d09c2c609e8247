import { gettext, interpolate } from "../lib/gettext.js";
import { h, icon, put, s, write } from "../lib/dom.js";
import { hue, initials } from "../lib/initials.js";
import { writeName } from "../lib/name-label.js";
import { unmarked } from "../lib/names.js";
import { Playback } from "./playback.js";

/**
 * One person, or one screen. It keeps its media elements and streams, whose tracks are replaced.
 *
 * It shows its state as attributes: `data-kind` (person, screen, preview), `data-self`, `data-camera`, `data-microphone` (on,
 * off), `data-whole`, `data-mirrored`, `data-hand` (its place among the raised hands), `data-state` (as a peer's),
 * `data-speaking`, `data-pinned`, `data-spotlit`, `data-hushed` (muted for oneself), `data-quality` (good, fair, poor),
 * `data-noted` (a note is shown in place of the video).
 *
 * Event: `shape` when `ratio` has changed. Events that bubble: `unsinkable` when the loudspeaker cannot be used; `blocked` when the browser
 * plays no sound without a gesture; `quality` when the person asks for details of the connection.
 *
 * @import { ShownName } from "../lib/names.js"
 * @typedef {"person" | "screen" | "preview"} TileKind `preview`: one's own screen, small
 */
export class VideoTile extends HTMLElement {
  #stream = new MediaStream();
  #sound = new MediaStream();
  #video = h("video", { autoplay: true, playsinline: true, "aria-hidden": "true", disablepictureinpicture: true });
  #audio = h("audio", { autoplay: true });
  #playsVideo = new Playback(this.#video);
  #playsAudio = new Playback(this.#audio, () => this.dispatchEvent(new CustomEvent("blocked", { bubbles: true })));
  #avatar = h("span", { class: "avatar", "aria-hidden": "true" });
  #label = h("span", { class: "tile-name", dir: "auto" });
  #status = h("p", { class: "tile-status", hidden: true });
  #note = h("p", { class: "tile-note", hidden: true });
  /** @type {HTMLElement | null} */
  #hand = null;
  /** @type {HTMLButtonElement | null} */
  #bars = null;
  /** @type {ShownName} */
  #shownName = unmarked("");
  #sink = "";
  #isHushed = false;
  #isSilent = false;

  constructor() {
    super();
    this.#video.muted = true;
    this.#video.addEventListener("resize", () => this.dispatchEvent(new CustomEvent("shape")));
  }

  connectedCallback() {
    if (this.#video.isConnected) return;
    put(this, "role", "group");
    this.append(
      this.#avatar,
      this.#video,
      this.#audio,
      this.#status,
      this.#note,
      h("p", { class: "tile-label" }, icon("microphone-off"), icon("sound-off"), icon("pin"), icon("spotlight"), this.#label),
    );
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
    this.#showName();
  }

  /** The element that shows the video, the same for the life of the tile. */
  get video() {
    return this.#video;
  }

  /** Width divided by height of its video, to two places; undefined while unknown. */
  get ratio() {
    const { videoWidth, videoHeight } = this.#video;
    return videoHeight ? Math.round((100 * videoWidth) / videoHeight) / 100 : undefined;
  }

  /** @param {boolean} whole whether its video is shown whole; else it fills the tile and is cropped */
  set whole(whole) {
    put(this, "data-whole", whole);
  }

  /** @param {boolean} mirrored */
  set mirrored(mirrored) {
    put(this, "data-mirrored", mirrored);
  }

  /** The stream of its video, the same whatever its track is. */
  get stream() {
    return this.#stream;
  }

  /** For use in sentences. */
  get name() {
    return this.#shownName.name;
  }

  get shownName() {
    return this.#shownName;
  }

  /** Whether no video is shown now. */
  get isDark() {
    return this.dataset.camera !== "on" || "noted" in this.dataset;
  }

  /** Status and note, as text; "" when there are none. The accessible name has them too. */
  get statusText() {
    return [this.#status.textContent, this.#note.textContent].filter(Boolean).join(" ");
  }

  set shownName(shownName) {
    if (shownName.name === this.name && shownName.plain === this.#shownName.plain) return;
    this.#shownName = shownName;
    write(this.#avatar, initials(shownName.plain));
    this.style.setProperty("--hue", String(hue(shownName.plain)));
    this.#showName();
  }

  /** @param {MediaStreamTrack | null} track */
  set videoTrack(track) {
    if (!putOnly(this.#stream, track)) return;
    this.#video.srcObject ??= this.#stream;
    void this.#playsVideo.play();
  }

  /** @param {MediaStreamTrack | null} track */
  set audioTrack(track) {
    if (!putOnly(this.#sound, track)) return;
    this.#audio.srcObject ??= this.#sound;
    void this.#playsAudio.play();
  }

  /** @param {{microphone: boolean, camera: boolean}} media what it sends */
  set media({ microphone, camera }) {
    put(this, "data-microphone", microphone ? "on" : "off");
    put(this, "data-camera", camera ? "on" : "off");
    this.#describe();
  }

  /** @param {{volume: number, isMuted: boolean}} voice how loud its sound is for oneself */
  set voice({ volume, isMuted }) {
    this.#audio.volume = volume;
    this.#isHushed = isMuted;
    this.#hush();
    put(this, "data-hushed", isMuted);
    this.#describe();
  }

  /** @param {boolean} speaking */
  set speaking(speaking) {
    put(this, "data-speaking", speaking);
  }

  /** @param {boolean} pinned */
  set pinned(pinned) {
    put(this, "data-pinned", pinned);
    this.#describe();
  }

  /** @param {number} place among the raised hands, from 1; 0 while it is not raised */
  set hand(place) {
    const text = place ? String(place) : null;
    if (text === (this.dataset.hand ?? null)) return;
    put(this, "data-hand", text);
    this.#hand?.remove();
    this.#hand = text ? h("p", { class: "tile-hand" }, icon("hand"), text) : null;
    if (this.#hand) this.append(this.#hand);
    this.#describe();
  }

  /** @param {boolean} spotlit by a host */
  set spotlit(spotlit) {
    put(this, "data-spotlit", spotlit);
    this.#describe();
  }

  /**
   * @param {string} state as a peer's
   * @param {string} text of the status; "" hides it
   */
  condition(state, text) {
    put(this, "data-state", state);
    write(this.#status, text);
    this.#status.hidden = text === "";
    this.#describe();
  }

  /** @param {string} text why its video is not shown although it is on; "" when it is shown */
  set note(text) {
    write(this.#note, text);
    this.#note.hidden = text === "";
    put(this, "data-noted", text !== "");
    this.#describe();
    this.#nameBars();
  }

  /** @param {"good" | "fair" | "poor" | null} grade of the connection; null when unknown */
  set quality(grade) {
    put(this, "data-quality", grade);
    if (!grade && !this.#bars) return;
    this.#bars ??= this.#indicate();
    this.#bars.hidden = !grade;
    this.#nameBars();
  }

  /** @param {boolean} silent whether the page plays no sound */
  set silent(silent) {
    this.#isSilent = silent;
    this.#hush();
  }

  #hush() {
    this.#audio.muted = this.#isHushed || this.#isSilent;
  }

  /** @param {string} id of the loudspeaker; "" is the system's own choice */
  set sink(id) {
    if (id === this.#sink || !("setSinkId" in this.#audio)) return;
    this.#sink = id;
    void this.#audio.setSinkId(id).catch(() => this.#failSink(id));
  }

  /** The element keeps the loudspeaker it has, so that setting this one again tries again. @param {string} id */
  #failSink(id) {
    if (this.#sink !== id) return;
    this.#sink = this.#audio.sinkId;
    this.dispatchEvent(new CustomEvent("unsinkable", { bubbles: true }));
  }

  /** Plays video and sound; call it again at a gesture after `blocked`. @returns {Promise<boolean>} whether the sound plays */
  async play() {
    void this.#playsVideo.play();
    return this.#playsAudio.play();
  }

  #showName() {
    writeName(this.#label, this.#isSelf ? unmarked(gettext("You")) : this.#shownName);
    this.#describe();
    this.#nameBars();
  }

  #describe() {
    const { microphone, camera } = this.dataset;
    const name = this.#isSelf ? interpolate(gettext("%(name)s (you)"), { name: this.name }) : this.name;
    const parts = [name, this.#status.textContent, this.#note.textContent];
    if (this.kind === "person" && microphone === "off") parts.push(gettext("microphone off"));
    if (this.kind === "person" && camera === "off") parts.push(gettext("camera off"));
    if (this.dataset.hand) parts.push(interpolate(gettext("hand raised, number %(place)s"), { place: this.dataset.hand }));
    if ("hushed" in this.dataset) parts.push(gettext("muted for you"));
    if ("pinned" in this.dataset) parts.push(gettext("pinned"));
    if ("spotlit" in this.dataset) parts.push(gettext("in the spotlight"));
    put(this, "aria-label", parts.filter(Boolean).join(", "));
  }

  #indicate() {
    const bars = ["1", "2", "3"].map((level) =>
      s("rect", { x: String(Number(level) * 5 - 3), y: String(14 - Number(level) * 4), width: "3", height: String(Number(level) * 4), rx: "1" }),
    );
    const button = h(
      "button",
      { type: "button", class: "tile-quality", "aria-haspopup": "dialog" },
      s("svg", { viewBox: "0 0 17 16", "aria-hidden": "true" }, ...bars),
    );
    button.addEventListener("click", () => this.dispatchEvent(new CustomEvent("quality", { bubbles: true })));
    this.append(button);
    return button;
  }

  /** The label has the note too: a small tile has no space for it. */
  #nameBars() {
    if (!this.#bars || !this.dataset.quality) return;
    const label = {
      good: gettext("Connection to %(name)s: good"),
      fair: gettext("Connection to %(name)s: fair"),
      poor: gettext("Connection to %(name)s: poor"),
    };
    const grade = interpolate(label[/** @type {"good" | "fair" | "poor"} */ (this.dataset.quality)], { name: this.name });
    const text = [grade, this.#note.textContent].filter(Boolean).join(". ");
    put(this.#bars, "aria-label", text);
    put(this.#bars, "title", text);
  }
}

/**
 * Makes `track` the only track of `stream`.
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
