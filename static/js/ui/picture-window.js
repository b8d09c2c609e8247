import { h, write } from "../lib/dom.js";

const WIDTH = 480;
const HEIGHT = 270;

/**
 * One picture in a small window above all others: a document of its own where the browser can, the browser's own window for a video
 * elsewhere. What the page shows stays as it is; a document shows the same stream once more.
 *
 * Event: `change` when `shown` or `size` has changed.
 *
 * @typedef {HTMLElement & {video: HTMLVideoElement, stream: MediaStream, name: string}} Picture
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
    const video = h("video", { autoplay: true, playsinline: true });
    video.muted = true;
    video.srcObject = picture.stream;
    const label = h("p", { class: "tile-label", dir: "auto" });
    write(label, picture.name);
    inner.document.body.className = "picture-window";
    inner.document.body.append(video, label);
    const read = () => this.#show(picture, { width: inner.innerWidth, height: inner.innerHeight });
    inner.addEventListener("resize", read);
    inner.addEventListener("pagehide", () => this.#hide(picture), { once: true });
    this.#close = () => inner.close();
    read();
  }

  /** @param {Picture} picture */
  async #openVideo(picture) {
    const { video } = picture;
    video.disablePictureInPicture = false;
    const inner = await video.requestPictureInPicture();
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
