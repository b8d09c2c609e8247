import { gettext } from "../lib/gettext.js";
import { h, part, put, write } from "../lib/dom.js";
import { tidy } from "../lib/names.js";
import { isMirrored } from "../media/facing.js";
import { Playback } from "./playback.js";

/**
 * The page before the call: preview, microphone level, devices, name, and the button *Join*. Its markup comes with the page.
 *
 * Events: `enter` {name, isSilent}, `isSilent`: without sound here; `retry` {inputs}, bubbling. The switches and pickers in it emit their own
 * events. While one waits to be let in, a form of its own takes the place of the one with which one joins.
 *
 * @typedef {{problem: string, remedy: string, inputs: string[]}} Problem
 */
export class GreenRoom extends HTMLElement {
  #stream = new MediaStream();
  /** @type {Playback | null} */
  #playback = null;

  connectedCallback() {
    this.#playback ??= new Playback(this.#video);
    this.#video.addEventListener("resize", () => put(this, "data-upright", this.#video.videoHeight > this.#video.videoWidth));
    this.#form.addEventListener("submit", (event) => this.#enter(event));
  }

  /** @param {MediaStreamTrack | null} track */
  set preview(track) {
    for (const old of this.#stream.getTracks()) if (old !== track) this.#stream.removeTrack(old);
    put(this, "data-camera", track ? "on" : "off");
    put(this, "data-mirrored", track !== null && isMirrored(track));
    if (track) this.#play(track);
  }

  /** @param {string} name */
  set name(name) {
    const field = this.#name;
    if (field && !field.value) field.value = name;
  }

  /** @param {string} text shown in place of the preview */
  set hint(text) {
    write(part(this, "[data-part=hint]", HTMLElement), text);
  }

  /** @param {boolean} busy */
  set joining(busy) {
    const button = part(this, "[data-part=join]", HTMLButtonElement);
    button.disabled = this.#silent.disabled = busy;
    put(button, "aria-busy", busy ? "true" : null);
  }

  /** @param {boolean} waits */
  set waiting(waits) {
    for (const element of this.querySelectorAll("[data-while]"))
      if (element instanceof HTMLElement) element.hidden = (element.dataset.while === "waiting") !== waits;
    if (waits) part(this, "[data-while=waiting] [tabindex='-1']", HTMLElement).focus();
  }

  /** @param {boolean} elsewhere whether the person is in the meeting already, in another window or on another device */
  set elsewhere(elsewhere) {
    part(this, "[data-part=second]", HTMLElement).hidden = !elsewhere;
    this.#silent.hidden = !elsewhere;
  }

  /** @param {readonly Problem[]} problems */
  set problems(problems) {
    part(this, "[data-part=problems]", HTMLElement).replaceChildren(...problems.map((problem) => this.#problem(problem)));
    part(this, "[data-part=anyway]", HTMLElement).hidden = problems.length === 0;
  }

  /** Focuses the name if it is empty, else the button. */
  focusFirst() {
    const field = this.#name;
    if (field && !field.value) field.focus();
    else part(this, "[data-part=join]", HTMLButtonElement).focus();
  }

  /**
   * The video element gets its stream with the first track: an empty stream would delay the page's load event.
   *
   * @param {MediaStreamTrack} track
   */
  #play(track) {
    this.#stream.addTrack(track);
    this.#video.srcObject ??= this.#stream;
    void this.#playback?.play();
  }

  /** @param {SubmitEvent} event */
  #enter(event) {
    event.preventDefault();
    const field = this.#name;
    const name = tidy(field?.value ?? "");
    if (field && !name) return complain(field, gettext("Say a name that others can read."));
    this.dispatchEvent(new CustomEvent("enter", { detail: { name, isSilent: event.submitter === this.#silent } }));
  }

  /** @param {Problem} problem */
  #problem({ problem, remedy, inputs }) {
    const retry = h("button", { type: "button", class: "button button-small" }, gettext("Try again"));
    retry.addEventListener("click", () => {
      this.dispatchEvent(new CustomEvent("retry", { detail: { inputs }, bubbles: true }));
    });
    return h("li", {}, h("strong", {}, problem), h("p", {}, remedy), retry);
  }

  get #silent() {
    return part(this, "[data-part=silent]", HTMLButtonElement);
  }

  get #form() {
    return part(this, "form", HTMLFormElement);
  }

  get #video() {
    return part(this, "video", HTMLVideoElement);
  }

  get #name() {
    return this.#form.querySelector("input");
  }
}

/**
 * @param {HTMLInputElement} field
 * @param {string} problem
 */
function complain(field, problem) {
  field.setCustomValidity(problem);
  field.reportValidity();
  field.addEventListener("input", () => field.setCustomValidity(""), { once: true });
}

customElements.define("green-room", GreenRoom);
