/**
 * What one slot captures and sends: the seam between a device or screen and those who send its track.
 *
 * `device` is what was captured, `output` is what is sent. Senders, layers and the person's own view take `output`, so an effect on it
 * reaches all of them.
 *
 * Events: `ended` (detail: the track that the browser ended), `mute`: the system or a switch on the device mutes what is sent, or no
 * longer does.
 *
 * @import { Trouble } from "./capture-error.js"
 */

export class Source extends EventTarget {
  #hint;
  #attempt = 0;
  #isOpening = false;
  /** @type {Trouble | null} */
  #trouble = null;
  /** @type {MediaStreamTrack | null} */
  #track = null;
  /** What the person wants. */
  isOn = false;

  /** @param {string} hint of its tracks (MediaStreamTrack Content Hints, section 2) */
  constructor(hint) {
    super();
    this.#hint = hint;
  }

  get device() {
    return this.#track;
  }

  get output() {
    return this.isOn ? this.#track : null;
  }

  /** Whether the browser was asked and has not answered yet. */
  get isOpening() {
    return this.#isOpening;
  }

  /** Why the last attempt failed. */
  get trouble() {
    return this.#trouble;
  }

  /** @returns {number} an attempt to open it; only the latest counts */
  begin() {
    this.#isOpening = true;
    this.#trouble = null;
    return ++this.#attempt;
  }

  /** @param {number | undefined} attempt */
  isLatest(attempt) {
    return this.#attempt === attempt;
  }

  /**
   * @param {number | undefined} attempt
   * @param {MediaStreamTrack | undefined} track is stopped when a later attempt has begun; else it takes the place of the one before
   */
  adopt(attempt, track) {
    if (!this.isLatest(attempt)) return track?.stop();
    this.#track?.stop();
    this.#isOpening = false;
    this.#track = track ?? null;
    if (track) this.#prepare(track);
  }

  /** An attempt failed. A track that was open before goes on. @param {Trouble} why */
  fail(why) {
    this.#isOpening = false;
    this.#trouble = why;
    if (this.#track?.readyState === "live") return;
    this.#track = null;
    this.isOn = false;
  }

  /** Stops the device. */
  release() {
    this.#attempt += 1;
    this.#isOpening = false;
    this.#track?.stop();
    this.#track = null;
  }

  /** @param {MediaStreamTrack} track */
  #prepare(track) {
    track.contentHint = this.#hint;
    track.addEventListener("ended", () => this.#end(track), { once: true });
    for (const type of ["mute", "unmute"]) track.addEventListener(type, () => this.output === track && this.dispatchEvent(new Event("mute")));
  }

  /** @param {MediaStreamTrack} track that the browser ended */
  #end(track) {
    if (this.#track !== track) return;
    this.#track = null;
    this.dispatchEvent(new CustomEvent("ended", { detail: track }));
  }
}
