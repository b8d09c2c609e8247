/**
 * Which ICE candidates fit the policy of a room (`docs/protocol.md`, section 6). The server removes the others, too. This
 * protects those who do not trust the server. `tests/wire/candidates.json` holds examples that the server's `signaling/candidates.py` reads, too.
 *
 * @import { Description, Policy } from "../../signaling/protocol.js"
 */

/** RFC 8839, section 5.1, with every part in its place and one space between them. Anything else does not fit. */
const CANDIDATE =
  /^candidate:[A-Za-z0-9+/]{1,32} [0-9]{1,3} (?:udp|tcp|UDP|TCP) [0-9]{1,10} ([0-9A-Za-z.:-]{1,255}) [0-9]{1,5} typ (host|srflx|prflx|relay)(?: raddr [0-9A-Za-z.:-]{1,255} rport [0-9]{1,5})?(?: (?!typ |raddr |rport )[!-~]+ [!-~]+)*$/;
const LITERAL = /^(?:[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$/;

/**
 * @param {string} text of an RTCIceCandidate
 * @param {Policy} policy
 */
export function fits(text, policy) {
  const [, address = "", type] = CANDIDATE.exec(text) ?? [];
  if (!type || policy === "all") return type !== undefined;
  return policy === "relay" ? type === "relay" && LITERAL.test(address) : type !== "relay";
}

/**
 * Whether a received candidate may be used. The empty one, which ends a generation, may.
 *
 * @param {RTCIceCandidateInit} candidate
 * @param {Policy} policy
 */
export function permits({ candidate }, policy) {
  return policy === "all" || !candidate || fits(candidate, policy);
}

/**
 * The part of a description that may be used.
 *
 * @param {Description} description
 * @param {Policy} policy
 * @returns {Description}
 */
export function permitted({ type, sdp }, policy) {
  if (policy === "all") return { type, sdp };
  const lines = sdp.split("\n").map((line) => line.replace(/\r$/, ""));
  return { type, sdp: lines.filter((line) => !isCandidate(line) || fits(line.replace(/^a=/, ""), policy)).join("\r\n") };
}

/**
 * The description without the candidates beyond the first `most` different ones.
 *
 * @param {string} sdp
 * @param {Set<string>} taken those that were taken before; what is taken here is added
 * @param {number} most
 */
export function bounded(sdp, taken, most) {
  const kept = (/** @type {string} */ line) => !line.startsWith("a=candidate:") || isTaken(line.slice("a=".length).trim(), taken, most);
  return sdp.split("\n").filter(kept).join("\n");
}

/**
 * Whether a candidate is one of the first `most`.
 *
 * @param {string} text
 * @param {Set<string>} taken those before it; it is added if it is one of them
 * @param {number} most
 */
export function isTaken(text, taken, most) {
  if (taken.size < most) taken.add(text);
  return taken.has(text);
}

/** Anything that somebody might read as one. @param {string} line */
function isCandidate(line) {
  return line !== "a=end-of-candidates" && /candidate/i.test(line.replace(/\s/g, ""));
}
