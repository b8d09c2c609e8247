/**
 * Keeps the media element of a live stream playing. It may be paused from outside: by the system during a telephone call, by earbuds that
 * are taken out, or because the page is in the background.
 */

/** When it is paused again so soon, it is not resumed: the person is asked. */
const AGAIN_MS = 2000;

export class Playback {
  #element;
  #refused;
  #resumedAt = -Infinity;

  /**
   * @param {HTMLMediaElement} element with a stream, now or later
   * @param {() => void} [refused] called when it does not play without a gesture
   */
  constructor(element, refused = () => {}) {
    this.#element = element;
    this.#refused = refused;
    element.addEventListener("pause", ({ timeStamp }) => this.#resume(timeStamp));
  }

  /** @returns {Promise<boolean>} whether it plays, or has nothing to play */
  async play() {
    if (!this.#element.srcObject) return true;
    try {
      await this.#element.play();
      return true;
    } catch (error) {
      const isRefused = /** @type {DOMException} */ (error).name === "NotAllowedError";
      if (isRefused) this.#refused();
      return !isRefused;
    }
  }

  /** @param {number} now */
  #resume(now) {
    const { srcObject, isConnected } = this.#element;
    if (!isConnected || !(srcObject instanceof MediaStream && srcObject.active)) return;
    if (now - this.#resumedAt < AGAIN_MS) return this.#refused();
    this.#resumedAt = now;
    void this.play();
  }
}
