/**
 * How long to wait before attempt number `attempt` (from 0): full jitter, so that many clients that lost the same server do
 * not come back together.
 *
 * @param {number} attempt
 * @param {() => number} random in [0, 1)
 * @param {{baseMs?: number, capMs?: number}} [bounds]
 */
export function backoff(attempt, random, { baseMs = 1000, capMs = 15_000 } = {}) {
  return random() * Math.min(capMs, baseMs * 2 ** attempt);
}
