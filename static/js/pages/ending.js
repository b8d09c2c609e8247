/**
 * How a meeting ended for us, as the name of the message to show.
 *
 * @import { Clock } from "../lib/clock.js"
 * @import { Fact } from "../signaling/protocol.js"
 * @typedef {"left" | "unwaited" | "replaced" | "denied" | "removed" | "ended" | "full" | "crowded" | "devices" | "wait" |
 *   "banned" | "closed" | "signed-out" | "broken"} Ending
 */

/** Refusals with a message of their own. */
const REFUSED = new Set(["full", "crowded", "devices", "wait", "banned"]);

/** Close codes of `docs/protocol.md`, section 5; those that a fact explains are only used when it was lost. */
const CODES = /** @type {Record<number, Ending>} */ ({
  1000: "left",
  4001: "replaced",
  4003: "removed",
  4401: "signed-out",
  4403: "closed",
});

/**
 * @param {number | undefined} code the close code
 * @param {Fact | null} last the last `denied`, `removed` or `refused`
 * @param {boolean} wasIn the meeting; else one has only waited
 * @returns {Ending}
 */
export function ending(code, last, wasIn) {
  if (code === 1000 && !wasIn) return "unwaited";
  if (code === 4003 && last?.type === "denied") return "denied";
  if (code === 4003 && last?.type === "removed") return last.reason;
  if (code === 4403 && last?.type === "refused" && REFUSED.has(last.code)) return /** @type {Ending} */ (last.code);
  return CODES[code ?? 0] ?? "broken";
}

/**
 * How long a refusal asks to wait, from `seconds` down to 0, once a second.
 *
 * @param {number} seconds
 * @param {(seconds: number) => void} show
 * @param {Clock} clock
 * @param {AbortSignal} signal
 */
export function countDown(seconds, show, clock, signal) {
  const ends = clock.now() + seconds * 1000;
  const step = () => {
    const left = Math.max(0, Math.ceil((ends - clock.now()) / 1000));
    show(left);
    if (left) clock.after(1000, step, signal);
  };
  step();
}
