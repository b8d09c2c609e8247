/**
 * Audio has fifty packets a second, or at least two when it is silent; no ordinary loss lasts this long. With a reading a second
 * it is detected within 5 s.
 */
export const SILENCE_MS = 4000;
/** After a longer gap between two readings the page has slept, and what arrived meanwhile is unknown. */
const GAP_MS = 3000;

/** Whether somebody whose microphone is on can be heard, from counts of the packets that have arrived. */
export class SilenceDetector {
  #packets = 0;
  #readAt = -Infinity;
  #reportedAt = 0;

  /**
   * @param {object} reading
   * @param {number} reading.now
   * @param {number} reading.packets that have arrived
   * @param {boolean} reading.expected whether any should
   * @returns {boolean} whether none has for too long
   */
  isDeaf({ now, packets, expected }) {
    if (!expected || packets !== this.#packets || now - this.#readAt > GAP_MS) this.#reportedAt = now;
    this.#packets = packets;
    this.#readAt = now;
    return now - this.#reportedAt >= SILENCE_MS;
  }
}
