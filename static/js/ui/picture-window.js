import { h, write } from "../lib/dom.js";
import { hue, initials } from "../lib/initials.js";
import { writeName } from "../lib/name-label.js";

const WIDTH = 480;
const HEIGHT = 270;

/**
 * Picture in picture: one video in a small window above all others. Where the browser supports it, that is a document (Document
 * Picture-in-Picture), which plays the stream of a tile and shows its name and status; elsewhere it is the browser's own window, which
 * shows the video alone. The tile on the page does not change.
 *
 * Event: `change` when `shown` or `size` has changed.
 *
 * @import { ShownName } from "../lib/names.js"
 * @typedef {HTMLElement & {kind: string, video: HTMLVideoElement, stream: MediaStream, shownName: ShownName, statusText: string,
 *   isDark: boolean}} Picture a tile; `isDark`: whether no video is shown; its `aria-label` changes with all of that
 */
export class PictureWindow extends EventTarget {
  /** @type {Picture | null} */
  #shown = null;
  /** @type {{width: number, height: number} | null} */
  #size = null;
  #close = () => {};

  get isSupported() {
    return "documentPictureInPicture" in window || document.pictureInPictureEnabled;
  }

  /** What it shows, or null. */
  get shown() {
    return this.#shown;
  }

  /** Of its content area, in CSS pixels; null while it is closed. */
  get size() {
    return this.#size;
  }

  /**
   * Needs a gesture.
   *
   * @param {Picture} picture shown instead of another, unless it has left the page meanwhile
   */
  async open(picture) {
    this.close();
    await ("documentPictureInPicture" in window ? this.#openDocument(picture) : this.#openVideo(picture));
    if (!picture.isConnected) this.close();
  }

  close() {
    this.#close();
  }

  /** @param {Picture} picture */
  async #openDocument(picture) {
    const inner = await Reflect.get(window, "documentPictureInPicture").requestWindow({ width: WIDTH, height: HEIGHT });
    inner.document.documentElement.lang = document.documentElement.lang;
    for (const sheet of document.querySelectorAll("link[rel=stylesheet]")) inner.document.head.append(sheet.cloneNode());
    const copy = new Copy(inner.document, picture);
    const read = () => this.#show(picture, { width: inner.innerWidth, height: inner.innerHeight });
    inner.addEventListener("resize", read);
    inner.addEventListener("pagehide", () => (copy.end(), this.#hide(picture)), { once: true });
    this.#close = () => inner.close();
    read();
  }

  /** @param {Picture} picture */
  async #openVideo(picture) {
    const { video } = picture;
    const inner = await requested(video);
    const read = () => this.#show(picture, { width: inner.width, height: inner.height });
    const end = () => {
      inner.removeEventListener("resize", read);
      video.disablePictureInPicture = true;
      this.#hide(picture);
    };
    inner.addEventListener("resize", read);
    video.addEventListener("leavepictureinpicture", end, { once: true });
    this.#close = () => void document.exitPictureInPicture().catch(() => {});
    read();
  }

  /**
   * @param {Picture} picture
   * @param {{width: number, height: number}} size
   */
  #show(picture, size) {
    this.#shown = picture;
    this.#size = size;
    this.dispatchEvent(new CustomEvent("change"));
  }

  /** @param {Picture} picture */
  #hide(picture) {
    if (this.#shown !== picture) return;
    this.#shown = null;
    this.#size = null;
    this.#close = () => {};
    this.dispatchEvent(new CustomEvent("change"));
  }
}

/** @param {HTMLVideoElement} video which else offers no window by itself */
async function requested(video) {
  video.disablePictureInPicture = false;
  try {
    return await video.requestPictureInPicture();
  } catch (error) {
    video.disablePictureInPicture = true;
    throw error;
  }
}

/** A tile shown in another document: its video, or avatar and status where there is none. */
class Copy {
  #document;
  #picture;
  #video = h("video", { autoplay: true, playsinline: true });
  #avatar = h("span", { class: "avatar", "aria-hidden": "true" });
  #status = h("p", { class: "tile-status" });
  #name = h("span", { class: "tile-name", dir: "auto" });
  #observer = new MutationObserver(() => this.#draw());

  /**
   * @param {Document} inner
   * @param {Picture} picture
   */
  constructor(inner, picture) {
    this.#document = inner;
    this.#picture = picture;
    this.#video.muted = true;
    this.#video.srcObject = picture.stream;
    inner.body.className = "picture-window";
    inner.body.append(this.#avatar, this.#video, this.#status, h("p", { class: "tile-label" }, this.#name));
    this.#observer.observe(picture, { attributeFilter: ["aria-label"] });
    this.#draw();
  }

  end() {
    this.#observer.disconnect();
  }

  #draw() {
    const { shownName, statusText, isDark, kind } = this.#picture;
    this.#document.title = shownName.name;
    writeName(this.#name, shownName);
    write(this.#status, statusText);
    write(this.#avatar, initials(shownName.plain));
    this.#avatar.style.setProperty("--hue", String(hue(shownName.plain)));
    this.#status.hidden = statusText === "";
    this.#video.hidden = isDark;
    this.#avatar.hidden = !isDark || kind !== "person";
  }
}
