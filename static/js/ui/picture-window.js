import { h, write } from "../lib/dom.js";
import { hue, initials } from "../lib/initials.js";
import { writeName } from "../lib/name-label.js";

const WIDTH = 480;
const HEIGHT = 270;

/**
 * One picture in a small window above all others: a document of its own where the browser can, the browser's own window for a video
 * elsewhere. What the page shows stays as it is; a document shows the same stream once more, and says what its tile says. The browser's own
 * window shows the video and nothing else.
 *
 * Event: `change` when `shown` or `size` has changed.
 *
 * @import { ShownName } from "../lib/names.js"
 * @typedef {HTMLElement & {kind: string, video: HTMLVideoElement, stream: MediaStream, shownName: ShownName, said: string, isDark: boolean}} Picture
 *   `said`: what is to be said of it beside its name; `isDark`: whether no picture is to be seen; its `aria-label` changes with all of that
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

  /** Of its inside, in CSS px; null while it is closed. */
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

/** A picture in a document of its own, shown as its tile shows it: whose it would be where there is none, and why. */
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
    const { shownName, said, isDark, kind } = this.#picture;
    this.#document.title = shownName.name;
    writeName(this.#name, shownName);
    write(this.#status, said);
    write(this.#avatar, initials(shownName.plain));
    this.#avatar.style.setProperty("--hue", String(hue(shownName.plain)));
    this.#status.hidden = said === "";
    this.#video.hidden = isDark;
    this.#avatar.hidden = !isDark || kind !== "person";
  }
}
