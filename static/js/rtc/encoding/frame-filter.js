/**
 * Received video frames on their way to the decoder. Key frames that claim to be far too large are dropped: a decoder takes memory for
 * what the header of a frame says, however little follows. The sizes of VP8 are in its key frames alone.
 *
 * @import { Clock } from "../../lib/clock.js"
 */

import { isTooLarge } from "../model/frame-limit.js";
import { isKey, sizeOf } from "./vp8.js";

const REPORT_MS = 1000;

export class FrameFilter {
  #write;
  #refused;
  #clock;
  #reportedAt = -Infinity;

  /**
   * @param {object} options
   * @param {number} options.lines how many pixels the shorter side may have; 0: every frame is dropped, and nobody is told
   * @param {(frame: {data: ArrayBuffer}) => void} options.write
   * @param {() => void} options.refused called at most once a second while frames are dropped
   * @param {Clock} options.clock
   */
  constructor({ lines, write, refused, clock }) {
    this.lines = lines;
    this.#write = write;
    this.#refused = refused;
    this.#clock = clock;
  }

  /** @param {{data: ArrayBuffer}} frame */
  frame(frame) {
    if (!this.lines) return;
    const { data } = frame;
    if (isKey(data) && isTooLarge(sizeOf(data), this.lines)) this.#report();
    else this.#write(frame);
  }

  #report() {
    const now = this.#clock.now();
    if (now - this.#reportedAt < REPORT_MS) return;
    this.#reportedAt = now;
    this.#refused();
  }
}
