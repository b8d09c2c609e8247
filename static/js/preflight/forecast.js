/**
 * For how many people with video a connection is enough. Everybody sends to everybody, so each further person costs one video and one
 * sound up, and the same down.
 */

/** Video of 640 × 360 at 30 frames a second, its sound, and what the network adds. */
const PAIR_KBITS = 700;
/** What is kept free: lines vary, and other people use them. */
const SHARE = 0.75;

/**
 * @param {number} kbits per second, in both directions at once
 * @returns {number} people, oneself included; 1 means sound only
 */
export function forecast(kbits) {
  return 1 + Math.max(0, Math.floor((kbits * SHARE) / PAIR_KBITS));
}
