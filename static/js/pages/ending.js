/**
 * How a meeting ended for us, as the name of the message to show.
 *
 * @import { Fact } from "../signaling/protocol.js"
 * @typedef {"left" | "replaced" | "denied" | "removed" | "ended" | "full" | "banned" | "closed" | "signed-out" | "broken"} Ending
 */

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
 * @returns {Ending}
 */
export function ending(code, last) {
  if (code === 4003 && last?.type === "denied") return "denied";
  if (code === 4003 && last?.type === "removed") return last.reason;
  if (code === 4403 && last?.type === "refused" && (last.code === "full" || last.code === "banned")) return last.code;
  return CODES[code ?? 0] ?? "broken";
}
